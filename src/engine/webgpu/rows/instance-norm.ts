/**
 * @file InstanceNorm, with the convolution before it and the activation after it, if they are there. The norm takes the bias of the
 * convolution out, so it is never added.
 */
import {
  instanceFinish,
  instanceGradient,
  instanceGradientFinish,
  instanceGradientSums,
  instanceNorm as instanceNormKernel,
  instanceStatistics,
} from '../../../gpu/kernels/instance-norm';
import { packFor, packs } from '../../../gpu/kernels/pack';
import type { GraphNode } from '../../../networks/graph';
import type { Tensor } from '../../plan';
import { type Command, ranged, sloped } from '../command';
import { ConvolutionStage } from '../convolution-stage';
import { joinGroup, lanesEach } from '../lanes';
import { activationOf } from '../normalization';
import { copied } from '../pointwise';
import { part, type Site, type Stored, samples, widthOf } from '../site';
import type { Row } from './row';

/** The nodes of a row, by what they are. */
function split(site: Site): { convolution: GraphNode | undefined; activation: GraphNode | undefined } {
  const [first] = site.nodes;
  const last = site.nodes.at(-1)!;
  return {
    convolution: first.op === 'instance-norm' ? undefined : first,
    activation: last.op === 'activation' ? last : undefined,
  };
}

/** What is normalised: the input, or the convolution's output. */
function yOf(site: Site): Stored {
  if (split(site).convolution === undefined) return site.input();
  const z = site.output;
  const bytes = z.parts.map(({ size }) => size * z.stride * widthOf(z));
  return { ...z, tensor: site.kept('y', bytes) };
}

/** Mean and inverse deviation of every channel of every sample. */
const normOf = (site: Site, { parts, C }: Stored): Tensor =>
  site.kept(
    'norm',
    parts.map(({ size }) => size * 2 * C * 4),
  );

const lanesOf = (site: Site, { voxels, C }: Stored): number => lanesEach(voxels, C, site.layout.threads, 1);

/** Parts of `columns` sums of every sample of a group. */
const partsOf = (site: Site, y: Stored, columns: number): Tensor =>
  site.local('instance-parts', ...y.parts.map(({ size }) => size * lanesOf(site, y) * columns * y.C * 4));

function normalized(site: Site, y: Stored): Command[] {
  const z = site.output;
  const { D, H, W, C, stride: YS } = y;
  const lanes = lanesOf(site, y);
  const [norm, parts] = [normOf(site, y), partsOf(site, y, 3)];
  const { code: ACTIVATION, slope } = activationOf(split(site).activation);
  const pack = packFor(C);
  const GROUP = joinGroup(lanes);
  const PS = lanes * 3 * C;
  return y.parts.flatMap((group, g): Command[] => {
    const range = ranged((n) => ({ n: samples(group)(n), dn: D, parts: lanes }));
    const z3 = (threads: number) => (n: number) => ({ threads, z: samples(group)(n) });
    return [
      {
        use: { spec: instanceStatistics[pack], constants: { H, W, C, YS, PS } },
        sources: [range, part(y.tensor, g), part(parts, g)],
        extent: z3(packs(C) * lanes),
      },
      {
        use: { spec: instanceFinish, constants: { C, PS, GROUP } },
        sources: [range, part(parts, g), part(norm, g)],
        extent: z3(GROUP * C),
      },
      {
        use: { spec: instanceNormKernel[pack], constants: { H, W, C, YS, ZS: z.stride, ACTIVATION } },
        sources: [range, sloped(slope), part(y.tensor, g), part(norm, g), part(z.tensor, g)],
        extent: z3(y.size / pack),
      },
    ];
  });
}

/** The gradient of y over `y`, which may be a copy of what was normalised. */
function gradientOver(site: Site, y: Stored): Command[] {
  const dz = site.gradient;
  const { D, H, W, C, voxels, stride: YS } = y;
  const lanes = lanesOf(site, y);
  const norm = normOf(site, y);
  const parts = partsOf(site, y, 2);
  const means = site.local('means', ...y.parts.map(({ size }) => size * 2 * C * 4));
  const { code: ACTIVATION, slope } = activationOf(split(site).activation);
  const pack = packFor(C);
  const GROUP = joinGroup(lanes);
  const PS = lanes * 2 * C;
  const constants = { H, W, C, YS, ZS: dz.stride, ACTIVATION };
  return y.parts.flatMap((group, g): Command[] => {
    const range = ranged((n) => ({ n: samples(group)(n), dn: D, parts: lanes }));
    const z3 = (threads: number) => (n: number) => ({ threads, z: samples(group)(n) });
    return [
      {
        use: { spec: instanceGradientSums[pack], constants: { ...constants, PS } },
        sources: [range, sloped(slope), part(dz.tensor, g), part(y.tensor, g), part(norm, g), part(parts, g)],
        extent: z3(packs(C) * lanes),
      },
      {
        use: { spec: instanceGradientFinish, constants: { SIZE: voxels, C, PS, GROUP } },
        sources: [range, part(parts, g), part(means, g)],
        extent: z3(GROUP * C),
      },
      {
        use: { spec: instanceGradient[pack], constants },
        sources: [range, sloped(slope), part(dz.tensor, g), part(norm, g), part(means, g), part(y.tensor, g)],
        extent: z3(y.size / pack),
      },
    ];
  });
}

function forward(site: Site): Command[] {
  const y = yOf(site);
  const { convolution } = split(site);
  const made = convolution === undefined ? [] : new ConvolutionStage(site, convolution).forward(y);
  return [...made, ...normalized(site, y)];
}

function backward(site: Site): Command[] {
  const y = yOf(site);
  const { convolution } = split(site);
  if (convolution !== undefined) return [...gradientOver(site, y), ...new ConvolutionStage(site, convolution).backward(y)];
  const dx = site.inputGradient();
  return dx === null ? [] : [...copied(y, dx), ...gradientOver(site, dx)];
}

export const instanceNorm: Row = {
  needs: { kept: ({ values: [norm] }) => ({ norm }), backwardReads: { inputs: true, output: false } },
  forward,
  backward,
};

export const convInstance: Row = {
  needs: { kept: ({ values: [y] }) => ({ y, norm: y }), backwardReads: { inputs: true, output: false } },
  forward,
  backward,
};

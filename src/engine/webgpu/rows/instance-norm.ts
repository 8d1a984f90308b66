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
import { activationOf } from '../activation';
import { type Command, ranged, type Source, sloped } from '../command';
import { ConvolutionStage } from '../convolution-stage';
import { joinGroup, lanesEach } from '../lanes';
import { copied } from '../pointwise';
import { part, type Site, type Stored, samples, widthOf } from '../site';
import { type Stretch, stretches } from '../windows';
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

interface Parts {
  /** What commands see of y and of tensors like it, group by group. */
  readonly seen: readonly { readonly stretch: Stretch; readonly range: Source; readonly samples: (n: number) => number }[];
  /** Lanes of each of them, and of a sample. */
  readonly lanes: number;
  readonly all: number;
}

/** y dealt out to lanes; of `n` samples voxel by voxel. */
function partsOf(site: Site, tensors: readonly Stored[]): Parts {
  const [{ C, voxels }] = tensors;
  const list = stretches(site, tensors, C);
  const each = list.filter(({ group }) => group === 0).length;
  const lanes = lanesEach(voxels, C, site.layout.threads, each);
  const seen = list.map((stretch) => {
    const of = samples(site.groups[stretch.group]);
    const part0 = lanes * list.filter(({ group }) => group === stretch.group).indexOf(stretch);
    const range = ranged((n) => ({ n: of(n), dn: stretch.elements / C, part0, parts: lanes }));
    return { stretch, range, samples: of };
  });
  return { seen, lanes, all: lanes * each };
}

/** Joins the lanes of every sample. */
const joined = (
  site: Site,
  all: number,
  command: (range: Source, g: number) => Omit<Command, 'extent'>,
  threads: number,
): Command[] =>
  site.groups.map((group, g) => ({
    ...command(
      ranged((n) => ({ n: samples(group)(n), parts: all })),
      g,
    ),
    extent: (n) => ({ threads, z: samples(group)(n) }),
  }));

function normalized(site: Site, y: Stored): Command[] {
  const z = site.output;
  const { C, stride: YS } = y;
  const { seen, lanes, all } = partsOf(site, [y, z]);
  const norm = normOf(site, y);
  const PS = all * 3 * C;
  const parts = site.local('instance-parts', ...y.parts.map(({ size }) => size * PS * 4));
  const { code: ACTIVATION, slope } = activationOf(split(site).activation);
  const pack = packFor(C);
  const GROUP = joinGroup(all);
  const flat = { H: 1, W: 1, C, YS };
  return [
    ...seen.map(
      ({ stretch, range, samples: of }): Command => ({
        use: { spec: instanceStatistics[pack], constants: { ...flat, PS } },
        sources: [range, stretch.of(y), part(parts, stretch.group)],
        extent: (n) => ({ threads: packs(C) * lanes, z: of(n) }),
      }),
    ),
    ...joined(
      site,
      all,
      (range, g) => ({
        use: { spec: instanceFinish, constants: { C, PS, GROUP } },
        sources: [range, part(parts, g), part(norm, g)],
      }),
      GROUP * C,
    ),
    ...seen.map(
      ({ stretch, range, samples: of }): Command => ({
        use: { spec: instanceNormKernel[pack], constants: { ...flat, ZS: z.stride, ACTIVATION } },
        sources: [range, sloped(slope), stretch.of(y), part(norm, stretch.group), stretch.of(z)],
        extent: (n) => ({ threads: stretch.elements / pack, z: of(n) }),
      }),
    ),
  ];
}

/** The gradient of y over `y`, which may be a copy of what was normalised. */
function gradientOver(site: Site, y: Stored): Command[] {
  const dz = site.gradient;
  const { C, voxels, stride: YS } = y;
  const { seen, lanes, all } = partsOf(site, [y, dz]);
  const norm = normOf(site, y);
  const PS = all * 2 * C;
  const parts = site.local('instance-parts', ...y.parts.map(({ size }) => size * PS * 4));
  const means = site.local('means', ...y.parts.map(({ size }) => size * 2 * C * 4));
  const { code: ACTIVATION, slope } = activationOf(split(site).activation);
  const pack = packFor(C);
  const GROUP = joinGroup(all);
  const constants = { H: 1, W: 1, C, YS, ZS: dz.stride, ACTIVATION };
  return [
    ...seen.map(
      ({ stretch, range, samples: of }): Command => ({
        use: { spec: instanceGradientSums[pack], constants: { ...constants, PS } },
        sources: [range, sloped(slope), stretch.of(dz), stretch.of(y), part(norm, stretch.group), part(parts, stretch.group)],
        extent: (n) => ({ threads: packs(C) * lanes, z: of(n) }),
      }),
    ),
    ...joined(
      site,
      all,
      (range, g) => ({
        use: { spec: instanceGradientFinish, constants: { SIZE: voxels, C, PS, GROUP } },
        sources: [range, part(parts, g), part(means, g)],
      }),
      GROUP * C,
    ),
    ...seen.map(
      ({ stretch, range, samples: of }): Command => ({
        use: { spec: instanceGradient[pack], constants },
        sources: [range, sloped(slope), stretch.of(dz), part(norm, stretch.group), part(means, stretch.group), stretch.of(y)],
        extent: (n) => ({ threads: stretch.elements / pack, z: of(n) }),
      }),
    ),
  ];
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
  return dx === null ? [] : [...copied(site, y, dx), ...gradientOver(site, dx)];
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

/** @file BatchNorm as commands: statistics of a convolution's output (or of any value), the line that follows from them, its gradient. */
import { normFinish, normInference, normStatistics } from '../../gpu/kernels/norm';
import {
  normActivation,
  normActivationGradient,
  normActivationInPlace,
  normActivationSums,
} from '../../gpu/kernels/norm-activation';
import { normGradientFinish } from '../../gpu/kernels/norm-pool';
import { packFor, packs } from '../../gpu/kernels/pack';
import type { GraphNode } from '../../networks/graph';
import type { Tensor } from '../plan';
import type { Activation } from './activation';
import { type Command, named, ranged, type Source, sloped, unread } from './command';
import { joinGroup, lanesEach } from './lanes';
import { perStretch } from './pointwise';
import { halfOf, offsetOf, type Site, type Stored, samples, whole } from './site';
import type { Volume } from './volume';
import { type Stretch, stretches } from './windows';

/** A BatchNorm over `y`, which was made without the bias of the convolution before it, if there is one. */
export class BatchNorm {
  readonly #site: Site;
  readonly #y: Volume;
  readonly #constants: Readonly<Record<'C' | 'GAMMA' | 'BETA' | 'BIAS' | 'MEAN' | 'VAR', number>>;
  /** [4, C]: scale, shift, mean and inverse deviation. */
  readonly norm: Tensor;

  constructor(site: Site, node: GraphNode, convolution: GraphNode | undefined, y: Volume) {
    const of = (name: string): number => offsetOf(site.parameter(node, name));
    const bias = convolution === undefined ? undefined : site.parameter(convolution, 'bias');
    this.#site = site;
    this.#y = y;
    this.#constants = {
      C: y.C,
      GAMMA: of('weight'),
      BETA: of('bias'),
      BIAS: bias === undefined ? -1 : offsetOf(bias),
      MEAN: of('running_mean'),
      VAR: of('running_var'),
    };
    this.norm = site.kept('norm', [4 * y.C * 4]);
  }

  /** Statistics of a batch that is seen in so many parts, which are seen one after the other; of a smaller batch the last are missing. */
  statistics(chunks: readonly Chunk[], half: boolean): { of(y: Source, index: number): Command; finish(): Command } {
    const { layout } = this.#site;
    const { C, voxels, stride: YS } = this.#y;
    const lanes = lanesEach(layout.batchSize * voxels, C, layout.threads, chunks.length);
    const parts = whole(this.#site.local('statistics', chunks.length * lanes * 3 * C * 4));
    const GROUP = joinGroup(chunks.length * lanes);
    const active = (n: number): number => chunks.filter((chunk) => chunk.samples(n) > 0).length;
    return {
      of: (y, index) => {
        const chunk = chunks[index];
        const range = (n: number) => ({ n: chunk.samples(n), dn: chunk.voxels, part0: index * lanes, parts: lanes });
        return {
          use: { spec: normStatistics[packFor(C)], constants: { C, YS, ...halfOf(half) } },
          sources: [ranged(range), y, parts],
          extent: (n) => ({ threads: packs(C) * lanes, z: Math.min(1, chunk.samples(n)) }),
        };
      },
      finish: () => ({
        use: { spec: normFinish, constants: { ...this.#constants, GROUP } },
        sources: [
          ranged((n) => ({ n, parts: active(n) * lanes })),
          parts,
          named('weights.0'),
          named('running'),
          whole(this.norm),
        ],
        extent: () => ({ threads: GROUP * C, z: 1 }),
      }),
    };
  }

  /** The line of evaluation mode. */
  inference(): Command {
    return {
      use: { spec: normInference, constants: this.#constants },
      sources: [named('weights.0'), named('running'), whole(this.norm)],
      extent: () => ({ threads: this.#constants.C, z: 1 }),
    };
  }

  /** The line of evaluation mode: no gradient leads through running statistics, so there are no sums. */
  fixedGradient(line: Tensor): Command {
    return this.finishGradient(unread, [], 1, line);
  }

  /** Gradients of gamma and beta from sums in lanes of chunks, and the line from which dy follows. */
  finishGradient(sums: Source, chunks: readonly Pick<Chunk, 'samples'>[], lanes: number, line: Tensor): Command {
    const { C, GAMMA, BETA } = this.#constants;
    const { D, H, W } = this.#y;
    const GROUP = joinGroup(chunks.length * lanes);
    const active = (n: number): number => chunks.filter((chunk) => chunk.samples(n) > 0).length;
    return {
      use: { spec: normGradientFinish, constants: { C, D, H, W, GAMMA, BETA, GROUP } },
      sources: [
        ranged((n) => ({ n, parts: active(n) * lanes })),
        sums,
        named('weights.0'),
        whole(this.norm),
        named('gradients.0'),
        whole(line),
      ],
      extent: () => ({ threads: GROUP * C, z: 1 }),
    };
  }
}

/** Voxels of a group of samples that one command sees. */
export interface Chunk {
  readonly voxels: number;
  /** Samples in a batch of n. */
  readonly samples: (n: number) => number;
}

const chunksOf = (site: Site, all: readonly Stretch[], C: number): Chunk[] =>
  all.map(({ group, elements }) => ({ voxels: elements / C, samples: samples(site.groups[group]) }));

/** Statistics and line of a stored value, in training mode or not. */
export function normalize(batchNorm: BatchNorm, y: Stored, site: Site): Command[] {
  if (!site.training) return [batchNorm.inference()];
  const all = stretches(site, [y], y.C);
  const statistics = batchNorm.statistics(chunksOf(site, all, y.C), y.half);
  return [...all.map((stretch, i) => statistics.of(stretch.of(y), i)), statistics.finish()];
}

/** z = activated(y · scale + shift); `z` may be y. */
export function applyNorm(site: Site, batchNorm: BatchNorm, y: Stored, z: Stored, { code, slope }: Activation): Command[] {
  const { C, stride: YS } = y;
  const norm = whole(batchNorm.norm);
  const constants = { C, YS, ACTIVATION: code };
  if (y.tensor === z.tensor)
    return perStretch(site, y, [], normActivationInPlace, constants, ({ of }) => [sloped(slope), norm, of(y)]);
  return perStretch(site, z, [y], normActivation, { ...constants, ZS: z.stride }, ({ of }) => [
    sloped(slope),
    of(y),
    norm,
    of(z),
  ]);
}

/** The gradient of y, written over that of z; gradients of gamma and beta on the way. */
export function normBackward(
  site: Site,
  batchNorm: BatchNorm,
  y: Stored,
  dz: Stored,
  { code: ACTIVATION, slope }: Activation,
): Command[] {
  const { layout } = site;
  const { C, voxels, stride: YS } = y;
  if (!site.training) {
    const line = site.local('line', 3 * C * 4);
    return [batchNorm.fixedGradient(line), ...gradientOfLine(site, batchNorm, y, dz, line, { code: ACTIVATION, slope })];
  }
  const all = stretches(site, [y, dz], C);
  const chunks = chunksOf(site, all, C);
  const lanes = lanesEach(layout.batchSize * voxels, C, layout.threads, chunks.length);
  const sums = whole(site.local('sums', chunks.length * lanes * 2 * C * 4));
  const line = site.local('line', 3 * C * 4);
  const norm = whole(batchNorm.norm);
  const constants = { C, YS, ZS: dz.stride, ACTIVATION };
  return [
    ...all.map((stretch, i): Command => {
      const chunk = chunks[i];
      const range = (n: number) => ({ n: chunk.samples(n), dn: chunk.voxels, part0: i * lanes, parts: lanes });
      return {
        use: { spec: normActivationSums[packFor(C)], constants: { ...constants, ...halfOf(y.half) } },
        sources: [ranged(range), sloped(slope), stretch.of(dz), stretch.of(y), norm, sums],
        extent: (n) => ({ threads: packs(C) * lanes, z: Math.min(1, chunk.samples(n)) }),
      };
    }),
    batchNorm.finishGradient(sums, chunks, lanes, line),
    ...gradientOfLine(site, batchNorm, y, dz, line, { code: ACTIVATION, slope }),
  ];
}

/** dz becomes the gradient of y by the line that was found. */
function gradientOfLine(
  site: Site,
  { norm }: BatchNorm,
  y: Stored,
  dz: Stored,
  line: Tensor,
  { code: ACTIVATION, slope }: Activation,
): Command[] {
  const constants = { C: y.C, YS: y.stride, ZS: dz.stride, ACTIVATION };
  return perStretch(site, dz, [y], normActivationGradient, constants, ({ of }) => [
    sloped(slope),
    of(y),
    whole(norm),
    whole(line),
    of(dz),
  ]);
}

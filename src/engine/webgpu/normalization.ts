/** @file BatchNorm as commands: statistics of a convolution's output (or of any value), the line that follows from them, its gradient. */
import type { activationCodes } from '../../gpu/kernels/activation';
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
import { type Command, named, ranged, type Source, sloped, type TensorSource } from './command';
import { joinGroup, lanesEach } from './lanes';
import { activePieces, type Piece, pieceRange, pieceSamples, wholeGroups } from './pieces';
import { offsetOf, part, type Site, type Stored, samples, whole } from './site';
import type { Volume } from './volume';

/** What follows a norm: an activation, or nothing. */
export interface Activation {
  readonly code: number;
  readonly slope: number;
}

type Kind = Extract<GraphNode, { op: 'activation' }>['attributes']['kind'];

const codes: Readonly<Record<Kind, (typeof activationCodes)[keyof typeof activationCodes]>> = {
  relu: 1,
  leaky: 2,
  elu: 3,
  sigmoid: 4,
  tanh: 5,
};

/** Of an activation node, or of none. */
export function activationOf(node: GraphNode | undefined): Activation {
  if (node === undefined || node.op !== 'activation') return { code: 0, slope: 0 };
  return { code: codes[node.attributes.kind], slope: node.attributes.slope ?? 0 };
}

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

  /** Statistics of a batch that is seen in pieces. */
  statistics(pieces: readonly Piece[], half: boolean): { of(y: Source, index: number): Command; finish(): Command } {
    const { groups, layout } = this.#site;
    const { H, W, C, voxels, stride: YS } = this.#y;
    const lanes = lanesEach(layout.batchSize * voxels, C, layout.threads, pieces.length);
    const parts = whole(this.#site.local('statistics', pieces.length * lanes * 3 * C * 4));
    const GROUP = joinGroup(pieces.length * lanes);
    return {
      of: (y, index) => {
        const piece = pieces[index];
        const lane = { part0: index * lanes, parts: lanes };
        return {
          use: { spec: normStatistics[packFor(C)], constants: { VOXELS: H * W, C, YS, ...halfOf(half) } },
          sources: [ranged((n) => ({ ...pieceRange(groups, piece, n), ...lane })), y, parts],
          extent: (n) => ({ threads: packs(C) * lanes, z: Math.min(1, pieceSamples(groups, piece, n)) }),
        };
      },
      finish: () => ({
        use: { spec: normFinish, constants: { ...this.#constants, GROUP } },
        sources: [
          ranged((n) => ({ n, parts: activePieces(groups, pieces, n) * lanes })),
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

  /** Gradients of gamma and beta from sums in `groups × lanes` parts, and the line from which dy follows. */
  finishGradient(sums: TensorSource, lanes: number, line: Tensor): Command {
    const { groups } = this.#site;
    const { C, GAMMA, BETA } = this.#constants;
    const { D, H, W } = this.#y;
    const GROUP = joinGroup(groups.length * lanes);
    const groupsIn = (n: number): number => groups.filter(({ first }) => first < n).length;
    return {
      use: { spec: normGradientFinish, constants: { C, D, H, W, GAMMA, BETA, GROUP } },
      sources: [
        ranged((n) => ({ n, parts: groupsIn(n) * lanes })),
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

/** Kernels for f16 may see tensors of f32 beside others: then they are told. */
export const halfOf = (half: boolean): { readonly HALF?: 0 } => (half ? {} : { HALF: 0 });

/** Statistics and line of a stored value, in training mode or not. */
export function normalize(batchNorm: BatchNorm, y: Stored, site: Site): Command[] {
  if (!site.training) return [batchNorm.inference()];
  const statistics = batchNorm.statistics(wholeGroups(site.groups, y.D), y.half);
  return [...y.parts.map((_, g) => statistics.of(part(y.tensor, g), g)), statistics.finish()];
}

/** z = activated(y · scale + shift); `z` may be y. */
export function applyNorm(batchNorm: BatchNorm, y: Stored, z: Stored, { code, slope }: Activation): Command[] {
  const { size: SIZE, C, stride: YS } = y;
  const pack = packFor(C);
  const threads = SIZE / pack;
  return y.parts.map((group, g): Command => {
    const extent = (n: number) => ({ threads, z: samples(group)(n) });
    const common = { SIZE, C, YS, ACTIVATION: code, ...halfOf(y.half) };
    if (y.tensor === z.tensor)
      return {
        use: { spec: normActivationInPlace[pack], constants: common },
        sources: [sloped(slope), whole(batchNorm.norm), part(y.tensor, g)],
        extent,
      };
    return {
      use: { spec: normActivation[pack], constants: { ...common, ZS: z.stride } },
      sources: [sloped(slope), part(y.tensor, g), whole(batchNorm.norm), part(z.tensor, g)],
      extent,
    };
  });
}

/** The gradient of y, written over that of z; gradients of gamma and beta on the way. */
export function normBackward(
  site: Site,
  batchNorm: BatchNorm,
  y: Stored,
  dz: Stored,
  { code: ACTIVATION, slope }: Activation,
): Command[] {
  const { layout, groups } = site;
  const { size: SIZE, C, H, W, D, voxels, stride: YS } = y;
  const pack = packFor(C);
  const lanes = lanesEach(layout.batchSize * voxels, C, layout.threads, groups.length);
  const sums = whole(site.local('sums', groups.length * lanes * 2 * C * 4));
  const line = site.local('line', 3 * C * 4);
  const constants = { C, YS, ZS: dz.stride, ACTIVATION, ...halfOf(y.half) };
  return [
    ...groups.map(
      (group, g): Command => ({
        use: { spec: normActivationSums[pack], constants: { ...constants, VOXELS: H * W } },
        sources: [
          ranged((n) => ({ n: samples(group)(n), dn: D, part0: g * lanes, parts: lanes })),
          sloped(slope),
          part(dz.tensor, g),
          part(y.tensor, g),
          whole(batchNorm.norm),
          sums,
        ],
        extent: (n) => ({ threads: packs(C) * lanes, z: Math.min(1, samples(group)(n)) }),
      }),
    ),
    batchNorm.finishGradient(sums, lanes, line),
    ...groups.map(
      (group, g): Command => ({
        use: { spec: normActivationGradient[pack], constants: { ...constants, SIZE } },
        sources: [sloped(slope), part(y.tensor, g), whole(batchNorm.norm), whole(line), part(dz.tensor, g)],
        extent: (n) => ({ threads: SIZE / pack, z: samples(group)(n) }),
      }),
    ),
  ];
}

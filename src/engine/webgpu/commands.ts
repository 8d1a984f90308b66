/** @file What the device does in a step, as a list of kernels with their buffers: the blocks of convolution, norm, ReLU and pool. */
import type { Extent } from '../../gpu/kernel';
import { blockInference, blockInferenceStem, blockThreads } from '../../gpu/kernels/block-inference';
import {
  convStem,
  convTile4,
  convTile8,
  filterFlip,
  filterGradient,
  stemFilterGradient,
  sumParts,
} from '../../gpu/kernels/convolution';
import type { Range } from '../../gpu/kernels/example-arrays';
import { normFinish, normInference, normStatistics } from '../../gpu/kernels/norm';
import { normGradient, normGradientFinish, normGradientSums, normReluPool } from '../../gpu/kernels/norm-pool';
import type { KernelUse } from '../../gpu/pipelines';
import {
  channelsNear,
  convolutionGroup,
  filterLanes,
  filterSize,
  filterThreads,
  gradientLanes,
  joinGroup,
  type Piece,
  pieceSamples,
  piecesOf,
  statisticsLanes,
} from './lanes';
import { type ConvStage, type Layout, samplesIn } from './layout';
import { stridedConvolution, stridedFilterGradient, stridedInputGradient } from './strided-commands';

/** A buffer by name (a part of it if `floats` says so), or a record of a uniform table. */
export type Source =
  | { readonly buffer: string; readonly offset?: number; readonly floats?: number }
  | { readonly range: (n: number) => Partial<Range> }
  | { readonly uniform: 'step' | 'adam' };

export interface Command {
  readonly use: KernelUse;
  readonly sources: readonly Source[];
  /** For a batch of n; zero repetitions or threads: nothing to do. */
  readonly extent: (n: number) => Extent;
}

const named = (buffer: string): Source => ({ buffer });

/** Records of a piece for a batch of n. */
function pieceRange(layout: Layout, piece: Piece, rest: Partial<Range> = {}): Source {
  const { n0, d0, dn, q0, qn } = piece;
  return { range: (n) => ({ n0, d0, dn, q0, qn, n: pieceSamples(layout, piece, n), ...rest }) };
}

/** Pieces that have samples in a batch of n; they come first. */
function active(layout: Layout, pieces: readonly Piece[], n: number): number {
  return pieces.filter((piece) => pieceSamples(layout, piece, n) > 0).length;
}

const yOf = (k: number, piece: Piece): Source => named(k === 0 ? 'slab' : `y.${k}.${piece.group}`);

/** Convolution of inner blocks: `from` and `to` are n d h w c of the same voxels. */
function tileConvolution(
  stage: ConvStage,
  channels: Readonly<Record<'CI' | 'CO' | 'XS' | 'YS', number>>,
  sources: readonly Source[],
  samples: (n: number) => number,
): Command {
  const { D, H, W, KD } = stage;
  // Twice the tile is a third cheaper per voxel, if the row is long enough to fill it.
  const short = Math.ceil(W / 4) * 4 * 1.4 < Math.ceil(W / 8) * 8;
  const [spec, tile] = short ? [convTile4, 4] : [convTile8, 8];
  const threads = Math.ceil(W / tile) * H * D * (channels.CO / 8);
  return {
    use: { spec, constants: { D, H, W, KD, ...channels, GROUP: convolutionGroup(threads), NEAR: channelsNear(D * H * W) } },
    sources,
    extent: (n) => ({ threads, z: samples(n) }),
  };
}

/** y of a piece, without bias. */
function convolution(layout: Layout, k: number, piece: Piece): Command {
  const stage = layout.conv[k];
  const { D, H, W, CI, CO, KD, XS, YS } = stage;
  const filter: Source = { buffer: 'arena.w', offset: stage.filter, floats: filterSize(stage) };
  const samples = (n: number): number => pieceSamples(layout, piece, n);
  const inner = [named(`p.${k - 1}.${piece.group}`), filter, yOf(k, piece)];
  const first = [pieceRange(layout, piece), named(`x.${piece.group}`), filter, yOf(k, piece)];
  if (stage.block.stride === 2) {
    const { use, threads } = stridedConvolution(stage, k === 0, piece);
    return { use, sources: k === 0 ? first : inner, extent: (n) => ({ threads, z: samples(n) }) };
  }
  if (k > 0) return tileConvolution(stage, { CI, CO, XS, YS }, inner, samples);
  return {
    use: { spec: convStem, constants: { D, H, W, CI, CO, KD, XS, YS } },
    sources: first,
    extent: (n) => ({ threads: Math.ceil(W / 8) * Math.ceil(H / 2) * piece.dn * (CO / 4), z: samples(n) }),
  };
}

function pool(layout: Layout, k: number, piece: Piece): Command {
  const { D, H, W, CO: C, PD, P, YS, ZS, CS, QH, QW } = layout.conv[k];
  const g = piece.group;
  return {
    use: { spec: normReluPool, constants: { D, H, W, C, PD, P, YS, ZS, CS } },
    sources: [
      pieceRange(layout, piece),
      yOf(k, piece),
      ...[`norm.${k}`, `p.${k}.${g}`, `peak.${k}.${g}`, `code.${k}.${g}`].map(named),
    ],
    extent: (n) => ({ threads: piece.qn * QH * QW * (C / 8), z: pieceSamples(layout, piece, n) }),
  };
}

function normConstants({ CO: C, gamma: GAMMA, beta: BETA, bias: BIAS, mean: MEAN, variance: VAR }: ConvStage) {
  return { C, GAMMA, BETA, BIAS, MEAN, VAR };
}

/** True if the first block's convolution does not stay in memory. */
function recomputed(k: number, pieces: readonly Piece[]): boolean {
  return k === 0 && pieces.length > 1;
}

/** A block in training mode: leaves what backward needs, updates the running statistics. */
function forwardBlock(layout: Layout, k: number): Command[] {
  const stage = layout.conv[k];
  const { H, W, CO: C, YS } = stage;
  const pieces = piecesOf(layout, k);
  const lanes = statisticsLanes(layout, k);
  const statistics = pieces.flatMap((piece, i): Command[] => [
    convolution(layout, k, piece),
    {
      use: { spec: normStatistics, constants: { H, W, C, YS } },
      sources: [pieceRange(layout, piece, { part0: i * lanes, parts: lanes }), yOf(k, piece), named('parts')],
      extent: (n) => ({ threads: (C / 4) * lanes, z: Math.min(1, pieceSamples(layout, piece, n)) }),
    },
  ]);
  const GROUP = joinGroup(pieces.length * lanes);
  const finish: Command = {
    use: { spec: normFinish, constants: { ...normConstants(stage), GROUP } },
    sources: [
      { range: (n) => ({ n, parts: active(layout, pieces, n) * lanes }) },
      ...['parts', 'arena.w', 'running', `norm.${k}`].map(named),
    ],
    extent: () => ({ threads: GROUP * C, z: 1 }),
  };
  const pooled = pieces.flatMap((piece) => [
    ...(recomputed(k, pieces) ? [convolution(layout, k, piece)] : []),
    pool(layout, k, piece),
  ]);
  return [...statistics, finish, ...pooled];
}

/** All blocks in training mode. */
export function forwardBlocks(layout: Layout): Command[] {
  return layout.conv.flatMap((_, k) => forwardBlock(layout, k));
}

/**
 * True if the block is computed as one operation in evaluation mode. On software adapters that takes about as long as two operations
 * from 2,000 voxels on, and longer below, where its threads are few; it never moves the convolution's output, which graphics memory
 * feels.
 */
function fuses({ block, D, H, W }: ConvStage): boolean {
  return block.pool && block.stride === 1 && D * H * W >= 2000;
}

/** A whole block of one group in evaluation mode. */
function fused(layout: Layout, k: number, g: number): Command {
  const stage = layout.conv[k];
  const { D, H, W, CI, CO, KD, PD, XS, ZS } = stage;
  const [spec, together] = k === 0 ? ([blockInferenceStem, 2] as const) : ([blockInference, 4] as const);
  const constants = { D, H, W, CI, CO, KD, PD, XS, ZS };
  const threads = blockThreads(constants, together);
  const filter: Source = { buffer: 'arena.w', offset: stage.filter, floats: filterSize(stage) };
  return {
    use: { spec, constants: { ...constants, GROUP: convolutionGroup(threads), NEAR: channelsNear(D * H * W) } },
    sources: [named(k === 0 ? `x.${g}` : `p.${k - 1}.${g}`), filter, named(`norm.${k}`), named(`p.${k}.${g}`)],
    extent: (n) => ({ threads, z: samplesIn(layout, g, n) }),
  };
}

/** All blocks in evaluation mode. */
export function inferBlocks(layout: Layout): Command[] {
  return layout.conv.flatMap((stage, k) => [
    {
      use: { spec: normInference, constants: normConstants(stage) },
      sources: ['arena.w', 'running', `norm.${k}`].map(named),
      extent: () => ({ threads: stage.CO, z: 1 }),
    },
    ...(fuses(stage)
      ? layout.groups.map((_, g) => fused(layout, k, g))
      : piecesOf(layout, k).flatMap((piece) => [convolution(layout, k, piece), pool(layout, k, piece)])),
  ]);
}

/** Gradients of gamma and beta, and the line from which dy follows. */
function normBackward(layout: Layout, k: number): Command[] {
  const { D, H, W, QD, QH, QW, CO: C, ZS, CS, gamma: GAMMA, beta: BETA } = layout.conv[k];
  const lanes = gradientLanes(layout, k);
  const sums = layout.groups.map((_, g): Command => {
    const samples = (n: number): number => samplesIn(layout, g, n);
    return {
      use: { spec: normGradientSums, constants: { SIZE: QD * QH * QW, C, ZS, CS } },
      sources: [
        { range: (n) => ({ n: samples(n), part0: g * lanes, parts: lanes }) },
        ...[`dp.${k}.${g}`, `peak.${k}.${g}`, `code.${k}.${g}`, `norm.${k}`, 'parts'].map(named),
      ],
      extent: (n) => ({ threads: (C / 4) * lanes, z: Math.min(1, samples(n)) }),
    };
  });
  const GROUP = joinGroup(layout.groups.length * lanes);
  const groupsIn = (n: number): number => layout.groups.filter(({ first }) => first < n).length;
  return [
    ...sums,
    {
      use: { spec: normGradientFinish, constants: { C, D, H, W, GAMMA, BETA, GROUP } },
      sources: [
        { range: (n) => ({ n, parts: groupsIn(n) * lanes }) },
        ...['parts', 'arena.w', `norm.${k}`, 'arena.g', 'line'].map(named),
      ],
      extent: () => ({ threads: GROUP * C, z: 1 }),
    },
  ];
}

/** Gradient of the input of a block of stride 2: dp of the block before. */
function stridedInputCommand(layout: Layout, k: number, piece: Piece): Command {
  const stage = layout.conv[k];
  const { use, threads } = stridedInputGradient(stage);
  const filter: Source = { buffer: 'arena.w', offset: stage.filter, floats: filterSize(stage) };
  return {
    use,
    sources: [yOf(k, piece), filter, named(`dp.${k - 1}.${piece.group}`)],
    extent: (n) => ({ threads, z: pieceSamples(layout, piece, n) }),
  };
}

/** From dp of block k to the filter gradient and, but for the first block, dp of the block before. */
function backwardBlock(layout: Layout, k: number): Command[] {
  const stage = layout.conv[k];
  const { D, H, W, QH, QW, CI, CO, KD, PD, P, XS, YS, ZS, CS } = stage;
  const pieces = piecesOf(layout, k);
  const S = filterLanes(layout, k);
  const size = filterSize(stage);
  // A single lane adds to the gradient itself.
  const gradient: Source = { buffer: 'arena.g', offset: stage.filter, floats: size };
  const perPiece = pieces.flatMap((piece, i): Command[] => {
    const g = piece.group;
    const samples = (n: number): number => pieceSamples(layout, piece, n);
    const plain = { D, H, W, CI, CO, KD, XS, GS: YS, S };
    const { use, threads } =
      stage.block.stride === 2
        ? stridedFilterGradient(stage, k === 0, S)
        : {
            use: { spec: k === 0 ? stemFilterGradient : filterGradient, constants: plain },
            threads: filterThreads(stage, k === 0) * S,
          };
    return [
      ...(recomputed(k, pieces) ? [convolution(layout, k, piece)] : []),
      {
        use: { spec: normGradient, constants: { D, H, W, C: CO, PD, P, YS, ZS, CS } },
        sources: [pieceRange(layout, piece), ...[`dp.${k}.${g}`, `code.${k}.${g}`, 'line'].map(named), yOf(k, piece)],
        extent: (n) => ({ threads: piece.qn * QH * QW * (CO / 4), z: samples(n) }),
      },
      {
        use,
        sources: [
          pieceRange(layout, piece, { first: S > 1 && i === 0 ? 1 : 0 }),
          named(k === 0 ? `x.${g}` : `p.${k - 1}.${g}`),
          yOf(k, piece),
          S > 1 ? named('parts') : gradient,
        ],
        extent: (n) => ({ threads, z: Math.min(1, samples(n)) }),
      },
    ];
  });
  const commands = [...normBackward(layout, k), ...perPiece];
  if (S > 1)
    commands.push({
      use: { spec: sumParts, constants: { SIZE: size, S } },
      sources: [named('parts'), gradient],
      extent: () => ({ threads: size / 4, z: 1 }),
    });
  if (k === 0) return commands;
  if (stage.block.stride === 2) return [...commands, ...pieces.map((piece) => stridedInputCommand(layout, k, piece))];
  commands.push({
    use: { spec: filterFlip, constants: { KD, CI, CO } },
    sources: [{ buffer: 'arena.w', offset: stage.filter, floats: size }, named('flip')],
    extent: () => ({ threads: size / 4, z: 1 }),
  });
  for (const piece of pieces) {
    const sources = [yOf(k, piece), named('flip'), named(`dp.${k - 1}.${piece.group}`)];
    const channels = { CI: CO, CO: CI, XS: YS, YS: layout.conv[k - 1].ZS };
    commands.push(tileConvolution(stage, channels, sources, (n) => pieceSamples(layout, piece, n)));
  }
  return commands;
}

/** All blocks backward, from dp of the last one; adds to the gradients in the arena. */
export function backwardBlocks(layout: Layout): Command[] {
  return layout.conv.flatMap((_, i) => backwardBlock(layout, layout.conv.length - 1 - i));
}

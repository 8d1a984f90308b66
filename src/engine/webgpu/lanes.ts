/**
 * @file Over how many lanes each reduction is dealt out: enough threads for a GPU, partial results that stay small. The numbers
 * depend on the layout alone, so two runs add in the same order.
 */
import { stridedFilterThreads } from '../../gpu/kernels/conv-strided';
import { type ConvStage, type Layout, type LinearStage, type Slab, samplesIn } from './layout';

/** Floats of partial filter gradients, at most. */
const largestParts = 4 * 2 ** 20;

const clamp = (value: number, low: number, high: number): number => Math.floor(Math.max(low, Math.min(high, value)));

/** Part of a stage that one dispatch computes: a slab of the first block, a group of the others. */
export interface Piece extends Slab {
  readonly group: number;
}

export function piecesOf(layout: Layout, k: number): Piece[] {
  if (k === 0) return layout.slabs.flatMap((slabs, group) => slabs.map((slab) => ({ ...slab, group })));
  const { D, QD } = layout.conv[k];
  return layout.groups.map(({ size }, group) => ({ group, n0: 0, n: size, d0: 0, dn: D, q0: 0, qn: QD }));
}

/** Samples of the piece when the batch has `n`. */
export function pieceSamples(layout: Layout, piece: Piece, n: number): number {
  return Math.max(0, Math.min(piece.n, samplesIn(layout, piece.group, n) - piece.n0));
}

/** Lanes of a sum over voxels, for each 4 of C channels; at least 16 voxels a lane. */
export function voxelLanes(voxels: number, C: number, threads: number): number {
  return clamp(Math.min(voxels / 16, threads / (C / 4)), 1, voxels);
}

/** Lanes of each piece in the batch statistics. */
export function statisticsLanes(layout: Layout, k: number): number {
  const { D, H, W, CO } = layout.conv[k];
  return Math.max(1, Math.floor(voxelLanes(layout.batchSize * D * H * W, CO, layout.threads) / piecesOf(layout, k).length));
}

/** Lanes of each group in the sums of the norm's gradient. */
export function gradientLanes(layout: Layout, k: number): number {
  const { QD, QH, QW, CO } = layout.conv[k];
  return Math.max(1, Math.floor(voxelLanes(layout.batchSize * QD * QH * QW, CO, layout.threads) / layout.groups.length));
}

/** Weights of a stage's filter, as stored. */
export function filterSize({ KD, CI, CO }: Pick<ConvStage, 'KD' | 'CI' | 'CO'>): number {
  return KD * 9 * CI * CO;
}

/** Threads of a filter gradient's lane. */
export function filterThreads({ KD, CI, CO, block }: ConvStage, stem: boolean): number {
  return block.stride === 1 ? plainFilterThreads({ KD, CI, CO }, stem) : stridedFilterThreads({ KD, K: 3, CI, CO }, stem);
}

function plainFilterThreads({ KD, CI, CO }: Pick<ConvStage, 'KD' | 'CI' | 'CO'>, stem: boolean): number {
  return (CO / 8) * (stem ? CI * KD : (CI / 4) * KD * 3);
}

function lanesFor(perLane: number, size: number, rows: number, threads: number): number {
  return clamp(Math.min(threads / perLane, largestParts / size, rows / 4), 1, rows);
}

/** Lanes of a filter gradient of stride 1 over so many rows. */
export function rowLanes(stage: Pick<ConvStage, 'KD' | 'CI' | 'CO'>, stem: boolean, rows: number, threads: number): number {
  return lanesFor(plainFilterThreads(stage, stem), filterSize(stage), rows, threads);
}

/** Lanes of the filter gradient. */
export function filterLanes(layout: Layout, k: number): number {
  const stage = layout.conv[k];
  const { H } = stage;
  const rows = Math.max(...piecesOf(layout, k).map(({ n, dn }) => n * dn)) * H;
  return lanesFor(filterThreads(stage, k === 0), filterSize(stage), rows, layout.threads);
}

/** Lanes of one output of a linear layer. */
export function outputLanes({ I }: LinearStage): number {
  return clamp(I / 64, 1, 64);
}

/** Lanes of one input of a linear layer, by chunk. */
export function inputLanes({ I, chunks }: LinearStage, threads: number): number[] {
  return chunks.map(({ count }) => clamp((threads / 2 / (I / 4)) * (count / chunks[0].count), 1, Math.max(1, count / 8)));
}

/** Floats of the scratch buffer that all partial results share. */
export function scratchSize(layout: Layout): number {
  const { conv, linear, batchSize } = layout;
  const sizes = conv.flatMap((stage, k) => [
    piecesOf(layout, k).length * statisticsLanes(layout, k) * 3 * stage.CO,
    layout.groups.length * gradientLanes(layout, k) * 2 * stage.CO,
    filterLanes(layout, k) * filterSize(stage),
  ]);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return Math.max(
    ...sizes,
    ...linear.flatMap((stage) => [
      outputLanes(stage) * batchSize * stage.block.outFeatures,
      sum(inputLanes(stage, layout.threads)) * batchSize * stage.I,
    ]),
  );
}

/** Workgroup size of a kernel that joins `parts` results of each channel: more lanes than there is work for cost time. */
export function joinGroup(parts: number): number {
  return parts > 256 ? 64 : 4;
}

/** Workgroup size of a convolution of so many threads: small ones are spread over more processors. */
export function convolutionGroup(threads: number): number {
  return threads < 2048 ? 16 : 64;
}

/** 1 if neighbouring threads of a convolution take neighbouring channels, so that small volumes do not branch apart; else voxels. */
export function channelsNear(voxels: number): number {
  return voxels < 1024 ? 1 : 0;
}

/**
 * @file PyTorch's axis orders ⇄ the device's: where each parameter lies and how it is permuted. Padding is zero and stays zero.
 */
import type { StateEntry } from '../legacy/state-entries';
import { stateEntries } from '../legacy/state-entries';
import { type ConvStage, type Layout, type LinearStage, lastVoxels } from './layout';

type Floats = Float32Array<ArrayBuffer>;

/** A parameter or running statistic on the device: a range of the arena (or the running statistics), or the matrix of a linear layer. */
export type Place =
  | {
      readonly kind: 'arena' | 'running';
      readonly offset: number;
      readonly floats: number;
      readonly stage: ConvStage | LinearStage;
    }
  | { readonly kind: 'matrix'; readonly index: number; readonly stage: LinearStage };

export interface PlacedEntry extends StateEntry {
  readonly place: Place;
}

/** Everything but `num_batches_tracked`, with its place, in the order of the state dict. */
export function placedEntries(layout: Layout): PlacedEntry[] {
  const result: PlacedEntry[] = [];
  for (const entry of stateEntries(layout.spec)) {
    const place = placeOf(layout, entry);
    if (place !== undefined) result.push({ ...entry, place });
  }
  return result;
}

function placeOf(layout: Layout, { role, block }: StateEntry): Place | undefined {
  if (block.kind === 'linear') {
    const index = layout.linear.findIndex((stage) => stage.block === block);
    const stage = layout.linear[index];
    return role === 'bias' ? { kind: 'arena', offset: stage.bias, floats: stage.OUT, stage } : { kind: 'matrix', index, stage };
  }
  const stage = layout.conv.find((candidate) => candidate.block === block)!;
  const { CO, CI, KD } = stage;
  switch (role) {
    case 'weight':
      return { kind: 'arena', offset: stage.filter, floats: KD * 9 * CI * CO, stage };
    case 'bias':
      return { kind: 'arena', offset: stage.bias, floats: CO, stage };
    case 'norm-weight':
      return { kind: 'arena', offset: stage.gamma, floats: CO, stage };
    case 'norm-bias':
      return { kind: 'arena', offset: stage.beta, floats: CO, stage };
    case 'running-mean':
      return { kind: 'running', offset: stage.mean, floats: CO, stage };
    case 'running-var':
      return { kind: 'running', offset: stage.variance, floats: CO, stage };
    case 'batches':
      return undefined;
  }
}

/** Index on the device of each element of a vector or filter, in PyTorch's order. */
function filterIndex({ block, KD, CI, CO }: ConvStage): Int32Array {
  const taps = KD * 9;
  const index = new Int32Array(block.outChannels * block.inChannels * taps);
  let i = 0;
  for (let o = 0; o < block.outChannels; o++)
    for (let c = 0; c < block.inChannels; c++) for (let tap = 0; tap < taps; tap++) index[i++] = (tap * CI + c) * CO + o;
  return index;
}

/** A parameter of the arena, from PyTorch's order. */
export function toArena({ role, place }: PlacedEntry, data: Floats): Floats {
  if (place.kind === 'matrix') throw new Error('a matrix is no part of the arena');
  const result = new Float32Array(place.floats);
  if (role !== 'weight') {
    result.set(data);
    return result;
  }
  for (const [i, at] of filterIndex(place.stage as ConvStage).entries()) result[at] = data[i];
  return result;
}

/** The same, back. */
export function fromArena({ role, place, shape }: PlacedEntry, stored: Floats): Floats {
  if (place.kind === 'matrix') throw new Error('a matrix is no part of the arena');
  if (role === 'weight') return Float32Array.from(filterIndex(place.stage as ConvStage), (at) => stored[at]);
  return stored.slice(0, shape[0]);
}

/** Place of each of PyTorch's features in an input row: c · voxels + voxel ⇄ voxel · channels + c for the first layer, else the same. */
export function featureIndex(layout: Layout, j: number): Int32Array {
  const { block } = layout.linear[j];
  if (j > 0) return Int32Array.from({ length: block.inFeatures }, (_, i) => i);
  const voxels = lastVoxels(layout);
  const { CO } = layout.conv[layout.conv.length - 1];
  return Int32Array.from({ length: block.inFeatures }, (_, i) => (i % voxels) * CO + Math.floor(i / voxels));
}

/** Rows [count, inFeatures] in PyTorch's order → rows of I floats. */
export function toRows(index: Int32Array, I: number, data: Floats, first: number, count: number): Floats {
  const result = new Float32Array(count * I);
  for (let row = 0; row < count; row++) {
    const from = (first + row) * index.length;
    for (let i = 0; i < index.length; i++) result[row * I + index[i]] = data[from + i];
  }
  return result;
}

/** The same, back, into `target` from row `first`. */
export function fromRows(index: Int32Array, I: number, stored: Floats, target: Floats, first: number): void {
  const count = stored.length / I;
  for (let row = 0; row < count; row++) {
    const to = (first + row) * index.length;
    for (let i = 0; i < index.length; i++) target[to + i] = stored[row * I + index[i]];
  }
}

/** @file PyTorch's axis orders ⇄ the device's: of filters, matrices and values. Padding is zero and stays zero. */
import { product } from '../../base/shape';
import type { Placed } from './layout';
import type { Volume } from './volume';

type Floats = Float32Array<ArrayBuffer>;

/**
 * Place on the device, [taps, second axis, first axis], of each element of a filter in PyTorch's order: [out, in, taps] of a convolution,
 * [in, out, taps] of a transposed one.
 */
function filterIndex(shape: readonly number[]): Int32Array {
  const [first, second, ...kernel] = shape;
  const taps = product(kernel);
  const index = new Int32Array(first * second * taps);
  let i = 0;
  for (let a = 0; a < first; a++)
    for (let b = 0; b < second; b++) for (let tap = 0; tap < taps; tap++) index[i++] = (tap * second + b) * first + a;
  return index;
}

/** A parameter of an arena, from PyTorch's order. */
export function toArena({ role, shape }: Placed, data: Floats): Floats {
  if (role !== 'weight') return data;
  const result = new Float32Array(data.length);
  for (const [i, at] of filterIndex(shape).entries()) result[at] = data[i];
  return result;
}

/** The same, back. */
export function fromArena({ role, shape }: Placed, stored: Floats): Floats {
  return role === 'weight' ? Float32Array.from(filterIndex(shape), (at) => stored[at]) : stored;
}

/** Rows `first` … `first + count − 1` of a matrix of `inputs` columns → rows of `row` floats. */
export function toRows(data: Floats, inputs: number, row: number, first: number, count: number): Floats {
  if (inputs === row) return data.subarray(first * row, (first + count) * row);
  const result = new Float32Array(count * row);
  for (let k = 0; k < count; k++) result.set(data.subarray((first + k) * inputs, (first + k + 1) * inputs), k * row);
  return result;
}

/** The same, back, into `target` from row `first`. */
export function fromRows(stored: Floats, inputs: number, row: number, target: Floats, first: number): void {
  for (let k = 0; k < stored.length / row; k++) target.set(stored.subarray(k * row, k * row + inputs), (first + k) * inputs);
}

/** One sample of a value, [c, …space] → n d h w c. */
export function toVolume({ voxels, C, size }: Volume, data: Floats): Floats {
  if (C === 1 || voxels === 1) return data;
  const result = new Float32Array(size);
  for (let c = 0; c < C; c++) for (let v = 0; v < voxels; v++) result[v * C + c] = data[c * voxels + v];
  return result;
}

/** The same, back. */
export function fromVolume({ voxels, C, size }: Volume, stored: Floats): Floats {
  if (C === 1 || voxels === 1) return stored;
  const result = new Float32Array(size);
  for (let v = 0; v < voxels; v++) for (let c = 0; c < C; c++) result[c * voxels + v] = stored[v * C + c];
  return result;
}

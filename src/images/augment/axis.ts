/** @file One axis of a row-major volume at a time. */
import { product } from '../../base/shape';

type Floats = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** Lines along an axis: how many before and after it, and voxels from one to the next. */
export function linesAlong(
  shape: readonly number[],
  axis: number,
): { readonly before: number; readonly length: number; readonly after: number } {
  return { before: product(shape.slice(0, axis)), length: shape[axis], after: product(shape.slice(axis + 1)) };
}

/**
 * Each line along an axis as a weighted sum of itself: value i of the result is Σ weights[k] · line[from(i, k)]. Sums are doubles, rounded
 * to the type of the data, as the array that SciPy and torch give back.
 */
export function weighLines<T extends Floats>(
  data: T,
  shape: readonly number[],
  axis: number,
  weights: Float64Array,
  from: (i: number, k: number, length: number) => number,
): T {
  const { before, length, after } = linesAlong(shape, axis);
  const places = Int32Array.from({ length: length * weights.length }, (_, at) =>
    from(Math.floor(at / weights.length), at % weights.length, length),
  );
  const result = (data instanceof Float64Array ? new Float64Array(data.length) : new Float32Array(data.length)) as T;
  if (after === 1) {
    const line = new Float64Array(length);
    for (let start = 0; start < data.length; start += length) {
      line.set(data.subarray(start, start + length));
      for (let i = 0, at = 0; i < length; i++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++, at++) sum += weights[k] * line[places[at]];
        result[start + i] = sum;
      }
    }
    return result;
  }
  const sums = new Float64Array(after);
  for (let b = 0; b < before; b++) {
    const start = b * length * after;
    for (let i = 0; i < length; i++) {
      sums.fill(0);
      for (let k = 0; k < weights.length; k++) {
        const weight = weights[k];
        const line = start + places[i * weights.length + k] * after;
        for (let a = 0; a < after; a++) sums[a] += weight * data[line + a];
      }
      result.set(sums, start + i * after);
    }
  }
  return result;
}

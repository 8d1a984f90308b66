/** @file Linear interpolation with corners aligned, as torch's `interpolate(…, align_corners=True)`. */
import { product } from '../../base/shape';

/** Values along one axis at new places: the first and last voxel keep theirs. */
function along(values: Float64Array, shape: readonly number[], axis: number, length: number): Float64Array {
  const before = product(shape.slice(0, axis));
  const after = product(shape.slice(axis + 1));
  const old = shape[axis];
  const result = new Float64Array(before * length * after);
  const step = length > 1 ? (old - 1) / (length - 1) : 0;
  for (let i = 0; i < length; i++) {
    const place = i * step;
    const low = Math.min(Math.floor(place), old - 1);
    const high = Math.min(low + 1, old - 1);
    const share = place - low;
    for (let b = 0; b < before; b++) {
      const [from, next, to] = [(b * old + low) * after, (b * old + high) * after, (b * length + i) * after];
      for (let a = 0; a < after; a++) result[to + a] = values[from + a] * (1 - share) + values[next + a] * share;
    }
  }
  return result;
}

/** Row-major values of `shape` as those of `size`, axis after axis. */
export function resampled(values: Float64Array, shape: readonly number[], size: readonly number[]): Float64Array {
  let [result, now] = [values, shape];
  for (const [axis, length] of size.entries()) {
    if (now[axis] === length) continue;
    result = along(result, now, axis, length);
    now = now.with(axis, length);
  }
  return result;
}

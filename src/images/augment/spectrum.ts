/**
 * @file What torchio does to planes of a spectrum along one axis, without a spectrum: the transforms along the other axes take each other
 * back, and a real factor for each frequency of one axis is a circular sum along it.
 */
import { weighLines } from './axis';

/**
 * The real part of the inverse transform of `mask`, where mask[i] belongs to the frequency i − ⌊N/2⌋: the weights with which each voxel takes
 * those before it along the axis.
 */
function weightsOf(mask: Float64Array): Float64Array {
  const N = mask.length;
  const half = Math.floor(N / 2);
  const cosines = Float64Array.from({ length: N }, (_, i) => Math.cos((2 * Math.PI * i) / N));
  return Float64Array.from({ length: N }, (_, shift) => {
    let sum = 0;
    for (let i = 0; i < N; i++) sum += mask[i] * cosines[((((i - half) * shift) % N) + N) % N];
    return sum / N;
  });
}

/** The real part of an image whose spectrum was multiplied by `mask` along an axis. */
export function filtered(
  data: Float32Array<ArrayBuffer>,
  shape: readonly number[],
  axis: number,
  mask: Float64Array,
): Float32Array<ArrayBuffer> {
  return weighLines(data, shape, axis, weightsOf(mask), (i, k, length) => (i - k + length) % length);
}

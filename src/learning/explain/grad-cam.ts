/** @file Grad-CAM: from an activation and its gradient to a map of the input's size. */
import { product } from '../../base/shape';
import { resampled } from './resample';

/**
 * `1.6.1`: as ClinicaDL 1.6.1 computes it: the gradient is averaged over the third and fourth axis of the tensor [n, c, …space] alone,
 * so that volumes keep a weight for each position on their last axis; the weighted channels are averaged; no ReLU.
 * `published`: Selvaraju 2017: one weight a channel, the sum of the weighted channels, ReLU.
 */
export type CamFormula = '1.6.1' | 'published';

/** Weights of a channel, one for each position on the last axis of a volume; or one for all. */
function weightsOf(gradient: Float32Array, space: readonly number[], formula: CamFormula): Float64Array {
  const last = formula === '1.6.1' && space.length === 3 ? space[2] : 1;
  const sums = new Float64Array(last);
  for (let i = 0; i < gradient.length; i++) sums[i % last] += gradient[i];
  return sums.map((sum) => sum / (gradient.length / last));
}

/**
 * Maps of n samples. `value`, `gradient`: [n, c, …space] of the activation; `size`: …space of the input. Returns [n, …size], resized
 * linearly with corners aligned.
 */
export function gradCam(
  value: Float32Array,
  gradient: Float32Array,
  n: number,
  [channels, ...space]: readonly number[],
  size: readonly number[],
  formula: CamFormula,
): Float32Array<ArrayBuffer> {
  const voxels = product(space);
  const whole = product(size);
  const maps = new Float32Array(n * whole);
  for (let sample = 0; sample < n; sample++) {
    const map = new Float64Array(voxels);
    for (let c = 0; c < channels; c++) {
      const at = (sample * channels + c) * voxels;
      const weights = weightsOf(gradient.subarray(at, at + voxels), space, formula);
      for (let i = 0; i < voxels; i++) map[i] += weights[i % weights.length] * value[at + i];
    }
    const shown = formula === '1.6.1' ? map.map((sum) => sum / channels) : map.map((sum) => Math.max(0, sum));
    // A mean over all voxels has no axes left: one value for the whole image.
    maps.set(resampled(shown, space.length === 0 ? size.map(() => 1) : space, size), sample * whole);
  }
  return maps;
}

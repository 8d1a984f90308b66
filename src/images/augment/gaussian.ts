/** @file SciPy's Gaussian filter: axis after axis, each result in the type of the data, borders mirrored with the edge voxel twice. */
import { weighLines } from './axis';

type Floats = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** Deviations below which SciPy passes over an axis. */
const NOTHING = 1e-15;

function weightsOf(sigma: number): Float64Array {
  const radius = Math.floor(4 * sigma + 0.5);
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp((-0.5 / sigma ** 2) * (i - radius) ** 2));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** d c b a | a b c d | d c b a */
function mirrored(at: number, length: number): number {
  const place = ((at % (2 * length)) + 2 * length) % (2 * length);
  return place < length ? place : 2 * length - 1 - place;
}

/** `sigmas`: deviation along each axis, in voxels. */
export function gaussianFilter<T extends Floats>(data: T, shape: readonly number[], sigmas: readonly number[]): T {
  let result = data;
  for (const [axis, sigma] of sigmas.entries()) {
    if (sigma <= NOTHING) continue;
    const weights = weightsOf(sigma);
    const radius = (weights.length - 1) / 2;
    if (radius === 0) continue;
    result = weighLines(result, shape, axis, weights, (i, k, length) => mirrored(i + k - radius, length));
  }
  return result;
}

/**
 * @file SSIM, the structural similarity of two images (Wang et al. 2004): a Gaussian window of 11 per spatial axis, sigma 1.5, zeros
 * beyond the border, for values from 0 to 1. ClinicaDL 1.6.1 takes an image of three channels for a slice and any other for a volume,
 * and fails on slices of one channel; here the number of axes decides.
 */
import { product } from '../../base/shape';

const reach = 5;
const sigma = 1.5;
const [c1, c2] = [0.01 ** 2, 0.03 ** 2];

/** Weights of the window along one axis; they add up to 1. */
const weights: Float64Array = (() => {
  const raw = Float64Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)));
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  return raw.map((weight) => weight / total);
})();

/** What is averaged in the window: both images, their squares, and their product. */
const quantities = 5;

/** The mean over all voxels and channels of two images [c, h, w] or [c, d, h, w]; a float32 number, as there. */
export function ssim(shape: readonly number[], x: Float32Array, y: Float32Array): number {
  const [channels, ...space] = shape;
  const [depth, height, width] = space.length === 2 ? [1, ...space] : space;
  const volume = product(space);
  let sum = 0;
  for (let c = 0; c < channels; c++) {
    const channel = (all: Float32Array): Float32Array => all.subarray(c * volume, (c + 1) * volume);
    sum += similaritySum(channel(x), channel(y), { depth, height, width, isVolume: space.length === 3 });
  }
  return Math.fround(sum / (channels * volume));
}

interface Geometry {
  readonly depth: number;
  readonly height: number;
  readonly width: number;
  readonly isVolume: boolean;
}

function similaritySum(x: Float32Array, y: Float32Array, { depth, height, width, isVolume }: Geometry): number {
  const plane = height * width;
  // Planes averaged along their own axes, as many as a window along the depth needs.
  const span = isVolume ? 2 * reach + 1 : 1;
  const ring = Array.from({ length: span }, () => new Float64Array(quantities * plane));
  const scratch = new Float64Array(plane);
  const means = new Float64Array(quantities * plane);
  let sum = 0;
  let ready = 0;
  for (let z = 0; z < depth; z++) {
    for (; ready < Math.min(depth, z + (isVolume ? reach : 0) + 1); ready++)
      averagePlane(x.subarray(ready * plane, (ready + 1) * plane), y.subarray(ready * plane, (ready + 1) * plane), {
        height,
        width,
        scratch,
        into: ring[ready % span],
      });
    means.fill(0);
    for (let other = Math.max(0, z - reach); other <= Math.min(depth - 1, z + reach); other++) {
      if (!isVolume && other !== z) continue;
      const weight = isVolume ? weights[other - z + reach] : 1;
      const own = ring[other % span];
      for (let i = 0; i < own.length; i++) means[i] += weight * own[i];
    }
    for (let i = 0; i < plane; i++) {
      const [a, b] = [means[i], means[plane + i]];
      const [aa, bb, ab] = [a * a, b * b, a * b];
      const [varianceA, varianceB] = [means[2 * plane + i] - aa, means[3 * plane + i] - bb];
      const covariance = means[4 * plane + i] - ab;
      sum += ((2 * ab + c1) * (2 * covariance + c2)) / ((aa + bb + c1) * (varianceA + varianceB + c2));
    }
  }
  return sum;
}

interface PlaneAverage {
  readonly height: number;
  readonly width: number;
  readonly scratch: Float64Array;
  /** [quantity, height, width] */
  readonly into: Float64Array;
}

function averagePlane(x: Float32Array, y: Float32Array, { height, width, scratch, into }: PlaneAverage): void {
  const plane = height * width;
  for (let q = 0; q < quantities; q++) {
    // x, y, x·x, y·y, x·y
    const left = q === 1 || q === 3 ? y : x;
    const right = q < 2 ? null : q === 2 ? x : y;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        let sum = 0;
        const last = Math.min(width - 1, column + reach);
        for (let at = Math.max(0, column - reach); at <= last; at++) {
          const i = row * width + at;
          sum += weights[at - column + reach] * (right === null ? left[i] : left[i] * right[i]);
        }
        scratch[row * width + column] = sum;
      }
    }
    for (let row = 0; row < height; row++) {
      const last = Math.min(height - 1, row + reach);
      for (let column = 0; column < width; column++) {
        let sum = 0;
        for (let at = Math.max(0, row - reach); at <= last; at++) sum += weights[at - row + reach] * scratch[at * width + column];
        into[q * plane + row * width + column] = sum;
      }
    }
  }
}

/** @file `generate trivial`: the voxels in a mask lose a part of their intensity. */
import type { NumpyRandom } from '../../base/numpy-random';
import type { Triple } from '../volume';
import { inNumpyOrder } from './grid';

const SD = 0.1;
const SPREAD = 10;

const isLost = (image: Float64Array, mask: Float64Array, at: number): boolean => mask[at] !== 0 && image[at] !== 0;

/** How many voxels lose something, which is how many deviates `applyAtrophy` draws. */
export function countLost(image: Float64Array, mask: Float64Array): number {
  let count = 0;
  for (let at = 0; at < image.length; at++) if (isLost(image, mask, at)) count++;
  return count;
}

/** At least `percent` of each voxel that is 0 neither in the image nor in the mask is taken away, in place. */
export function applyAtrophy(image: Float64Array, mask: Float64Array, shape: Triple, random: NumpyRandom, percent: number): void {
  const drawn = new Float64Array(countLost(image, mask));
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < drawn.length; i++) {
    drawn[i] = random.normal(0, SD);
    if (drawn[i] < least) least = drawn[i];
  }
  const shift = Math.abs(least);
  let next = 0;
  inNumpyOrder(shape, (at) => {
    if (!isLost(image, mask, at)) return;
    const loss = (drawn[next++] + shift) * SPREAD + percent;
    image[at] -= (loss * image[at]) / 100;
  });
}

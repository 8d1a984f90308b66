/** @file `generate random`: one image with noise added. */
import type { NumpyRandom } from '../../base/numpy-random';
import type { Triple } from '../volume';
import { inNumpyOrder } from './grid';

/** Adds a normal deviate to each voxel, in place. */
export function addNoise(data: Float64Array, shape: Triple, random: NumpyRandom, mean: number, sigma: number): void {
  inNumpyOrder(shape, (at) => {
    data[at] += random.normal(mean, sigma);
  });
}

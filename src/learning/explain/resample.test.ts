import { expect, it } from 'vitest';
import { resampled } from './resample';

it('is linear between voxels, and corners stay where they are', () => {
  expect([...resampled(Float64Array.of(0, 4, 8), [3], [5])]).toEqual([0, 2, 4, 6, 8]);
  expect([...resampled(Float64Array.of(0, 1, 2, 3), [2, 2], [3, 3])]).toEqual([0, 0.5, 1, 1, 1.5, 2, 2, 2.5, 3]);
});

it('gives one voxel to all places, and the first voxel to one place', () => {
  expect([...resampled(Float64Array.of(7), [1, 1], [2, 2])]).toEqual([7, 7, 7, 7]);
  expect([...resampled(Float64Array.of(1, 2, 3), [3], [1])]).toEqual([1]);
});

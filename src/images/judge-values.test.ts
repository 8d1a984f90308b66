import { expect, it } from 'vitest';
import { factsOf, outliersOf } from './judge-values';

const wave = (n: number): Float32Array<ArrayBuffer> => Float32Array.from({ length: n }, (_, i) => Math.sin(i));
const outliers = (data: Float32Array<ArrayBuffer>): number => outliersOf(data, factsOf(data));

it('voxels that hide all others are counted, on either side', () => {
  const spike = wave(500);
  spike[7] = 1e30;
  expect(outliers(spike)).toBe(1);
  spike[7] = -1e30;
  expect(outliers(spike)).toBe(1);
  spike[9] = -1e30; // two of 500 are more than one in 100,000
  expect(outliers(spike)).toBe(0);
});

it('an image with contrast has none, however few voxels are set', () => {
  expect(outliers(wave(500))).toBe(0);
  const points = new Float32Array(300_000).fill(0);
  points.set([1, 2, 3, 4, 5]);
  expect(outliers(points)).toBe(0);
  expect(outliers(points.fill(1))).toBe(0);
  const far = wave(300_000);
  far.set([1e9, 2e9]);
  expect(outliers(far)).toBe(2);
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Triple } from '../volume';
import { greyMatterMetrics, normalizedMutualInformation, petScore } from './metrics';
import { middleSlices, qualityInput, type Voxels } from './slices';

/** First axis fastest, as in a file. */
function image(shape: Triple, value: (i: number, j: number, k: number) => number): Voxels & { readonly data: Float64Array } {
  const [d, h, w] = shape;
  const data = new Float64Array(d * h * w);
  let at = 0;
  for (let k = 0; k < w; k++) for (let j = 0; j < h; j++) for (let i = 0; i < d; i++) data[at++] = value(i, j, k);
  return { shape, strides: [1, d, d * h], data };
}
const modulo = (shape: Triple, divisor: number) => image(shape, (i, j, k) => (7 * i + 13 * j + 17 * k) % divisor);
const pixel = (input: Float32Array | null, c: number, r: number, q: number): number => input![(c * 224 + r) * 224 + q]!;

describe('slices for the networks of quality-check', () => {
  it('of a brain of 193 × 229 × 193 voxels are those of ClinicaDL', () => {
    const input = qualityInput(modulo([193, 229, 193], 101), false);
    const expected = [
      [0, 112, 112, -0.036871],
      [1, 50, 60, 0.312849],
      [1, 112, 112, -0.027805],
      [2, 112, 112, -0.047695],
      [2, 200, 30, 0.224355],
    ] as const;
    for (const [c, r, q, value] of expected) expect(pixel(input, c, r, q)).toBeCloseTo(value, 6);
    expect(pixel(input, 0, 0, 0)).toBe(0);
  });

  it('of an image larger than 256 voxels are smoothed before they are made smaller, as scikit-image does', () => {
    const { pixels } = JSON.parse(readFileSync('test/golden/quality/quality.json', 'utf8')) as {
      readonly pixels: { readonly large: readonly number[] };
    };
    const input = qualityInput(modulo([300, 40, 281], 101), false);
    const places = [
      [0, 112, 112],
      [0, 20, 200],
      [1, 60, 90],
      [1, 112, 3],
      [2, 200, 30],
      [2, 111, 150],
      [0, 112, 100],
      [1, 110, 112],
      [2, 5, 7],
    ] as const;
    for (const [n, [c, r, q]] of places.entries()) expect(Math.abs(pixel(input, c, r, q) - pixels.large[n]!)).toBeLessThan(1e-6);
  });

  it('are none of an image of one value, or with a value that is no number', () => {
    expect(
      qualityInput(
        image([5, 6, 7], () => 3),
        false,
      ),
    ).toBeNull();
    expect(
      qualityInput(
        image([5, 6, 7], (i) => (i === 4 ? Number.NaN : i)),
        true,
      ),
    ).toBeNull();
    expect(
      qualityInput(
        image([5, 6, 7], (i) => (i === 4 ? Number.POSITIVE_INFINITY : i)),
        false,
      ),
    ).toBeNull();
  });

  it('lie in the middle of each axis: axial, sagittal, coronal', () => {
    const slices = middleSlices(image([4, 5, 6], (i, j, k) => 100 * i + 10 * j + k));
    expect(slices.map(({ rows, columns }) => [rows, columns])).toEqual([
      [4, 5],
      [5, 6],
      [4, 6],
    ]);
    expect(slices.map(({ values }) => values[1])).toEqual([13, 201, 21]);
  });
});

describe('measures of quality-check', () => {
  const [a, b] = [modulo([12, 13, 14], 11), modulo([12, 13, 14], 23)];

  it('normalised mutual information', () => {
    expect(normalizedMutualInformation(a.data, b.data)).toBeCloseTo(0.0010345913, 10);
    expect(normalizedMutualInformation(a.data, a.data)).toBeCloseTo(1, 14);
    expect(normalizedMutualInformation(a.data, new Float64Array(a.data.length))).toBe(0);
  });

  it('uptake on the contour', () => {
    const mask = image([12, 13, 14], (i, j, k) => Number((7 * i + 13 * j + 17 * k) % 5 === 0));
    expect(mask.data.reduce((sum, value) => sum + value, 0)).toBe(437);
    expect(petScore(a.data, mask.data)).toBeCloseTo(0.5540045767, 10);
    expect(petScore(new Float64Array(a.data.length), mask.data)).toBeNull();
  });

  it('an image with a value that is no number has none', () => {
    const spoilt = Float64Array.from(a.data, (value, i) => (i === 9 ? Number.NaN : value));
    expect(greyMatterMetrics(spoilt, a.data, b.data)).toBeNull();
    expect(petScore(spoilt, a.data)).toBeNull();
    expect(greyMatterMetrics(a.data, a.data, b.data)!.max_intensity).toBe(10);
  });
});

/** @file Quantiles against sorting, moments against the definition. */
import { expect, it } from 'vitest';
import { RunningMoments } from './moments';
import { quantilesOf } from './quantiles';

/** The definition: linear between the neighbours in the sorted values. */
function bySorting(values: Float32Array, p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = p * (sorted.length - 1);
  const [a, b] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return a + (b - a) * (place - Math.floor(place));
}

const probabilities = [0, 0.01, 0.05, 0.25, 1 / 3, 0.5, 0.75, 0.95, 0.99, 1];

it.each([
  ['of both signs', (i: number) => Math.sin(i * 7.3) * 10 ** (i % 7)],
  ['most of them zero', (i: number) => (i % 5 === 0 ? Math.cos(i) : i % 2 === 0 ? 0 : -0)],
  ['all alike', () => 0.25],
  ['so near each other that only their last bits differ', (i: number) => 1 + (i % 64) * 2 ** -23],
  ['so small that they are denormal', (i: number) => (i % 97) * 1e-42],
  ['with infinite ones', (i: number) => (i === 3 ? Infinity : i === 5 ? -Infinity : i)],
])('quantiles of values %s are those of the sorted values', (_, value) => {
  for (const size of [1, 2, 1000, 70_001]) {
    // Not from the beginning of their buffer.
    const values = new Float32Array(size + 3).subarray(3);
    for (let i = 0; i < size; i++) values[i] = value(i);
    const expected = probabilities.map((p) => bySorting(values, p));
    const found = quantilesOf(values, probabilities);
    for (const [i, e] of expected.entries())
      if (Number.isFinite(e)) expect(Math.abs(found[i] - e)).toBeLessThanOrEqual(1e-12 * Math.abs(e));
      else if (!Number.isNaN(e)) expect(found[i]).toBe(e);
  }
});

// numpy.quantile(numpy.array([3, 1, 4, 1, 5, 9, 2, 6], 'f4'), [0, 0.1, 0.5, 0.9, 1])
it('quantiles are those of NumPy', () => {
  const found = quantilesOf(Float32Array.of(3, 1, 4, 1, 5, 9, 2, 6), [0, 0.1, 0.5, 0.9, 1]);
  for (const [i, expected] of [1, 1, 3.5, 6.9, 9].entries()) expect(found[i]).toBeCloseTo(expected, 6);
});

it('a value that is no number leaves no quantile', () => {
  expect(quantilesOf(Float32Array.of(1, Number.NaN, 2), [0, 1])).toEqual([Number.NaN, Number.NaN]);
  expect(quantilesOf(new Float32Array(0), [0.5])).toEqual([Number.NaN]);
});

it('moments are those of all vectors together, also far from zero', () => {
  const vectors = Array.from({ length: 50 }, (_, i) => [1e8 + Math.sin(i), i % 3]);
  const running = new RunningMoments(2);
  for (const vector of vectors) running.add(vector);
  const { count, mean, std, least, greatest } = running.get();
  expect(count).toBe(50);
  for (const k of [0, 1]) {
    const values = vectors.map((vector) => vector[k]);
    const average = values.reduce((a, b) => a + b) / 50;
    expect(mean[k] - average).toBeCloseTo(0, 6);
    expect(std[k]).toBeCloseTo(Math.sqrt(values.reduce((sum, v) => sum + (v - average) ** 2, 0) / 49), 6);
    expect([least[k], greatest[k]]).toEqual([Math.min(...values), Math.max(...values)]);
  }
});

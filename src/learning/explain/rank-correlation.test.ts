import { expect, it } from 'vitest';
import { rankCorrelation, ranksOfSize } from './rank-correlation';

it('ranks are those of the sizes; equal ones share theirs', () => {
  expect([...ranksOfSize(Float32Array.of(0.5, -2, 0, -0, 0.5, 1e-40, 3e38, -0.5))]).toEqual([5, 7, 1.5, 1.5, 5, 3, 8, 5]);
});

it('is what SciPy 1.13 gives', () => {
  // scipy.stats.spearmanr(np.abs(a), np.abs(b))
  const a = Float32Array.of(1, -3, 2, 5, -4, 0, 2.5, -2);
  const b = Float32Array.of(-2, 1, 0.5, 7, 3, 0, -1, 0.25);
  expect(rankCorrelation(a, b)).toBeCloseTo(0.746988, 6);
  expect(
    rankCorrelation(
      a,
      a.map((value) => -7 * value),
    ),
  ).toBeCloseTo(1, 12);
  expect(rankCorrelation(a, new Float32Array(8))).toBeNaN();
});

/** @file Student's t: quantiles and an interval, against scipy 1.10. */
import { expect, it } from 'vitest';
import { meanInterval, tQuantile975 } from './mean-interval';

it.each([
  [1, 12.706204736432095],
  [4, 2.7764451051977987],
  [9, 2.2621571628540993],
  [99, 1.9842169515086827],
])('with %i degrees of freedom', (freedom, quantile) => {
  expect(tQuantile975(freedom)).toBeCloseTo(quantile, 8);
});

it('the interval of a mean', () => {
  // scipy.stats.t.interval(0.95, 4, loc=mean, scale=sem) of these.
  const { mean, low, high } = meanInterval([0.5, 0.62, 0.4, 0.55, 0.48]);
  expect([mean, low, high].map((value) => Number(value.toFixed(10)))).toEqual([0.51, 0.4083654215, 0.6116345785]);
});

/** @file The tests that tell whether two groups are alike: p-values as scipy 1.10 gives them. */
import chisquareCdf from '@stdlib/stats-base-dists-chisquare-cdf';
import tCdf from '@stdlib/stats-base-dists-t-cdf';

export interface TestResult {
  /** t, χ² or D. */
  readonly statistic: number;
  /** 0…1; NaN when the test is undefined. */
  readonly p: number;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sum of squared distances to the mean; 0 for one value. */
function squares(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
}

/** Standard deviation, n − 1; NaN for fewer than two values. */
export function sampleDeviation(values: readonly number[]): number {
  return values.length < 2 ? Number.NaN : Math.sqrt(squares(values) / (values.length - 1));
}

/**
 * Student's two-sided t-test of two independent groups with equal variances. A group of one adds nothing to the pooled variance
 * (scipy 1.10 gives NaN there). NaN when a group is empty, when both hold one value, or when nothing varies and the means agree.
 */
export function tTest(a: readonly number[], b: readonly number[]): TestResult {
  const freedom = a.length + b.length - 2;
  if (a.length === 0 || b.length === 0 || freedom < 1) return { statistic: Number.NaN, p: Number.NaN };
  const pooled = (squares(a) + squares(b)) / freedom;
  const statistic = (mean(a) - mean(b)) / Math.sqrt(pooled * (1 / a.length + 1 / b.length));
  return { statistic, p: Number.isNaN(statistic) ? Number.NaN : 2 * tCdf(-Math.abs(statistic), freedom) };
}

/**
 * Chi-square goodness of fit of the shares of each category in `observed` to those in `expected` — shares, not counts, as in
 * ClinicaDL. Categories: those of either list. p is 1 when there is one category only, 0 when one is absent from `expected`.
 */
export function shareTest(observed: readonly string[], expected: readonly string[]): TestResult {
  const categories = [...new Set([...observed, ...expected])];
  if (observed.length === 0 || expected.length === 0) return { statistic: Number.NaN, p: Number.NaN };
  if (categories.length < 2) return { statistic: 0, p: 1 };
  const share = (list: readonly string[], category: string): number =>
    list.filter((value) => value === category).length / list.length;
  const statistic = categories.reduce((sum, category) => {
    const wanted = share(expected, category);
    return sum + (share(observed, category) - wanted) ** 2 / wanted;
  }, 0);
  const p = statistic === Number.POSITIVE_INFINITY ? 0 : 1 - chisquareCdf(statistic, categories.length - 1);
  return { statistic, p };
}

/**
 * Two-sample Kolmogorov–Smirnov test of values that can be ordered. D is exact; p is Stephens' approximation
 * (Q((√e + 0.12 + 0.11/√e)·D), e = n·m/(n+m)), good for ranking splits and off by some percent below ten values a side.
 */
export function kolmogorovSmirnovTest<T extends number | string>(a: readonly T[], b: readonly T[]): TestResult {
  if (a.length === 0 || b.length === 0) return { statistic: Number.NaN, p: Number.NaN };
  const order = (x: T, y: T): number => (x < y ? -1 : x > y ? 1 : 0);
  const left = [...a].sort(order);
  const right = [...b].sort(order);
  let statistic = 0;
  for (let i = 0, j = 0; i < left.length && j < right.length; ) {
    const value = order(left[i], right[j]) <= 0 ? left[i] : right[j];
    while (i < left.length && left[i] === value) i++;
    while (j < right.length && right[j] === value) j++;
    statistic = Math.max(statistic, Math.abs(i / left.length - j / right.length));
  }
  const root = Math.sqrt((left.length * right.length) / (left.length + right.length));
  return { statistic, p: kolmogorovTail((root + 0.12 + 0.11 / root) * statistic) };
}

/** Q(λ) = 2 Σ (−1)^(k−1) exp(−2k²λ²); 1 where the sum no longer converges (λ < 0.2: Q differs from 1 by less than 1e-12). */
function kolmogorovTail(lambda: number): number {
  if (lambda < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) {
    const term = Math.exp(-2 * k * k * lambda * lambda);
    sum += k % 2 === 1 ? term : -term;
    if (term < 1e-16) break;
  }
  return Math.min(1, Math.max(0, 2 * sum));
}

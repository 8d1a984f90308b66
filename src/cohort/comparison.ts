/**
 * @file How two groups differ: tests on counts and ages, and standardised mean differences. Beside the tests that `tsvtools split` makes
 * as ClinicaDL does, which compare shares without their counts.
 */
import chisquareCdf from '@stdlib/stats-base-dists-chisquare-cdf';
import tCdf from '@stdlib/stats-base-dists-t-cdf';
import { mean, sampleDeviation } from './statistics';

/** What every comparison is to be read with. */
const balanceCaution = 'A large p-value does not prove balance.';

export interface CountTest {
  /** `fisher`: exact, where a count below 5 is expected and the tables can be gone through; else Pearson's χ² without correction. */
  readonly test: 'chi2' | 'fisher';
  /** Two-sided. */
  readonly p: number;
}

export interface Difference {
  /** `age`, or a class such as `sex F`. */
  readonly of: string;
  /** First group less second, in pooled standard deviations. */
  readonly value: number;
}

export interface Comparison {
  /** Welch's t-test of the ages; null when it cannot be made. */
  readonly age: number | null;
  /** Tests on counts; null with fewer than two classes, or an empty group. */
  readonly sex: CountTest | null;
  readonly labels: CountTest | null;
  /** Without those that are undefined. */
  readonly differences: readonly Difference[];
  /** How all of it is to be read. */
  readonly caution: string;
}

export interface Compared {
  readonly ages: readonly number[];
  readonly sexes: readonly string[];
  readonly labels: readonly string[];
}

export function compareTwo(a: Compared, b: Compared): Comparison {
  const age = welchTest(a.ages, b.ages);
  const differences = [
    { of: 'age', value: meanDifference(a.ages, b.ages) },
    ...shareDifferences('sex', a.sexes, b.sexes),
    ...shareDifferences('', a.labels, b.labels),
  ];
  return {
    age: Number.isNaN(age) ? null : age,
    sex: countTest(a.sexes, b.sexes),
    labels: countTest(a.labels, b.labels),
    differences: differences.filter(({ value }) => Number.isFinite(value)),
    caution: balanceCaution,
  };
}

/** Two-sided p of Welch's t-test; NaN when a group has fewer than two values, or nothing varies. */
export function welchTest(a: readonly number[], b: readonly number[]): number {
  const [u, v] = [a, b].map((list) => sampleDeviation(list) ** 2 / list.length);
  const t = (mean(a) - mean(b)) / Math.sqrt(u + v);
  const freedom = (u + v) ** 2 / (u ** 2 / (a.length - 1) + v ** 2 / (b.length - 1));
  return Number.isFinite(t) ? 2 * tCdf(-Math.abs(t), freedom) : Number.NaN;
}

/** Difference of the means over the root of the mean variance; NaN when it is undefined. */
export function meanDifference(a: readonly number[], b: readonly number[]): number {
  return (mean(a) - mean(b)) / Math.sqrt((sampleDeviation(a) ** 2 + sampleDeviation(b) ** 2) / 2);
}

/** Of each class: difference of the shares, standardised. Of two classes only the first, since the other is its opposite. */
function shareDifferences(name: string, a: readonly string[], b: readonly string[]): Difference[] {
  const classes = [...new Set([...a, ...b])].sort();
  const told = classes.length === 2 ? classes.slice(0, 1) : classes;
  return told.map((value) => {
    const [p, q] = [a, b].map((list) => list.filter((found) => found === value).length / list.length);
    const deviation = Math.sqrt((p * (1 - p) + q * (1 - q)) / 2);
    return { of: `${name} ${value}`.trim(), value: (p - q) / deviation };
  });
}

/** Tables of counts that an exact test goes through at most. */
const mostTables = 200_000;

/** Are classes and groups independent? */
export function countTest(a: readonly string[], b: readonly string[]): CountTest | null {
  const classes = [...new Set([...a, ...b])];
  if (classes.length < 2 || a.length === 0 || b.length === 0) return null;
  const counts = (list: readonly string[]): number[] => classes.map((name) => list.filter((value) => value === name).length);
  const [first, second] = [counts(a), counts(b)];
  const totals = first.map((count, i) => count + second[i]);
  const all = a.length + b.length;
  const expected = [a.length, b.length].map((size) => totals.map((total) => (total * size) / all));
  const tables = totals.reduce((product, total) => product * (total + 1), 1);
  if (expected.flat().some((count) => count < 5) && tables <= mostTables) return { test: 'fisher', p: fisher(first, totals) };
  const statistic = [first, second]
    .flatMap((list, group) => list.map((count, i) => (count - expected[group][i]) ** 2 / expected[group][i]))
    .reduce((sum, term) => sum + term, 0);
  return { test: 'chi2', p: 1 - chisquareCdf(statistic, classes.length - 1) };
}

/** Sum of the probabilities of all tables with these totals that are no likelier than the one found (Freeman and Halton). */
function fisher(first: readonly number[], totals: readonly number[]): number {
  const all = totals.reduce((sum, total) => sum + total, 0);
  const size = first.reduce((sum, count) => sum + count, 0);
  const logFactorials = [0];
  for (let n = 1; n <= all; n++) logFactorials.push(logFactorials[n - 1] + Math.log(n));
  const choose = (n: number, k: number): number => logFactorials[n] - logFactorials[k] - logFactorials[n - k];
  const whole = choose(all, size);
  const found = totals.reduce((sum, total, i) => sum + choose(total, first[i]), -whole);
  // Tables as likely as the one found differ from it by rounding.
  const limit = found + 1e-7;
  let p = 0;
  const walk = (at: number, left: number, log: number): void => {
    if (at === totals.length - 1) {
      const last = left <= totals[at] ? log + choose(totals[at], left) : Number.POSITIVE_INFINITY;
      if (last <= limit) p += Math.exp(last);
      return;
    }
    for (let count = 0; count <= Math.min(left, totals[at]); count++) walk(at + 1, left - count, log + choose(totals[at], count));
  };
  walk(0, size, -whole);
  return Math.min(1, p);
}

const number = (value: number | null): string => (value === null ? 'not known' : value.toFixed(3));

/** For the log: the tests, the differences, and the caution. */
export function comparisonText({ age, sex, labels, differences, caution }: Comparison): string {
  const counts = (test: CountTest | null): string =>
    test === null ? 'not known' : `${number(test.p)} (${test.test === 'fisher' ? 'Fisher' : 'χ²'})`;
  const tests = `p-value of age ${number(age)} (Welch), of sex ${counts(sex)}${labels === null ? '' : `, of labels ${counts(labels)}`}`;
  const apart = differences.map(({ of, value }) => `${of} ${value.toFixed(2)}`).join(', ');
  return `${tests}; standardised mean differences: ${apart === '' ? 'not known' : apart}. ${caution}`;
}

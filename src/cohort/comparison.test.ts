/** @file Comparisons of two groups against scipy 1.10 and exact fractions. */
import { describe, expect, it } from 'vitest';
import { compareTwo, comparisonText, countTest, meanDifference, welchTest } from './comparison';

const ages = [
  [70, 65.5, 80, 71.2],
  [66, 71, 77, 82.2, 60],
] as const;
/** So many of each class. */
const of = (...counts: readonly number[]): string[] => counts.flatMap((count, i) => Array<string>(count).fill('FMX'[i]));

describe('comparison of two groups', () => {
  it('Welch’s p and the standardised mean difference', () => {
    expect(welchTest(...ages)).toBeCloseTo(0.9325458708430632, 12); // scipy.stats.ttest_ind(equal_var=False)
    expect(meanDifference(...ages)).toBeCloseTo(0.057715839788517485, 12);
    expect(welchTest([70], [60, 61])).toBeNaN();
    expect(welchTest([70, 70], [60, 60])).toBeNaN();
  });

  it('small counts are tested exactly, larger ones by χ²', () => {
    const fisher = (a: string[], b: string[], p: number): void => {
      const found = countTest(a, b);
      expect(found?.test).toBe('fisher');
      expect(found?.p).toBeCloseTo(p, 12);
    };
    fisher(of(1, 9), of(10, 3), 0.0027594561852200836); // scipy.stats.fisher_exact
    fisher(of(3, 4), of(2, 6), 0.6083916083916084);
    fisher(of(1, 4, 2), of(5, 1, 4), 0.14129987659399423); // exact fractions
    for (const [a, b, p] of [
      [of(30, 12), of(22, 25), 0.018640755961180172], // scipy.stats.chi2_contingency(correction=False)
      [of(10, 12, 14), of(22, 25, 9), 0.04748391159325621],
    ] as const) {
      const found = countTest(a, b);
      expect(found?.test).toBe('chi2');
      expect(found?.p).toBeCloseTo(p, 12);
    }
    expect(countTest(of(3), of(4))).toBeNull();
    expect(countTest([], of(4, 1))).toBeNull();
    expect(countTest(of(5, 5), of(5, 5))?.p).toBeCloseTo(1, 12);
  });

  it('tells each class once, and what cannot be known', () => {
    const group = (n: number): Parameters<typeof compareTwo>[0] => ({
      ages: ages[n],
      sexes: of(1 + n, 3),
      labels: of(2, 1, 1 + n),
    });
    const found = compareTwo(group(0), group(1));
    expect(found.differences.map((difference) => difference.of)).toEqual(['age', 'sex F', 'F', 'M', 'X']);
    // shares 1/4 and 2/5
    expect(found.differences[1].value).toBeCloseTo((0.25 - 0.4) / Math.sqrt((0.25 * 0.75 + 0.4 * 0.6) / 2), 12);
    expect(comparisonText(found)).toMatch(
      /^p-value of age 0\.933 \(Welch\), of sex 1\.000 \(Fisher\), of labels .*sex F -0\.32.* balance\.$/,
    );
    const nothing = compareTwo({ ages: [], sexes: [], labels: [] }, { ages: [], sexes: [], labels: [] });
    const caution = 'A large p-value does not prove balance.';
    expect(nothing).toEqual({ age: null, sex: null, labels: null, differences: [], caution });
    expect(comparisonText(nothing)).toBe(
      `p-value of age not known (Welch), of sex not known; standardised mean differences: not known. ${caution}`,
    );
  });
});

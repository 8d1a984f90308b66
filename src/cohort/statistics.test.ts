import { describe, expect, it } from 'vitest';
import { kolmogorovSmirnovTest, sampleDeviation, shareTest, tTest } from './statistics';

// Expected numbers: scipy 1.10.1 (ttest_ind, chisquare, ks_2samp) and the specification's vectors.
const a = [
  1.79, 0.44, 0.1, -1.86, -0.28, -0.35, -0.08, -0.63, -0.04, -0.48, -1.31, 0.88, 0.88, 1.71, 0.05, -0.4, -0.55, -1.55, 0.98, -1.1,
  -1.19, -0.21, 1.49, 0.24, -1.02, -0.71, 0.63, -0.16, -0.77, -0.23, 0.75, 1.98, -1.24, -0.63, -0.8, -2.42, -0.92, -1.02, 1.12,
  -0.13, -1.62, 0.65, -0.36, -1.74, -0.6, -0.59, -0.87, 0.03, -2.25, -0.27, 1.01, 0.85, 1.11, 1.12, 1.49, -1.12, 0.85, -1.86,
  -0.6, -1.91,
];
const b = [
  1.35, 1.63, 0.1, 2.07, -0.37, 0.45, 0.45, -0.76, 0.74, 2.24, -0.72, 1.2, 0.15, 2.07, 0.78, 0.98, 0.94, 0.55, -1.1, 1.69, -1.07,
  0.54, 0.91, -0.54, 0.45, 1.47, 0.28, -0.59, -2.62, -0.67, -0.29, -0.22, -0.66, 0.68, -0.27, 0.19, 0.98, -0.56, -0.0, 2.46, 1.17,
  -0.99, 0.22, 0.86, 1.53,
];

describe('t-test', () => {
  it('t and p are those of scipy', () => {
    const small = tTest([70, 65.5, 80], [66, 71, 77, 82.2, 60]);
    expect(small.statistic).toBeCloseTo(0.09741842485434, 12);
    expect(small.p).toBeCloseTo(0.9255668673890408, 12);
    const large = tTest(a, b);
    expect(large.statistic).toBeCloseTo(-2.98370928039667, 12);
    expect(large.p).toBeCloseTo(0.003556248315742494, 12);
  });

  it('differing means without variance have p 0, and a comparison without information is NaN', () => {
    expect(tTest([70, 70], [60, 60, 60]).p).toBe(0);
    expect(tTest([70], [60]).p).toBeNaN();
    expect(tTest([], [60, 61]).p).toBeNaN();
    expect(tTest([60, 60], [60, 60]).p).toBeNaN();
  });

  it('one value can be compared with a group', () => {
    // by hand: pooled variance 1 of 59, 60, 61; t = 2 / sqrt(1 · (1 + 1/3)) with two degrees of freedom
    const t = 2 / Math.sqrt(4 / 3);
    expect(tTest([62], [59, 60, 61]).statistic).toBeCloseTo(t, 12);
    expect(tTest([62], [59, 60, 61]).p).toBeCloseTo(1 - t / Math.sqrt(2 + t * t), 12);
  });
});

describe('test of shares', () => {
  it('χ² of proportions and p are those of scipy', () => {
    const { statistic, p } = shareTest(['M', 'F', 'F'], ['M', 'M', 'F', 'F', 'F']);
    expect(statistic).toBeCloseTo(0.0185185185, 9);
    expect(p).toBeCloseTo(0.8917558535, 9);
    const skewed = shareTest(['M', ...Array<string>(9).fill('F')], ['M', 'F']);
    expect(skewed.p).toBeCloseTo(0.4237107971667934, 12);
  });

  it('one category is no difference; a category that the reference lacks is refused', () => {
    expect(shareTest(['F'], ['F', 'F']).p).toBe(1);
    expect(shareTest(['M', 'F'], ['F', 'F']).p).toBe(0);
  });
});

describe('Kolmogorov–Smirnov test', () => {
  it('D is that of scipy, p near it', () => {
    const large = kolmogorovSmirnovTest(a, b);
    expect(large.statistic).toBeCloseTo(0.3111111111111111, 12);
    expect(Math.abs(large.p - 0.011055184967331112)).toBeLessThan(0.002);
    expect(kolmogorovSmirnovTest([1, 2, 3, 4, 5, 6.5], [1.5, 2.5, 7, 8, 9]).statistic).toBeCloseTo(0.6, 12);
  });

  it('equal samples have D 0 and p 1, and text is compared by its order', () => {
    expect(kolmogorovSmirnovTest(['AD', 'CN'], ['CN', 'AD'])).toEqual({ statistic: 0, p: 1 });
    expect(kolmogorovSmirnovTest(['AD', 'AD'], ['CN', 'CN']).statistic).toBe(1);
  });
});

it('the standard deviation divides by n − 1', () => {
  expect(sampleDeviation([1, 2, 3, 4])).toBeCloseTo(Math.sqrt(5 / 3), 12);
  expect(sampleDeviation([1])).toBeNaN();
});

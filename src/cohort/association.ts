/**
 * @file Does one column tell another, as a scanner may tell the diagnosis? Counts of two columns, one row for each person.
 *
 * The rule: `told` when Cramér's V, corrected for its bias (Bergsma 2013), is at least 0.3, and none of 9,999 shuffles of the labels comes
 * to as large a χ² (p ≤ 0.0001, one-sided); `not told` when V is below 0.3; else `unsure`: as much would be found by chance. The labels of a
 * balanced table have V = 0. The shuffles have a fixed seed.
 */
import { NumpyRandom } from '../base/numpy-random';

export interface Association {
  readonly answer: 'told' | 'not told' | 'unsure';
  /** Corrected for its bias, 0…1. */
  readonly cramersV: number;
  readonly n: number;
  /** Right guesses by whoever knows the site, and guesses its most frequent label. */
  readonly bySite: number;
  /** Right guesses without the site: the most frequent label of all. */
  readonly without: number;
  readonly sites: number;
  readonly labels: number;
}

export const tellingV = 0.3;
const shuffles = 9_999;

/** Each text as a number, in the order of appearance. */
function coded(texts: readonly string[]): { readonly codes: readonly number[]; readonly count: number } {
  const known = new Map<string, number>();
  const codes = texts.map((text) => {
    if (!known.has(text)) known.set(text, known.size);
    return known.get(text)!;
  });
  return { codes, count: known.size };
}

function countsOf(rows: readonly number[], columns: readonly number[], width: number, height: number): Float64Array {
  const counts = new Float64Array(width * height);
  for (const [i, row] of rows.entries()) counts[row * width + columns[i]]++;
  return counts;
}

/** Pearson's χ² by what does not change in a shuffle: n (Σ count² / (row · column) − 1). */
function chiSquare(counts: Float64Array, rowSums: readonly number[], columnSums: readonly number[], n: number): number {
  let sum = 0;
  for (const [r, row] of rowSums.entries())
    for (const [c, column] of columnSums.entries()) sum += counts[r * columnSums.length + c] ** 2 / (row * column);
  return n * (sum - 1);
}

const sumsOf = (codes: readonly number[], count: number): number[] =>
  Array.from({ length: count }, (_, code) => codes.filter((one) => one === code).length);

/** Null where there is nothing to compare: fewer than two sites or labels. */
export function associationOf(siteTexts: readonly string[], labelTexts: readonly string[]): Association | null {
  const n = siteTexts.length;
  const [sites, labels] = [coded(siteTexts), coded(labelTexts)];
  if (sites.count < 2 || labels.count < 2) return null;
  const [siteSums, labelSums] = [sumsOf(sites.codes, sites.count), sumsOf(labels.codes, labels.count)];
  const counts = countsOf(sites.codes, labels.codes, labels.count, sites.count);
  const found = chiSquare(counts, siteSums, labelSums, n);
  const corrected = (levels: number): number => levels - (levels - 1) ** 2 / (n - 1);
  const freedom = (sites.count - 1) * (labels.count - 1);
  const least = Math.min(corrected(sites.count), corrected(labels.count)) - 1;
  // Every person a site of their own: nothing can be said of sites.
  const cramersV = least <= 1e-9 ? 0 : Math.min(1, Math.sqrt(Math.max(0, found / n - freedom / (n - 1)) / least));
  const best = siteSums.reduce((sum, _, site) => {
    const own = counts.subarray(site * labels.count, (site + 1) * labels.count);
    return sum + Math.max(...own);
  }, 0);
  const shared = {
    cramersV,
    n,
    bySite: best,
    without: Math.max(...labelSums),
    sites: sites.count,
    labels: labels.count,
  };
  if (cramersV < tellingV) return { answer: 'not told', ...shared };
  const random = new NumpyRandom(0);
  for (let i = 0; i < shuffles; i++) {
    const order = random.permutation(n);
    const shuffled = order.map((at) => labels.codes[at]);
    const chance = chiSquare(countsOf(sites.codes, shuffled, labels.count, sites.count), siteSums, labelSums, n);
    if (chance >= found - 1e-9 * n) return { answer: 'unsure', ...shared };
  }
  return { answer: 'told', ...shared };
}

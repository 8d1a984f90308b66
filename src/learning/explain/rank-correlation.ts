/** @file Spearman's correlation of two maps' sizes, for millions of voxels. */

/** Ranks from 1 on of the absolute values; equal ones share the mean of theirs. Sorted by their bits, which are in the order of the values. */
export function ranksOfSize(values: Float32Array): Float64Array {
  const n = values.length;
  const bits = new Uint32Array(values.slice().buffer).map((word) => word & 0x7fff_ffff);
  let order = Uint32Array.from({ length: n }, (_, i) => i);
  let spare = new Uint32Array(n);
  for (const shift of [0, 11, 22]) {
    const starts = new Uint32Array(2049);
    for (let i = 0; i < n; i++) starts[((bits[i] >>> shift) & 2047) + 1]++;
    for (let key = 0; key < 2048; key++) starts[key + 1] += starts[key];
    for (let i = 0; i < n; i++) spare[starts[(bits[order[i]] >>> shift) & 2047]++] = order[i];
    [order, spare] = [spare, order];
  }
  const ranks = new Float64Array(n);
  for (let from = 0; from < n; ) {
    let to = from + 1;
    while (to < n && bits[order[to]] === bits[order[from]]) to++;
    for (let i = from; i < to; i++) ranks[order[i]] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

/** Pearson's correlation; NaN where one of the two has one value only. */
export function correlation(a: Float64Array, b: Float64Array): number {
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] - meanA, b[i] - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa === 0 || bb === 0 ? Number.NaN : ab / Math.sqrt(aa * bb);
}

/** Spearman's correlation of |a| and |b|. */
export const rankCorrelation = (a: Float32Array, b: Float32Array): number => correlation(ranksOfSize(a), ranksOfSize(b));

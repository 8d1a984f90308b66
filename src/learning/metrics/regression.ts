/** @file Metrics of predicted numbers, with numpy's order of sums. */
import { mean, pairwiseSum } from '../../base/numpy-sums';
import { real, type Statistic, undefinedRatio } from './statistic';

/**
 * Every metric of rows with these values, in the order of the TSV columns. R2_score = 1 − Σ (y − ŷ)² / Σ (y − ȳ)², 0 where all
 * y are the same.
 */
export function regressionStatistics(truth: readonly number[], predicted: readonly number[]): Statistic[] {
  const taken = (rows: ArrayLike<number>, of: (row: number) => number): Float64Array => Float64Array.from(rows, of);
  const error = (row: number): number => truth[row] - predicted[row];
  const square = (x: number): number => x * x;
  return [
    {
      name: 'R2_score',
      of: (rows) => {
        const own = taken(rows, (row) => truth[row]);
        const centre = mean(own);
        const spread = pairwiseSum(own.map((value) => square(value - centre)));
        if (spread === 0) return undefinedRatio;
        return real(1 - pairwiseSum(taken(rows, (row) => square(error(row)))) / spread);
      },
    },
    { name: 'MAE', of: (rows) => real(mean(taken(rows, (row) => Math.abs(error(row))))) },
    { name: 'RMSE', of: (rows) => real(Math.sqrt(mean(taken(rows, (row) => square(error(row)))))) },
  ];
}

/** @file What the numbers of a result are compared with, and which intervals say little. */
import type { MetricRecord } from '../../maps/metrics-file';

/** Metrics between 0 and 1, which are drawn on a line. */
export const shareMetrics: ReadonlySet<string> = new Set([
  'BA',
  'accuracy',
  'F1_score',
  'sensitivity',
  'specificity',
  'PPV',
  'NPV',
]);

/** The names that papers use. */
export const metricNames: Readonly<Record<string, string>> = {
  BA: 'Balanced accuracy',
  accuracy: 'Accuracy',
  F1_score: 'F1 score',
  sensitivity: 'Sensitivity',
  specificity: 'Specificity',
  PPV: 'Positive predictive value',
  NPV: 'Negative predictive value',
  MCC: 'Matthews correlation',
  MK: 'Markedness',
  LR_plus: 'Positive likelihood ratio',
  LR_minus: 'Negative likelihood ratio',
  loss: 'Loss',
};

export interface Baselines {
  /** Balanced accuracy of guessing: one over the number of classes. */
  readonly chance: number;
  /** Accuracy of always answering with the larger class. */
  readonly majority: number;
  readonly majorityClass: string;
}

/** @param confusion [truth][predicted], counts. Undefined without rows. */
export function baselinesOf(confusion: readonly (readonly number[])[], classes: readonly string[]): Baselines | undefined {
  const sums = confusion.map((row) => row.reduce((a, b) => a + b, 0));
  const all = sums.reduce((a, b) => a + b, 0);
  if (all === 0) return undefined;
  const largest = sums.indexOf(Math.max(...sums));
  return { chance: 1 / confusion.length, majority: sums[largest] / all, majorityClass: classes[largest] ?? String(largest) };
}

/** Resamples behind an interval, there and here. */
const resamples = 3000;

/**
 * True for an interval of numbers that lost their decimals, which happens when the first resample has no value for the metric. The
 * file does not say so, but its numbers do: bounds are whole where the value is not, and n(n − 1)·SE² = n·Σx² − (Σx)² is whole.
 */
export function decimalsLost({ value, lower, upper, standardError }: Omit<MetricRecord, 'name'>): boolean {
  if (lower === null || upper === null || standardError === null) return false;
  if (!Number.isInteger(lower) || !Number.isInteger(upper) || !Number.isFinite(value) || Number.isInteger(value)) return false;
  const squares = resamples * (resamples - 1) * standardError ** 2;
  return Math.abs(squares - Math.round(squares)) < 1e-4;
}

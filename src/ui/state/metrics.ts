/** @file What the numbers of a result are compared with: guessing, and always answering with the larger class. */

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

/** @file What the numbers of a result are compared with, and which intervals say little. */
import type { MetricRecord } from '../../maps/metrics-file';

/** Metrics between 0 and 1, which are drawn on a line. */
const shareMetrics: ReadonlySet<string> = new Set(['BA', 'accuracy', 'F1_score', 'sensitivity', 'specificity', 'PPV', 'NPV']);

/** True for a metric between 0 and 1, of one class too. */
export function isShare(name: string): boolean {
  return shareMetrics.has(partsOfName(name).metric);
}

/** The names that papers use. */
const metricNames: Readonly<Record<string, string>> = {
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
  loss: 'Loss, sum over batches',
  MAE: 'Mean absolute error',
  RMSE: 'Root mean squared error',
  R2_score: 'Coefficient of determination R²',
  PSNR: 'Peak signal-to-noise ratio',
  SSIM: 'Structural similarity',
  recon_loss: 'Reconstruction in the loss, sum over batches',
  kl_loss: 'Kullback-Leibler divergence in the loss, sum over batches',
};

/** `Sensitivity, MCI`: the metric, and its class where there are several. */
export function metricTitle(name: string, classes: readonly string[] = []): string {
  const { metric, node, isSuffixed } = partsOfName(name);
  const title = metricNames[metric] ?? metric;
  return isSuffixed ? `${title}, ${classes[node] ?? node}` : title;
}

/** Of two classes, and of one of many against the rest, and so of the mean over classes: whatever the guess, sensitivity + specificity is 1. */
export const guessedBalancedAccuracy = 0.5;

export interface Baselines {
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
  return { majority: sums[largest] / all, majorityClass: classes[largest] ?? String(largest) };
}

export interface MeanAnswer {
  readonly mean: number;
  /** Mean absolute error of always answering with it. */
  readonly error: number;
}

/** What a regression is compared with: the mean of the group's own labels. Undefined without labels. */
export function meanAnswer(labels: readonly number[]): MeanAnswer | undefined {
  const known = labels.filter(Number.isFinite);
  if (known.length === 0) return undefined;
  const mean = known.reduce((a, b) => a + b, 0) / known.length;
  return { mean, error: known.reduce((sum, label) => sum + Math.abs(label - mean), 0) / known.length };
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

/** Counts of class `c` against the rest: right and wrong answers for it and against it. */
interface Counts {
  readonly truePositives: number;
  readonly falseNegatives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
}

function countsAgainstRest(confusion: readonly (readonly number[])[], c: number): Counts {
  const sum = (of: (truth: number, predicted: number) => boolean): number =>
    confusion.reduce((all, row, truth) => all + row.reduce((a, n, predicted) => a + (of(truth, predicted) ? n : 0), 0), 0);
  return {
    truePositives: sum((truth, predicted) => truth === c && predicted === c),
    falseNegatives: sum((truth, predicted) => truth === c && predicted !== c),
    falsePositives: sum((truth, predicted) => truth !== c && predicted === c),
    trueNegatives: sum((truth, predicted) => truth !== c && predicted !== c),
  };
}

/** Metrics that are a quotient: what stands above and below the line. */
const quotients: Readonly<Record<string, (counts: Counts) => readonly [above: number, below: number]>> = {
  sensitivity: ({ truePositives: tp, falseNegatives: fn }) => [tp, tp + fn],
  specificity: ({ trueNegatives: tn, falsePositives: fp }) => [tn, tn + fp],
  PPV: ({ truePositives: tp, falsePositives: fp }) => [tp, tp + fp],
  NPV: ({ trueNegatives: tn, falseNegatives: fn }) => [tn, tn + fn],
  // sensitivity / (1 − specificity) and (1 − sensitivity) / specificity, multiplied out
  LR_plus: ({ truePositives: tp, falseNegatives: fn, falsePositives: fp, trueNegatives: tn }) => [tp * (tn + fp), fp * (tp + fn)],
  LR_minus: ({ truePositives: tp, falseNegatives: fn, falsePositives: fp, trueNegatives: tn }) => [
    fn * (tn + fp),
    tn * (tp + fn),
  ],
};

/** `sensitivity-1` of three classes or more: the metric, and the class it is about; class 0 of two. */
export function partsOfName(name: string): { readonly metric: string; readonly node: number; readonly isSuffixed: boolean } {
  const found = /^(.+)-(\d+)$/.exec(name);
  return found === null
    ? { metric: name, node: 0, isSuffixed: false }
    : { metric: found[1], node: Number(found[2]), isSuffixed: true };
}

/**
 * The value that a metric has. ClinicaDL writes 0 where it divides by 0: such a quotient is infinite, or NaN when nothing stands
 * above the line either. The value of the file for everything else.
 */
export function trueValue(
  { name, value }: Pick<MetricRecord, 'name' | 'value'>,
  confusion: readonly (readonly number[])[] | null,
): number {
  const { metric, node } = partsOfName(name);
  const quotient = quotients[metric];
  if (confusion === null || quotient === undefined || value !== 0) return value;
  const [above, below] = quotient(countsAgainstRest(confusion, node));
  return below === 0 ? above / below : value;
}

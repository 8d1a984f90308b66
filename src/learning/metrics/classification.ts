/**
 * @file Classification metrics: one class against the rest, in ClinicaDL's order and with its values for undefined ratios.
 *
 * Two classes: only class 0 is evaluated and names have no suffix. More classes: each metric but accuracy once per class,
 * `BA-0 BA-1 …`.
 */
import { printFloat } from '../../base/python-number';
import { namesOf } from './names';
import { type MetricValue, type Ratio, real, type Statistic, undefinedRatio } from './statistic';

/** One-against-rest counts of one class. */
export interface Counts {
  readonly tp: number;
  readonly tn: number;
  readonly fp: number;
  readonly fn: number;
}

const over = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

const sensitivity = (c: Counts): number => over(c.tp, c.tp + c.fn);
const specificity = (c: Counts): number => over(c.tn, c.tn + c.fp);
const ppv = (c: Counts): number => over(c.tp, c.tp + c.fp);
const npv = (c: Counts): number => over(c.tn, c.tn + c.fn);

function f1(c: Counts): Ratio {
  const sum = ppv(c) + sensitivity(c);
  return sum === 0 ? undefinedRatio : real((2 * ppv(c) * sensitivity(c)) / sum);
}

function mcc(c: Counts): Ratio {
  const product = (c.tp + c.fp) * (c.tp + c.fn) * (c.tn + c.fp) * (c.tn + c.fn);
  return product === 0 ? undefinedRatio : real((c.tp * c.tn - c.fp * c.fn) / Math.sqrt(product));
}

function likelihoodPlus(c: Counts): Ratio {
  const spec = specificity(c);
  return spec === 1 ? undefinedRatio : real(sensitivity(c) / (1 - spec));
}

function likelihoodMinus(c: Counts): Ratio {
  const spec = specificity(c);
  return spec === 0 ? undefinedRatio : real((1 - sensitivity(c)) / spec);
}

/** Metrics of one class; accuracy belongs to none. */
const formulas: Readonly<Record<string, (counts: Counts) => Ratio>> = {
  BA: (c) => real((sensitivity(c) + specificity(c)) / 2),
  F1_score: f1,
  sensitivity: (c) => real(sensitivity(c)),
  specificity: (c) => real(specificity(c)),
  PPV: (c) => real(ppv(c)),
  NPV: (c) => real(npv(c)),
  MCC: mcc,
  MK: (c) => real(ppv(c) + npv(c) - 1),
  LR_plus: likelihoodPlus,
  LR_minus: likelihoodMinus,
};

/** Names without class suffix, in order. */
const names = namesOf('classification');

/** `matrix[truth * classCount + predicted]` = number of rows. */
export type ConfusionMatrix = ArrayLike<number>;

/** Counts of rows by truth and prediction, row-major [truth, predicted]. */
export function confusionMatrix(truth: readonly number[], predicted: readonly number[], classCount: number): Float64Array {
  const matrix = new Float64Array(classCount * classCount);
  for (let i = 0; i < truth.length; i++) matrix[truth[i] * classCount + predicted[i]]++;
  return matrix;
}

/** One-against-rest counts of class `c`. */
export function countsOf(matrix: ConfusionMatrix, classCount: number, c: number): Counts {
  let tp = 0;
  let tn = 0;
  let fp = 0;
  let fn = 0;
  for (let truth = 0; truth < classCount; truth++) {
    for (let predicted = 0; predicted < classCount; predicted++) {
      const n = matrix[truth * classCount + predicted];
      if (truth === c && predicted === c) tp += n;
      else if (truth === c) fn += n;
      else if (predicted === c) fp += n;
      else tn += n;
    }
  }
  return { tp, tn, fp, fn };
}

/** Fraction of rows on the diagonal; NaN without rows. */
function accuracy(matrix: ConfusionMatrix, classCount: number): Ratio {
  let right = 0;
  let all = 0;
  for (let i = 0; i < classCount * classCount; i++) {
    all += matrix[i];
    if (i % (classCount + 1) === 0) right += matrix[i];
  }
  return real(right / all);
}

interface NamedFormula {
  readonly name: string;
  of(matrix: ConfusionMatrix): Ratio;
}

/** Every metric of a task with `classCount` classes, in the order of the TSV columns. */
function metricFormulas(classCount: number): NamedFormula[] {
  const classes = classCount > 2 ? Array.from({ length: classCount }, (_, c) => c) : [0];
  return names.flatMap((name): NamedFormula[] =>
    name === 'accuracy'
      ? [{ name, of: (matrix) => accuracy(matrix, classCount) }]
      : classes.map((c) => ({
          name: classCount > 2 ? `${name}-${c}` : name,
          of: (matrix) => formulas[name](countsOf(matrix, classCount, c)),
        })),
  );
}

/** All metrics of rows with these labels, node indices 0…classCount−1, in the order of the TSV columns. */
export function classificationStatistics(
  truth: readonly number[],
  predicted: readonly number[],
  classCount: number,
): Statistic[] {
  const cell = truth.map((label, i) => label * classCount + predicted[i]);
  const matrix = new Float64Array(classCount * classCount);
  return metricFormulas(classCount).map(({ name, of }) => ({
    name,
    of: (rows) => {
      matrix.fill(0);
      for (let i = 0; i < rows.length; i++) matrix[cell[rows[i]]]++;
      return of(matrix);
    },
  }));
}

/** The metrics that only exist with more than two classes: those of one class, `BA-0 BA-1 …`. */
export function classMetricNames(classCount: number): string[] {
  return metricFormulas(classCount)
    .map(({ name }) => name)
    .filter((name) => !names.some((known) => known === name));
}

/**
 * One value per metric without class suffix, as the log and the choice of the best epoch use them: with more than two
 * classes the mean over the classes.
 */
export function meanOverClasses(metrics: readonly MetricValue[]): MetricValue[] {
  return names.map((name) => {
    const own = metrics.filter((metric) => metric.name === name);
    if (own.length === 1) return own[0];
    const parts = metrics.filter((metric) => metric.name.startsWith(`${name}-`));
    const value = parts.reduce((sum, part) => sum + part.value, 0) / parts.length;
    return { name, value, text: printFloat(value) };
  });
}

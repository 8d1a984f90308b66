/**
 * @file The metrics of ClinicaDL, one row each, in the order of its metrics files: which task computes it, and which value is the best.
 * Formulas: `learning/metrics`.
 */
import type { TaskName } from './losses';

interface MetricRow {
  readonly tasks: readonly TaskName[];
  readonly best: 'smallest' | 'largest';
  /** Why no network can be chosen by it, as the end of a sentence; absent: one can. */
  readonly unselectable?: string;
}

const undefinedAsZero = 'it is written as 0 where it is undefined, so that its best value would be none';
const classes: MetricRow = { tasks: ['classification'], best: 'largest' };
const error: MetricRow = { tasks: ['regression', 'reconstruction'], best: 'smallest' };
const likeness: MetricRow = { tasks: ['reconstruction'], best: 'largest' };

export const metrics = {
  /** What the training makes small; of every task, and chosen by when nothing else is asked for. */
  loss: { tasks: ['classification', 'regression', 'reconstruction'], best: 'smallest' },
  BA: classes,
  accuracy: classes,
  F1_score: classes,
  sensitivity: classes,
  specificity: classes,
  PPV: classes,
  NPV: classes,
  MCC: classes,
  MK: classes,
  LR_plus: { ...classes, unselectable: undefinedAsZero },
  LR_minus: { ...classes, best: 'smallest', unselectable: undefinedAsZero },
  R2_score: { tasks: ['regression'], best: 'largest' },
  MAE: error,
  RMSE: error,
  PSNR: likeness,
  SSIM: likeness,
} as const satisfies Readonly<Record<string, MetricRow>>;

export type MetricName = keyof typeof metrics;

const rows: Readonly<Record<MetricName, MetricRow>> = metrics;

/** The metrics of a task in the order of its files; `loss` first. */
export function metricsOf(task: TaskName): MetricName[] {
  return (Object.keys(metrics) as MetricName[]).filter((name) => rows[name].tasks.includes(task));
}

export const isSelectable = (name: MetricName): boolean => rows[name].unselectable === undefined;

/** The row of a metric; undefined for a word that is none. */
export function metricRow(name: string): MetricRow | undefined {
  return Object.hasOwn(rows, name) ? rows[name as MetricName] : undefined;
}

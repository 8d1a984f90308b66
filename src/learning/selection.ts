/** @file Which epoch is the best for which metric. */
import { appError } from '../base/errors';
import { isSelectable, metricRow, metricsOf } from '../vocabulary/metrics';
import type { MetricValue } from './metrics/statistic';
import type { Task } from './tasks/task';

/** What a set of data was evaluated to. */
export interface SetMetrics {
  readonly metrics: readonly MetricValue[];
  /** `loss` and its parts: sums over batches of the batch means. */
  readonly losses: readonly MetricValue[];
}

/** Best value so far by metric; ±Infinity at the start. */
export type BestMetrics = Readonly<Record<string, number>>;

/** Throws `selection-metric-unknown` for a metric by which no epoch of this task can be chosen. */
export function checkSelectionMetrics(names: readonly string[], { name }: Pick<Task, 'name'>): void {
  const available: readonly string[] = metricsOf(name).filter(isSelectable);
  for (const metric of names)
    if (!available.includes(metric))
      throw appError(
        'selection-metric-unknown',
        { metric, available: available.join(', ') },
        { where: 'Validation.selection_metrics' },
      );
}

const isSmallest = (metric: string): boolean => metricRow(metric)?.best === 'smallest';

export function noBestYet(names: readonly string[]): BestMetrics {
  return Object.fromEntries(names.map((name) => [name, isSmallest(name) ? Infinity : -Infinity]));
}

/** The value of a metric by its name in the log: with more than two classes the mean over the classes. */
export function selectionValue(name: string, { metrics, losses }: SetMetrics, task: Pick<Task, 'logged'>): number {
  return [...losses, ...task.logged(metrics)].find((metric) => metric.name === name)?.value ?? Number.NaN;
}

/** Metrics of which this epoch is the best so far, by strict comparison (NaN never is), and the best values with it. */
export function selectBest(
  best: BestMetrics,
  validation: SetMetrics,
  task: Pick<Task, 'logged'>,
): { readonly improved: string[]; readonly best: BestMetrics } {
  const improved: string[] = [];
  const entries = Object.entries(best).map(([name, old]): [string, number] => {
    const value = selectionValue(name, validation, task);
    const better = isSmallest(name) ? value < old : value > old;
    if (better) improved.push(name);
    return [name, better ? value : old];
  });
  return { improved, best: Object.fromEntries(entries) };
}

/** @file Which epoch is the best for which metric. */
import { appError } from '../base/errors';
import { type MetricValue, meanOverClasses } from './metrics';

/** Metrics of classification that have a best value, and whether it is the largest. The others (MCC, MK, LR_…) choose no epoch. */
const directions: Readonly<Record<string, 'smallest' | 'largest'>> = {
  loss: 'smallest',
  accuracy: 'largest',
  sensitivity: 'largest',
  specificity: 'largest',
  PPV: 'largest',
  NPV: 'largest',
  F1_score: 'largest',
  BA: 'largest',
};

/** What a set of data was evaluated to. */
export interface SetMetrics {
  readonly metrics: readonly MetricValue[];
  /** Sum over batches of the batch means. */
  readonly loss: number;
}

/** Best value so far by metric; ±Infinity at the start. */
export type BestMetrics = Readonly<Record<string, number>>;

/** Throws `selection-metric-unknown` for a metric by which no epoch can be chosen. */
export function checkSelectionMetrics(names: readonly string[]): void {
  for (const metric of names)
    if (!Object.hasOwn(directions, metric))
      throw appError(
        'selection-metric-unknown',
        { metric, available: Object.keys(directions).join(', ') },
        { where: 'Validation.selection_metrics' },
      );
}

export function noBestYet(names: readonly string[]): BestMetrics {
  return Object.fromEntries(names.map((name) => [name, directions[name] === 'smallest' ? Infinity : -Infinity]));
}

/** The value of a metric by its name without class suffix: with more than two classes the mean over the classes. */
function selectionValue(name: string, { metrics, loss }: SetMetrics): number {
  if (name === 'loss') return loss;
  return meanOverClasses(metrics).find((metric) => metric.name === name)?.value ?? Number.NaN;
}

/** Metrics of which this epoch is the best so far, by strict comparison (NaN never is), and the best values with it. */
export function selectBest(
  best: BestMetrics,
  validation: SetMetrics,
): { readonly improved: string[]; readonly best: BestMetrics } {
  const improved: string[] = [];
  const entries = Object.entries(best).map(([name, old]): [string, number] => {
    const value = selectionValue(name, validation);
    const better = directions[name] === 'smallest' ? value < old : value > old;
    if (better) improved.push(name);
    return [name, better ? value : old];
  });
  return { improved, best: Object.fromEntries(entries) };
}

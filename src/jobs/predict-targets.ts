/** @file Which trained networks of a MAPS predict. */
import { appError } from '../base/errors';
import type { Folder } from '../folders/folder';
import { listMetrics, listSplits, type SplitPrefix } from '../maps/maps';
import type { PredictOptions } from '../options/predict';

/** Best models of a split, by what they were selected by. */
export interface Target {
  readonly split: number;
  readonly metrics: readonly string[];
}

/** Those asked for; all where none are. Throws `maps-untrained`, `split-untrained`, `metric-untrained`. */
export async function targetsOf(
  maps: Folder,
  options: Pick<PredictOptions, 'split' | 'selection_metrics'>,
  prefix: SplitPrefix,
): Promise<Target[]> {
  const splits: number[] = [];
  const begun = await listSplits(maps);
  for (const split of begun) if ((await listMetrics(maps, split, prefix)).length > 0) splits.push(split);
  const asked = options.split.length > 0 ? new Set(options.split) : begun;
  const wanted: readonly string[] = options.selection_metrics;
  const targets: Target[] = [];
  if (splits.length === 0) throw appError('maps-untrained', { maps: maps.name }, { where: maps.name });
  for (const split of asked) {
    if (!splits.includes(split)) {
      throw appError('split-untrained', { maps: maps.name, split, splits: splits.join(', ') }, { where: maps.name });
    }
    const metrics = await listMetrics(maps, split, prefix);
    const lacking = wanted.find((metric) => !metrics.includes(metric));
    if (lacking !== undefined) {
      const values = { maps: maps.name, split, metric: lacking, metrics: metrics.join(', ') };
      throw appError('metric-untrained', values, { where: maps.name });
    }
    targets.push({ split, metrics: wanted.length > 0 ? wanted : metrics });
  }
  return targets;
}

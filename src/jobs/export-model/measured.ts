/** @file The results that a MAPS holds of its networks: metrics alone, of groups that have labels. */
import type { Folder } from '../../folders/folder';
import { isPredictedGroup, readGroup } from '../../maps/groups';
import { metricsName, type PredictionLevel, resultsFolder } from '../../maps/layout';
import { listLevels, listResults, type SplitPrefix } from '../../maps/maps';
import { type MetricRecord, readMetricBlocks } from '../../maps/metrics-file';
import { sharedPeople } from '../leak-check';
import type { Target } from '../predict-targets';
import { readMetricsText } from '../result-view';

export interface Measured {
  readonly split: number;
  readonly selection: string;
  readonly group: string;
  readonly level: PredictionLevel;
  /** One list of metrics for each network. */
  readonly networks: readonly (readonly MetricRecord[])[];
  /** People of the group who are in the training, too; null where that cannot be told. Of the training groups all are. */
  readonly shared: number | null;
}

async function sharedWith(maps: Folder, group: string): Promise<number | null> {
  if (!(await isPredictedGroup(maps, group))) return null;
  const { rows } = await readGroup(maps, group, null, null);
  const { trained, incomplete } = await sharedPeople(maps, rows, []);
  return incomplete && trained.length === 0 ? null : trained.length;
}

/** Train goes last: it says the least. */
export async function measuredResults(maps: Folder, targets: readonly Target[], prefix: SplitPrefix): Promise<Measured[]> {
  const found: Measured[] = [];
  const shared = new Map<string, number | null>();
  for (const { split, metrics } of targets) {
    for (const selection of metrics) {
      const groups = await listResults(maps, split, selection, prefix);
      for (const group of [...groups.filter((name) => name !== 'train'), ...groups.filter((name) => name === 'train')]) {
        const folder = resultsFolder(split, selection, group, prefix);
        for (const { level, metrics: has } of await listLevels(maps, folder, group)) {
          if (!has) continue;
          if (!shared.has(group)) shared.set(group, await sharedWith(maps, group));
          const networks = readMetricBlocks(await readMetricsText(maps, `${folder}/${metricsName(group, level)}`));
          found.push({ split, selection, group, level, networks, shared: shared.get(group) ?? null });
        }
      }
    }
  }
  return found;
}

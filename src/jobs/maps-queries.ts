/** @file What a page asks about a MAPS first: its parameters, splits, groups, results. Reads only. */
import type { Folder } from '../folders/folder';
import { listGroups } from '../maps/groups';
import { type PredictionLevel, predictOnlyFile, resultsFolder } from '../maps/layout';
import { listLevels, listMetrics, listResults, listSplits, readParameters, splitPrefix } from '../maps/maps';

export interface MapsResultEntry {
  readonly split: number;
  /** Selection metric of the best model. */
  readonly metric: string;
  readonly group: string;
  readonly levels: readonly { readonly level: PredictionLevel; readonly metrics: boolean }[];
}

export interface MapsSummary {
  readonly path: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** A model that was handed over to predict with. */
  readonly predictOnly: boolean;
  readonly splits: readonly number[];
  /** Selection metrics by which every trained split has a best model, sorted. */
  readonly metrics: readonly string[];
  /** Groups made by predict. */
  readonly groups: readonly string[];
  readonly results: readonly MapsResultEntry[];
}

export async function mapsSummary(workspace: Folder, path: string): Promise<MapsSummary> {
  const maps = workspace.sub(path);
  const parameters = await readParameters(maps);
  const prefix = await splitPrefix(maps);
  const splits = await listSplits(maps);
  const results: MapsResultEntry[] = [];
  const trained: (readonly string[])[] = [];
  for (const split of splits) {
    const metrics = await listMetrics(maps, split, prefix);
    if (metrics.length > 0) trained.push(metrics);
    for (const metric of metrics) {
      for (const group of await listResults(maps, split, metric, prefix)) {
        const levels = await listLevels(maps, resultsFolder(split, metric, group, prefix), group);
        results.push({ split, metric, group, levels });
      }
    }
  }
  const groups = (await listGroups(maps)).filter((group) => group !== 'train' && group !== 'validation');
  const [first = [], ...others] = trained;
  const metrics = first.filter((metric) => others.every((other) => other.includes(metric)));
  const predictOnly = (await maps.kindOf(predictOnlyFile)) === 'file';
  return { path, parameters, predictOnly, splits, metrics, groups, results };
}

/** @file The reading methods of ClinicaDL's `MapsManager` (Python API), by their names; scripts reach them through `openMaps`. */
import { appError } from '../base/errors';
import type { Folder } from '../folders/folder';
import type { PredictionRow } from '../learning/prediction';
import { type Group, readGroup } from '../maps/groups';
import { isTrainingGroup, metricsName, modelFile, type PredictionLevel, resultsFolder } from '../maps/layout';
import { listMetrics, listSplits, readParameters, splitPrefix } from '../maps/maps';
import { readMetrics } from '../maps/metrics-file';
import { type Checkpoint, epochOf, readCheckpoint } from '../maps/weights';
import { modernMapsJson } from '../options/derive/maps-json-versions';
import { readMetricsText, readPredictionRows } from './result-view';

export interface MapsArguments {
  readonly data_group?: string;
  readonly split?: number;
  readonly selection_metric?: string;
  /** Where each element has a network of its own. */
  readonly network?: number;
  readonly mode?: PredictionLevel;
}

export type MapsMethod =
  | 'get_parameters'
  | 'get_group_info'
  | 'get_state_dict'
  | 'get_best_epoch'
  | 'get_prediction'
  | 'get_metrics';

export interface MapsQuestion {
  readonly path: string;
  readonly method: MapsMethod;
  readonly arguments: MapsArguments;
}

/** The metric asked for, or the only one there is. Throws `split-untrained`, `metric-untrained`, `metric-unclear`. */
export async function chooseMetric(maps: Folder, split: number, metric: string | undefined): Promise<string> {
  const splits = await listSplits(maps);
  if (splits.length === 0) throw appError('maps-untrained', { maps: maps.name }, { where: maps.name });
  if (!splits.includes(split)) {
    throw appError('split-untrained', { maps: maps.name, split, splits: splits.join(', ') }, { where: maps.name });
  }
  const metrics = await listMetrics(maps, split, await splitPrefix(maps));
  if (metric === undefined) {
    if (metrics.length === 1) return metrics[0];
    throw appError('metric-unclear', { maps: maps.name, split, metrics: metrics.join(', ') }, { where: maps.name });
  }
  if (metrics.includes(metric)) return metric;
  throw appError(
    'metric-untrained',
    { maps: maps.name, split, metric, metrics: metrics.join(', ') || 'none' },
    { where: maps.name },
  );
}

/** The weights that are asked for. Throws what `chooseMetric` throws, and `network-number` where the split has several networks and none of them is named. */
export async function chosenModel(
  maps: Folder,
  { split = 0, selection_metric, network = null }: Omit<MapsArguments, 'network'> & { readonly network?: number | null },
): Promise<{ readonly path: string; readonly metric: string }> {
  const metric = await chooseMetric(maps, split, selection_metric);
  const { multi_network, num_networks } = modernMapsJson(await readParameters(maps));
  const several = multi_network === true;
  if (several && !(network !== null && network >= 0 && network < Number(num_networks)))
    throw appError(
      'network-number',
      { maps: maps.name, network: network ?? 'none', last: Number(num_networks) - 1 },
      { where: maps.name },
    );
  return { path: modelFile(split, metric, several ? network : null, await splitPrefix(maps)), metric };
}

async function checkpoint(maps: Folder, options: MapsArguments): Promise<Checkpoint> {
  const { path } = await chosenModel(maps, options);
  return readCheckpoint(await maps.read(path), path);
}

async function groupInfo(maps: Folder, options: MapsArguments): Promise<Group> {
  const group = options.data_group ?? '';
  const label = String((await readParameters(maps)).label ?? 'diagnosis');
  return readGroup(maps, group, isTrainingGroup(group) ? (options.split ?? 0) : null, label);
}

interface Place {
  readonly split: number;
  readonly metric: string;
  readonly group: string;
  readonly level: PredictionLevel;
}

async function placeOf(maps: Folder, options: MapsArguments): Promise<Place> {
  const split = options.split ?? 0;
  return {
    split,
    metric: await chooseMetric(maps, split, options.selection_metric),
    group: options.data_group ?? '',
    level: options.mode ?? 'image',
  };
}

/** First row of the metrics table by name, `{Metrics: 'Values', …}` for tables with intervals. */
async function metrics(maps: Folder, options: MapsArguments): Promise<Record<string, number | string>> {
  const { split, metric, group, level } = await placeOf(maps, options);
  const path = `${resultsFolder(split, metric, group, await splitPrefix(maps))}/${metricsName(group, level)}`;
  if ((await maps.kindOf(path)) !== 'file')
    throw appError('prediction-missing', { path: `${maps.name}/${path}` }, { where: path });
  const text = await readMetricsText(maps, path);
  const values = Object.fromEntries(readMetrics(text).map((m) => [m.name, m.value]));
  return text.startsWith('Metrics\t') ? { Metrics: 'Values', ...values } : values;
}

export async function askMaps(workspace: Folder, question: MapsQuestion): Promise<unknown> {
  const maps = workspace.sub(question.path);
  const options = question.arguments;
  switch (question.method) {
    case 'get_parameters':
      return readParameters(maps);
    case 'get_group_info':
      return groupInfo(maps, options);
    case 'get_state_dict':
      return checkpoint(maps, options);
    case 'get_best_epoch':
      return epochOf(await checkpoint(maps, options), question.path);
    case 'get_prediction': {
      const rows: PredictionRow[] = await readPredictionRows(maps, await placeOf(maps, options));
      return rows;
    }
    case 'get_metrics':
      return metrics(maps, options);
    default:
      throw new TypeError(`MapsManager has no method ${String(question.method satisfies never)}`);
  }
}

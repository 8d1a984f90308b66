/** @file The methods of ClinicaDL's `MapsManager` (Python API): what those that read answer, and the lines of those that run. */
import { appError } from '../base/errors';
import type { Folder } from '../folders/folder';
import { readTensorFile } from '../formats/torch';
import type { PredictionRow } from '../learning/prediction';
import { type Group, readGroup } from '../maps/groups';
import {
  interpretationFolder,
  isTrainingGroup,
  mapName,
  meanMapName,
  metricsName,
  modelFile,
  type PredictionLevel,
  resultsFolder,
} from '../maps/layout';
import { listMetrics, listSplits, readParameters, splitPrefix } from '../maps/maps';
import { readMetrics } from '../maps/metrics-file';
import { networkCount } from '../maps/network-count';
import { type Checkpoint, epochOf, readCheckpoint } from '../maps/weights';
import { modernMapsJson } from '../options/derive/maps-json-versions';
import type { MapsMethod } from '../options/maps-method-names';
import { methodArguments } from '../options/maps-methods';
import type { JobContext } from './job-context';
import { lineOfMethod } from './maps-lines';
import { type GivenTensor, modelOf, outputsOf } from './maps-model';
import { weightBytes } from './read-weights';
import { modeOf, readMetricsText, readPredictionRows } from './result-view';

export interface MapsArguments {
  readonly data_group?: string;
  readonly name?: string;
  readonly split?: number | null;
  readonly selection_metric?: string | null;
  /** Where each element has a network of its own. */
  readonly network?: number | null;
  readonly mode?: PredictionLevel;
  readonly participant_id?: string | null;
  readonly session_id?: string | null;
  readonly mode_id?: number;
}

export interface MapsQuestion {
  readonly path: string;
  /** `outputs`: of the network of `get_model` for a tensor. */
  readonly method: MapsMethod | 'outputs';
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly tensor?: GivenTensor;
}

/** The metric asked for, or the only one there is. Throws `split-untrained`, `metric-untrained`, `metric-unclear`. */
export async function chooseMetric(maps: Folder, split: number, metric: string | null): Promise<string> {
  const splits = await listSplits(maps);
  if (splits.length === 0) throw appError('maps-untrained', { maps: maps.name }, { where: maps.name });
  if (!splits.includes(split)) {
    throw appError('split-untrained', { maps: maps.name, split, splits: splits.join(', ') }, { where: maps.name });
  }
  const metrics = await listMetrics(maps, split, await splitPrefix(maps));
  if (metric === null) {
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

/**
 * The weights that are asked for. Throws what `chooseMetric` throws, `network-number` where the split has several networks and none of
 * them is named, and `network-single` for another than the only one.
 */
export async function chosenModel(
  maps: Folder,
  { split, selection_metric = null, network = null }: Pick<MapsArguments, 'split' | 'selection_metric' | 'network'>,
): Promise<{ readonly path: string; readonly metric: string }> {
  const metric = await chooseMetric(maps, split ?? 0, selection_metric);
  const parameters = modernMapsJson(await readParameters(maps));
  const several = parameters.multi_network === true;
  const count = several ? await networkCount(maps, parameters) : 1;
  const isThere = network !== null && network >= 0 && network < count;
  if (several && !isThere) {
    const asked = network === null ? 'none of them' : `number ${network}`;
    throw appError('network-number', { maps: maps.name, asked, last: count - 1 }, { where: maps.name });
  }
  // Of one network, it is number 0.
  if (network !== null && !isThere) throw appError('network-single', { maps: maps.name, network }, { where: maps.name });
  return { path: modelFile(split ?? 0, metric, several ? network : null, await splitPrefix(maps)), metric };
}

async function checkpoint(maps: Folder, options: MapsArguments): Promise<{ readonly file: string; readonly found: Checkpoint }> {
  const { path: file } = await chosenModel(maps, options);
  return { file, found: readCheckpoint(await weightBytes(maps, file), file) };
}

/** Throws `group-undefined`, and for a group of the training `option-needed` without its split, `split-number` for one that it has not. */
async function groupInfo(maps: Folder, { data_group: group = '', split = null }: MapsArguments): Promise<Group> {
  if (isTrainingGroup(group) && split === null)
    throw appError(
      'option-needed',
      { option: 'split', reason: `each split has a group "${group}" of its own` },
      { where: 'split' },
    );
  const parameters = await readParameters(maps);
  const last = Math.max(Number(parameters.n_splits ?? 0), 1) - 1;
  if (isTrainingGroup(group) && (split ?? 0) > last)
    throw appError('split-number', { split: split ?? 0, last }, { where: 'split' });
  const label = String(parameters.label ?? 'diagnosis');
  return readGroup(maps, group, isTrainingGroup(group) ? split : null, label);
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
    metric: await chooseMetric(maps, split, options.selection_metric ?? null),
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

/** A map [c, …space]: of one element, or the mean of all at one place. Throws `interpretation-missing`, and `option-needed` for one id alone. */
async function interpretation(maps: Folder, options: MapsArguments): Promise<GivenTensor> {
  const { name = '', participant_id = null, session_id = null, mode_id = 0 } = options;
  const [given, missing] = participant_id === null ? ['session_id', 'participant_id'] : ['participant_id', 'session_id'];
  if ((participant_id === null) !== (session_id === null)) {
    const reason = `${given} asks for the map of one element`;
    throw appError('option-needed', { option: missing, reason }, { where: missing });
  }
  const { split, metric, group } = await placeOf(maps, options);
  const mode = modeOf(await readParameters(maps), maps.name);
  const folder = `${resultsFolder(split, metric, group, await splitPrefix(maps))}/${interpretationFolder(name)}`;
  const isOne = participant_id !== null && session_id !== null;
  const file = isOne ? mapName({ participant_id, session_id, elementId: mode_id }, mode) : meanMapName(mode, mode_id);
  const path = `${folder}/${file}.pt`;
  if ((await maps.kindOf(path)) !== 'file') {
    const isThere = (await maps.kindOf(folder)) === 'folder';
    const way = !isThere
      ? `of the group "${group}" with the name "${name}"`
      : isOne
        ? 'again with --save_individual and --overwrite_name, for an element that the group has'
        : `on images with more elements, or give mode_id of a map that "${folder}" has`;
    throw appError('interpretation-missing', { path: `${maps.name}/${path}`, way }, { where: path });
  }
  const map = readTensorFile(await maps.read(path), path);
  return { shape: map.shape, data: map.toFloat32() };
}

/** The answer of a method, or the line of one that runs a command. Throws what `methodArguments` throws, and what reading does. */
export async function askMaps(question: MapsQuestion, context: JobContext): Promise<unknown> {
  const { path, method, tensor } = question;
  const maps = context.workspace.sub(path);
  const of = method === 'outputs' ? 'get_model' : method;
  const options: MapsArguments = methodArguments(of, [], question.arguments);
  switch (method) {
    case 'train':
    case 'resume':
    case 'predict':
    case 'interpret':
      return lineOfMethod(method, path, options as Readonly<Record<string, unknown>>, context.workspace);
    case 'get_parameters':
      return readParameters(maps);
    case 'get_group_info':
      return groupInfo(maps, options);
    case 'get_state_dict':
      return (await checkpoint(maps, options)).found;
    case 'get_best_epoch': {
      const { file, found } = await checkpoint(maps, options);
      return epochOf(found, file);
    }
    case 'get_model':
      return modelOf(maps, await chosenModel(maps, options), context);
    case 'outputs':
      return outputsOf(maps, await chosenModel(maps, options), tensor, context);
    case 'get_prediction': {
      const rows: PredictionRow[] = await readPredictionRows(maps, await placeOf(maps, options));
      return rows;
    }
    case 'get_metrics':
      return metrics(maps, options);
    case 'get_interpretation':
      return interpretation(maps, options);
    default:
      throw new TypeError(`MapsManager has no method ${String(method satisfies never)}`);
  }
}

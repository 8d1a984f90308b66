/** @file What a page or script asks about a MAPS: its splits, results, curves. Reads only. */
import { appError } from '../base/errors';
import type { Folder } from '../folders/folder';
import { decodeText } from '../formats/decode-text';
import { confusionMatrix } from '../learning/metrics';
import type { PredictionRow } from '../learning/prediction';
import { type RocCurve, rocCurve } from '../learning/roc';
import { listGroups } from '../maps/groups';
import { metricsName, type PredictionLevel, predictionName, resultsFolder, trainingLogFile } from '../maps/layout';
import { listLevels, listMetrics, listResults, listSplits, readParameters, splitPrefix } from '../maps/maps';
import { type MetricRecord, readMetrics } from '../maps/metrics-file';
import { readPredictions } from '../maps/predictions';
import { readTrainingLog } from '../maps/training-log';

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
  readonly splits: readonly number[];
  /** Groups made by predict. */
  readonly groups: readonly string[];
  readonly results: readonly MapsResultEntry[];
}

const MAX_METRICS_BYTES = 1 << 22;

async function readText(maps: Folder, where: string): Promise<string> {
  return decodeText(await maps.read(where), { format: 'TSV', maxBytes: MAX_METRICS_BYTES, where });
}

const mapsOf = (workspace: Folder, path: string): Folder => workspace.sub(path);

export async function mapsSummary(workspace: Folder, path: string): Promise<MapsSummary> {
  const maps = mapsOf(workspace, path);
  const parameters = await readParameters(maps);
  const prefix = await splitPrefix(maps);
  const splits = await listSplits(maps);
  const results: MapsResultEntry[] = [];
  for (const split of splits) {
    for (const metric of await listMetrics(maps, split, prefix)) {
      for (const group of await listResults(maps, split, metric, prefix)) {
        const levels = await listLevels(maps, resultsFolder(split, metric, group, prefix), group);
        results.push({ split, metric, group, levels });
      }
    }
  }
  const groups = (await listGroups(maps)).filter((group) => group !== 'train' && group !== 'validation');
  return { path, parameters, splits, groups, results };
}

export interface ResultRequest {
  readonly path: string;
  readonly split: number;
  readonly metric: string;
  readonly group: string;
  readonly level: PredictionLevel;
}

export interface ResultView {
  /** Null without labels. */
  readonly metrics: readonly MetricRecord[] | null;
  readonly rows: readonly PredictionRow[];
  /** Class names by node; `0`, `1`… when maps.json does not tell. */
  readonly classes: readonly string[];
  /** Of class 0 against the rest; null when the rows have one class only or no labels. */
  readonly roc: RocCurve | null;
  /** [truth][predicted], counts; null without labels. */
  readonly confusion: readonly (readonly number[])[] | null;
}

/** Name of each node, joined by `/` where several labels share one. */
export function classNames(labelCode: unknown, count: number): string[] {
  const names = Array.from({ length: count }, () => [] as string[]);
  if (typeof labelCode === 'object' && labelCode !== null) {
    for (const [name, node] of Object.entries(labelCode)) if (typeof node === 'number') names[node]?.push(name);
  }
  return names.map((list, node) => (list.length === 0 ? String(node) : list.join('/')));
}

/** The mode of the network's inputs, whose id column names the rows at every level. */
export function modeOf(parameters: Readonly<Record<string, unknown>>): PredictionLevel {
  const mode = parameters.mode;
  return mode === 'patch' || mode === 'roi' || mode === 'slice' ? mode : 'image';
}

/** Prediction rows of one table. Throws `prediction-missing`. */
export async function readPredictionRows(maps: Folder, request: Omit<ResultRequest, 'path'>): Promise<PredictionRow[]> {
  const { split, metric, group, level } = request;
  const prefix = await splitPrefix(maps);
  const path = `${resultsFolder(split, metric, group, prefix)}/${predictionName(group, level)}`;
  if ((await maps.kindOf(path)) !== 'file')
    throw appError('prediction-missing', { path: `${maps.name}/${path}` }, { where: path });
  return readPredictions(await maps.read(path), modeOf(await readParameters(maps)), path);
}

export async function resultView(workspace: Folder, request: ResultRequest): Promise<ResultView> {
  const maps = mapsOf(workspace, request.path);
  const parameters = await readParameters(maps);
  const rows = await readPredictionRows(maps, request);
  const classCount = rows[0]?.probabilities.length ?? 0;
  const prefix = await splitPrefix(maps);
  const metricsPath = `${resultsFolder(request.split, request.metric, request.group, prefix)}/${metricsName(request.group, request.level)}`;
  const labelled = rows.length > 0 && rows.every((row) => row.true_label >= 0);
  const metrics = (await maps.kindOf(metricsPath)) === 'file' ? readMetrics(await readText(maps, metricsPath)) : null;
  const counts = labelled
    ? confusionMatrix(
        rows.map((row) => row.true_label),
        rows.map((row) => row.predicted_label),
        classCount,
      )
    : null;
  return {
    metrics,
    rows,
    classes: classNames(parameters.label_code, classCount),
    roc: labelled ? rocCurve(rows, 0) : null,
    confusion:
      counts === null
        ? null
        : classNames(null, classCount).map((_, i) => [...counts.slice(i * classCount, (i + 1) * classCount)]),
  };
}

export interface CurveView {
  readonly columns: readonly string[];
  /** One row per evaluation; NaN where the cell is no number. */
  readonly rows: readonly (readonly number[])[];
}

/** `training.tsv` of a split as numbers; empty when the split has none. */
export async function trainingCurves(
  workspace: Folder,
  request: { readonly path: string; readonly split: number },
): Promise<CurveView> {
  const maps = mapsOf(workspace, request.path);
  const file = trainingLogFile(request.split);
  if ((await maps.kindOf(file)) !== 'file') return { columns: [], rows: [] };
  const log = readTrainingLog(await maps.read(file), file);
  return { columns: log.header, rows: log.rows.map((row) => row.map(Number)) };
}

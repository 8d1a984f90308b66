/** @file One result of a MAPS for the page: predictions, metrics and what is drawn of them. Reads only. */
import { appError } from '../base/errors';
import { plainLoss } from '../engine/executor';
import type { Folder } from '../folders/folder';
import { decodeText } from '../formats/decode-text';
import { confusionMatrix } from '../learning/metrics/classification';
import { type RocCurve, rocCurve } from '../learning/metrics/roc';
import type { ClassRow, PredictionRow } from '../learning/prediction';
import { classification } from '../learning/tasks/classification';
import { imageRows } from '../learning/tasks/reconstruction';
import { regression } from '../learning/tasks/regression';
import { metricsName, type PredictionLevel, parametersFile, predictionName, resultsFolder } from '../maps/layout';
import { readParameters, splitPrefix } from '../maps/maps';
import { type MetricRecord, readMetricBlocks } from '../maps/metrics-file';
import { classesIn, readPredictions } from '../maps/predictions';
import { readTextTable, type TextTable } from '../maps/text-table';
import { shown } from '../options/derive/check';

export interface ResultRequest {
  readonly path: string;
  readonly split: number;
  readonly metric: string;
  readonly group: string;
  readonly level: PredictionLevel;
}

export interface ResultView {
  /** By the columns of the predictions: with probabilities, with predicted values, or with metrics alone (reconstruction). */
  readonly task: 'classification' | 'regression' | 'other';
  /** Rows of predictions: elements, or images at the image level. */
  readonly n: number;
  /** Participants with their sessions; null when the table does not name them. */
  readonly images: number | null;
  /** Of the network; null without labels, and where each element has a network of its own. */
  readonly metrics: readonly MetricRecord[] | null;
  /** One list for each network where there are several, else empty. */
  readonly networks: readonly (readonly MetricRecord[])[];
  /** Of a classification; empty for other tasks. */
  readonly rows: readonly ClassRow[];
  /** Class names by node; `0`, `1`… when maps.json does not tell. Empty for other tasks. */
  readonly classes: readonly string[];
  /**
   * Of class 0 against the rest; of each class where there are more than two. Null for a class of which there are no rows, or no others;
   * empty without labels.
   */
  readonly rocs: readonly (RocCurve | null)[];
  /** [truth][predicted], counts; null without labels. */
  readonly confusion: readonly (readonly number[])[] | null;
  /** The predictions as they stand in the file, for tasks other than classification. */
  readonly table: TextTable | null;
}

const MAX_METRICS_BYTES = 1 << 22;

/** Name of each node, joined by `/` where several labels share one. */
export function classNames(labelCode: unknown, count: number): string[] {
  const names = Array.from({ length: count }, () => [] as string[]);
  if (typeof labelCode === 'object' && labelCode !== null) {
    for (const [name, node] of Object.entries(labelCode)) if (typeof node === 'number') names[node]?.push(name);
  }
  return names.map((list, node) => (list.length === 0 ? String(node) : list.join('/')));
}

const modes: readonly PredictionLevel[] = ['image', 'patch', 'roi', 'slice'];

/** The mode of the network's inputs, whose id column names the rows at every level. Throws `maps-value` for none that is known. */
export function modeOf(parameters: Readonly<Record<string, unknown>>, maps: string): PredictionLevel {
  const mode = modes.find((known) => known === parameters.mode);
  if (mode !== undefined) return mode;
  const values = { maps, key: 'mode', found: shown(parameters.mode), expected: modes.join(', ') };
  throw appError('maps-value', values, { where: `${maps}/${parametersFile}` });
}

/** Rows of a classification. */
function classRows(bytes: Uint8Array, columns: readonly string[], mode: PredictionLevel, path: string): ClassRow[] {
  return readPredictions(bytes, mode, path, classification(classesIn(columns), plainLoss('CrossEntropyLoss')));
}

/** Prediction rows of one table, as its task has them. Throws `prediction-missing`. */
export async function readPredictionRows(maps: Folder, request: Omit<ResultRequest, 'path'>): Promise<PredictionRow[]> {
  const { path, bytes } = await predictionFile(maps, request);
  const mode = modeOf(await readParameters(maps), maps.name);
  const { header } = readTextTable(bytes, path);
  switch (taskOf(header)) {
    case 'classification':
      return classRows(bytes, header, mode, path);
    case 'regression':
      return readPredictions<PredictionRow>(bytes, mode, path, regression(plainLoss('MSELoss')));
    case 'other':
      return readPredictions<PredictionRow>(bytes, mode, path, imageRows);
  }
}

async function predictionFile(
  maps: Folder,
  { split, metric, group, level }: Omit<ResultRequest, 'path'>,
): Promise<{ readonly path: string; readonly bytes: Uint8Array }> {
  const path = `${resultsFolder(split, metric, group, await splitPrefix(maps))}/${predictionName(group, level)}`;
  if ((await maps.kindOf(path)) !== 'file')
    throw appError('prediction-missing', { path: `${maps.name}/${path}` }, { where: path });
  return { path, bytes: await maps.read(path) };
}

export async function resultView(workspace: Folder, request: ResultRequest): Promise<ResultView> {
  const maps = workspace.sub(request.path);
  const parameters = await readParameters(maps);
  const { path, bytes } = await predictionFile(maps, request);
  const table = readTextTable(bytes, path);
  const task = taskOf(table.header);
  const blocks = await metricBlocks(maps, request);
  const shared = {
    task,
    n: table.rows.length,
    images: imagesIn(table),
    metrics: blocks.length === 1 ? blocks[0] : null,
    networks: blocks.length > 1 ? blocks : [],
  };
  if (task !== 'classification') return { ...shared, rows: [], classes: [], rocs: [], confusion: null, table };
  const rows = classRows(bytes, table.header, modeOf(parameters, maps.name), path);
  const classCount = classesIn(table.header);
  const labelled = rows.length > 0 && rows.every((row) => row.true_label !== undefined);
  return {
    ...shared,
    rows,
    classes: classNames(parameters.label_code, classCount),
    // A vote without any weight has no probabilities.
    rocs: labelled && rows.every((row) => !Number.isNaN(row.probabilities[0])) ? rocsOf(rows, classCount) : [],
    confusion: labelled ? countsOf(rows, classCount) : null,
    table: null,
  };
}

/** Two classes have one curve: that of the other is its mirror image. */
function rocsOf(rows: readonly ClassRow[], classCount: number): (RocCurve | null)[] {
  return Array.from({ length: classCount > 2 ? classCount : 1 }, (_, c) => rocCurve(rows, c));
}

function taskOf(columns: readonly string[]): ResultView['task'] {
  if (columns.includes('proba0')) return 'classification';
  return columns.includes('predicted_label') ? 'regression' : 'other';
}

function imagesIn({ header, rows }: TextTable): number | null {
  const [participant, session] = [header.indexOf('participant_id'), header.indexOf('session_id')];
  if (participant < 0 || session < 0) return null;
  return new Set(rows.map((row) => `${row[participant]}\t${row[session]}`)).size;
}

/** A `*_metrics.tsv`, which must not be larger than such a table can be. */
export async function readMetricsText(maps: Folder, where: string): Promise<string> {
  return decodeText(await maps.read(where), { format: 'TSV', maxBytes: MAX_METRICS_BYTES, where });
}

async function metricBlocks(maps: Folder, { split, metric, group, level }: ResultRequest): Promise<MetricRecord[][]> {
  const where = `${resultsFolder(split, metric, group, await splitPrefix(maps))}/${metricsName(group, level)}`;
  if ((await maps.kindOf(where)) !== 'file') return [];
  return readMetricBlocks(await readMetricsText(maps, where));
}

function countsOf(rows: readonly ClassRow[], classCount: number): number[][] {
  const counts = confusionMatrix(
    rows.map((row) => row.true_label ?? Number.NaN),
    rows.map((row) => row.predicted_label),
    classCount,
  );
  return Array.from({ length: classCount }, (_, i) => [...counts.slice(i * classCount, (i + 1) * classCount)]);
}

/** @file One group through one trained network: predictions, metrics with intervals, the vote from elements to images; and their files. */
import { type Issue, makeIssue } from '../base/issues';
import type { NumpyRandom } from '../base/numpy-random';
import type { Loader } from '../batches/batch';
import type { Executor } from '../engine/executor';
import type { Folder } from '../folders/folder';
import { bootstrapIntervals } from '../learning/bootstrap';
import { softVote } from '../learning/ensemble';
import { evaluate } from '../learning/evaluate';
import { classificationMetrics, type MetricValue } from '../learning/metrics';
import type { PredictionRow } from '../learning/prediction';
import { printDescription } from '../maps/description';
import { descriptionName, metricsName, type PredictionLevel, predictionName } from '../maps/layout';
import { writeMetrics, writeVotedMetrics } from '../maps/metrics-file';
import { writePredictions } from '../maps/predictions';

const encoder = new TextEncoder();

export interface GroupEvaluation {
  /** Folder of the MAPS that receives the files. */
  readonly maps: Folder;
  /** `split-<i>/best-<metric>/<group>`, inside the MAPS. */
  readonly folder: string;
  readonly group: string;
  readonly mode: PredictionLevel;
  readonly executor: Executor;
  readonly loader: Loader;
  /** Sample numbers in the order of the rows. */
  readonly order: readonly number[];
  readonly batchSize: number;
  readonly classCount: number;
  readonly labelled: boolean;
  /** Draws the intervals. */
  readonly random: NumpyRandom;
  /** As typed, for description.log. */
  readonly capsDirectory: string;
  readonly now: Date;
  /** Told of intervals that say little (`intervals-truncated`). */
  issue(found: Issue): void;
}

export interface GroupResult {
  readonly rows: readonly PredictionRow[];
  /** Null without labels. */
  readonly metrics: readonly MetricValue[] | null;
  readonly loss: number | null;
  /** Inside the MAPS. */
  readonly written: readonly string[];
}

const truthOf = (rows: readonly PredictionRow[]): number[] => rows.map((row) => row.true_label);
const predictedOf = (rows: readonly PredictionRow[]): number[] => rows.map((row) => row.predicted_label);

/** Evaluates and writes the element-level files and description.log. */
export async function evaluateGroup(
  task: GroupEvaluation,
  signal: AbortSignal,
  onBatch: (done: number) => void,
): Promise<GroupResult> {
  const { maps, folder, group, mode, classCount } = task;
  const { rows, loss } = await evaluate(task.executor, task.loader, task.order, task.batchSize, task.labelled, signal, onBatch);
  const written: string[] = [];
  const write = async (name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
    await maps.write(`${folder}/${name}`, bytes);
    written.push(`${folder}/${name}`);
  };
  await write(predictionName(group, mode), writePredictions(rows, mode, classCount));
  let metrics: readonly MetricValue[] | null = null;
  if (task.labelled) {
    metrics = classificationMetrics(truthOf(rows), predictedOf(rows), classCount);
    const intervals = await bootstrapIntervals(truthOf(rows), predictedOf(rows), classCount, task.random, signal);
    const cut = intervals.filter((interval) => interval.truncated).map((interval) => interval.name);
    if (cut.length > 0) task.issue(makeIssue('intervals-truncated', { metrics: cut.join(', '), group }, folder));
    await write(metricsName(group, mode), writeMetrics(metrics, intervals.length === 0 ? null : intervals, loss));
  }
  // One row per element: an element stands for as many sessions as its id has rows.
  const sessions = rows.filter((row) => row.elementId === rows[0].elementId);
  await write(descriptionName, encoder.encode(printDescription(group, task.capsDirectory, sessions, task.now)));
  return { rows, metrics, loss: task.labelled ? loss : null, written };
}

export interface Vote {
  readonly maps: Folder;
  readonly folder: string;
  readonly group: string;
  readonly mode: PredictionLevel;
  readonly classCount: number;
  readonly labelled: boolean;
  readonly rows: readonly PredictionRow[];
  /** The group itself for train and validation, else the validation group of the same best model. */
  readonly weightRows: readonly PredictionRow[];
  readonly threshold: number | null;
}

/**
 * Writes the image-level files of a patch, roi or slice network: the soft vote of its elements. With one element per image there is
 * nothing to vote on, and the files of the element are those of the image.
 */
export async function writeVote(vote: Vote): Promise<GroupResult> {
  const prediction = `${vote.folder}/${predictionName(vote.group, 'image')}`;
  if (new Set(vote.rows.map((row) => row.elementId)).size === 1) return copyElement(vote, prediction);
  const rows = softVote(vote.rows, vote.weightRows, vote.threshold);
  await vote.maps.write(prediction, writePredictions(rows, vote.mode, vote.classCount));
  if (!vote.labelled) return { rows, metrics: null, loss: null, written: [prediction] };
  const metrics = classificationMetrics(truthOf(rows), predictedOf(rows), vote.classCount);
  const file = `${vote.folder}/${metricsName(vote.group, 'image')}`;
  await vote.maps.write(file, writeVotedMetrics(metrics));
  return { rows, metrics, loss: null, written: [prediction, file] };
}

async function copyElement({ maps, folder, group, mode, classCount, labelled, rows }: Vote, path: string): Promise<GroupResult> {
  await maps.write(path, writePredictions(rows, 'image', classCount));
  if (!labelled) return { rows, metrics: null, loss: null, written: [path] };
  const file = `${folder}/${metricsName(group, 'image')}`;
  await maps.write(file, await maps.read(`${folder}/${metricsName(group, mode)}`));
  return {
    rows,
    metrics: classificationMetrics(truthOf(rows), predictedOf(rows), classCount),
    loss: null,
    written: [path, file],
  };
}

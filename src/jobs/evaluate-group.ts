/** @file One group through one trained network: predictions, metrics with intervals, the vote from elements to images; and their files. */
import { type Issue, makeIssue } from '../base/issues';
import type { NumpyRandom } from '../base/numpy-random';
import type { Folder } from '../folders/folder';
import { type EvaluatedGroup, evaluateModel, lossOf, type Model } from '../learning/evaluate';
import { bootstrapIntervals } from '../learning/metrics/bootstrap';
import { type MetricValue, valuesOf } from '../learning/metrics/statistic';
import type { PredictionRow } from '../learning/prediction';
import type { Task } from '../learning/tasks/task';
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
  readonly model: Model;
  readonly data: EvaluatedGroup;
  readonly task: Task;
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

/** Evaluates and writes the element-level files and description.log. */
export async function evaluateGroup(
  evaluation: GroupEvaluation,
  signal: AbortSignal,
  onBatch: (done: number) => void,
): Promise<GroupResult> {
  const { maps, folder, group, mode, model, data, task } = evaluation;
  const { rows, losses } = await evaluateModel(model, data, task, signal, onBatch);
  const written: string[] = [];
  const write = async (name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
    await maps.write(`${folder}/${name}`, bytes);
    written.push(`${folder}/${name}`);
  };
  await write(predictionName(group, mode), writePredictions(rows, mode, task));
  let metrics: readonly MetricValue[] | null = null;
  if (data.labelled) {
    const statistics = task.statistics(rows);
    metrics = valuesOf(statistics, rows.length);
    const intervals = await bootstrapIntervals(statistics, rows.length, evaluation.random, signal);
    const cut = intervals.filter((interval) => interval.truncated).map((interval) => interval.name);
    if (cut.length > 0) evaluation.issue(makeIssue('intervals-truncated', { metrics: cut.join(', '), group }, folder));
    await write(metricsName(group, mode), writeMetrics(metrics, intervals.length === 0 ? null : intervals, losses));
  }
  // One row per element: an element stands for as many sessions as its id has rows.
  const sessions = rows.filter((row) => row.elementId === rows[0].elementId);
  await write(descriptionName, encoder.encode(printDescription(group, evaluation.capsDirectory, sessions, evaluation.now)));
  return { rows, metrics, loss: data.labelled ? lossOf(losses) : null, written };
}

export interface Vote {
  readonly maps: Folder;
  readonly folder: string;
  readonly group: string;
  readonly mode: PredictionLevel;
  readonly task: Task;
  readonly labelled: boolean;
  readonly rows: readonly PredictionRow[];
  /** The group itself for train and validation, else the validation group of the same best model. */
  readonly weightRows: readonly PredictionRow[];
  readonly threshold: number | null;
}

/**
 * Writes the image-level files of a patch, roi or slice network: the vote of its elements; null for a task without one. With one
 * element per image there is nothing to vote on, and the files of the element are those of the image.
 */
export async function writeVote(vote: Vote): Promise<GroupResult | null> {
  const prediction = `${vote.folder}/${predictionName(vote.group, 'image')}`;
  if (new Set(vote.rows.map((row) => row.elementId)).size === 1) return copyElement(vote, prediction);
  if (vote.task.vote === null) return null;
  const rows = vote.task.vote.images(vote.rows, vote.weightRows, vote.threshold);
  await vote.maps.write(prediction, writePredictions(rows, vote.mode, vote.task));
  if (!vote.labelled) return { rows, metrics: null, loss: null, written: [prediction] };
  const metrics = valuesOf(vote.task.statistics(rows), rows.length);
  const file = `${vote.folder}/${metricsName(vote.group, 'image')}`;
  await vote.maps.write(file, writeVotedMetrics(metrics));
  return { rows, metrics, loss: null, written: [prediction, file] };
}

async function copyElement({ maps, folder, group, mode, task, labelled, rows }: Vote, path: string): Promise<GroupResult> {
  await maps.write(path, writePredictions(rows, 'image', task));
  if (!labelled) return { rows, metrics: null, loss: null, written: [path] };
  const file = `${folder}/${metricsName(group, 'image')}`;
  await maps.write(file, await maps.read(`${folder}/${metricsName(group, mode)}`));
  return {
    rows,
    metrics: valuesOf(task.statistics(rows), rows.length),
    loss: null,
    written: [path, file],
  };
}

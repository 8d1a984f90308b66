/** @file One group through one trained network: predictions, metrics with intervals, the vote from elements to images; and their files. */
import { appError } from '../base/errors';
import { type Issue, makeIssue } from '../base/issues';
import type { NumpyRandom } from '../base/numpy-random';
import type { Folder } from '../folders/folder';
import { type EvaluatedGroup, evaluateModel, lossOf, type Model } from '../learning/evaluate';
import { bootstrapIntervals } from '../learning/metrics/bootstrap';
import { type MetricValue, valuesOf } from '../learning/metrics/statistic';
import type { PredictionRow } from '../learning/prediction';
import type { Task } from '../learning/tasks/task';
import { printDescription } from '../maps/description';
import { descriptionName, metricsName, type NetworkNumber, type PredictionLevel, predictionName } from '../maps/layout';
import { writeMetrics, writeVotedMetrics } from '../maps/metrics-file';
import { addMetrics, addPredictions } from '../maps/network-blocks';
import { readPredictions, writePredictions } from '../maps/predictions';
import type { CohortCaps } from './cohorts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export interface GroupEvaluation {
  /** Folder of the MAPS that receives the files. */
  readonly maps: Folder;
  /** `split-<i>/best-<metric>/<group>`, inside the MAPS. */
  readonly folder: string;
  readonly group: string;
  readonly mode: PredictionLevel;
  /** Its rows go behind those of the networks before it, which the folder has. */
  readonly network: NetworkNumber;
  readonly model: Model;
  readonly data: EvaluatedGroup;
  readonly task: Task;
  /** Draws the intervals. */
  readonly random: NumpyRandom;
  /** Of each cohort, for description.log. */
  readonly caps: readonly CohortCaps[];
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

/** Evaluates and writes the element-level files and description.log. Throws `network-rows-missing`. */
export async function evaluateGroup(
  evaluation: GroupEvaluation,
  signal: AbortSignal,
  onBatch: (done: number) => void,
): Promise<GroupResult> {
  const { maps, folder, group, mode, network, model, data, task } = evaluation;
  const { rows, losses } = await evaluateModel(model, data, task, signal, onBatch);
  const written: string[] = [];
  const write = async (name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
    await maps.write(`${folder}/${name}`, bytes);
    written.push(`${folder}/${name}`);
  };
  /** A table of one of several networks goes behind what `add` finds there of those before it. */
  const writeBehind = async (name: string, own: Uint8Array<ArrayBuffer>, add: typeof addPredictions): Promise<void> => {
    if (network === null) return write(name, own);
    const path = `${folder}/${name}`;
    const there = (await maps.kindOf(path)) === 'file' ? decoder.decode(await maps.read(path)) : '';
    const joined = add(there, decoder.decode(own), network);
    if (joined === undefined) {
      const values = { path: `${maps.name}/${path}`, network, split: `${maps.name}/${folder.split('/')[0]}` };
      throw appError('network-rows-missing', values, { where: path });
    }
    return write(name, encoder.encode(joined));
  };
  await writeBehind(predictionName(group, mode), writePredictions(rows, mode, task), addPredictions);
  let metrics: readonly MetricValue[] | null = null;
  if (data.labelled) {
    const statistics = task.statistics(rows);
    metrics = valuesOf(statistics, rows.length);
    const intervals = await bootstrapIntervals(statistics, rows.length, evaluation.random, signal);
    const cut = intervals.filter((interval) => interval.truncated).map((interval) => interval.name);
    if (cut.length > 0) evaluation.issue(makeIssue('intervals-truncated', { metrics: cut.join(', '), group }, folder));
    const table = writeMetrics(metrics, intervals.length === 0 ? null : intervals, losses);
    await writeBehind(metricsName(group, mode), table, addMetrics);
  }
  // One row per element: an element stands for as many sessions as its id has rows.
  const sessions = rows.filter((row) => row.elementId === rows[0].elementId);
  await write(descriptionName, encoder.encode(printDescription(group, evaluation.caps, sessions, evaluation.now)));
  return { rows, metrics, loss: data.labelled ? lossOf(losses) : null, written };
}

export interface Vote {
  readonly maps: Folder;
  readonly folder: string;
  readonly group: string;
  readonly mode: PredictionLevel;
  readonly task: Task;
  readonly labelled: boolean;
  /** Of the validation group of the same best model; null: the group itself, for train and validation. */
  readonly weightRows: readonly PredictionRow[] | null;
  readonly threshold: number | null;
}

/**
 * Writes the image-level files of patches, regions or slices: the vote of the elements in the folder, whose networks have all been
 * evaluated; null for a task without one. With one element per image there is nothing to vote on, and the files of the element are
 * those of the image.
 */
export async function writeVote(vote: Vote): Promise<GroupResult | null> {
  const prediction = `${vote.folder}/${predictionName(vote.group, 'image')}`;
  const path = `${vote.folder}/${predictionName(vote.group, vote.mode)}`;
  const elements = readPredictions(await vote.maps.read(path), vote.mode, path, vote.task);
  if (new Set(elements.map((row) => row.elementId)).size === 1) return copyElement(vote, elements, prediction);
  if (vote.task.vote === null) return null;
  const rows = vote.task.vote.images(elements, vote.weightRows ?? elements, vote.threshold);
  await vote.maps.write(prediction, writePredictions(rows, vote.mode, vote.task));
  if (!vote.labelled) return { rows, metrics: null, loss: null, written: [prediction] };
  const metrics = valuesOf(vote.task.statistics(rows), rows.length);
  const file = `${vote.folder}/${metricsName(vote.group, 'image')}`;
  await vote.maps.write(file, writeVotedMetrics(metrics));
  return { rows, metrics, loss: null, written: [prediction, file] };
}

async function copyElement(
  { maps, folder, group, mode, task, labelled }: Vote,
  rows: readonly PredictionRow[],
  path: string,
): Promise<GroupResult> {
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

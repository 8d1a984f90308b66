/** @file The best models of a network that has been trained, on train and validation: tables, and examples of reconstructions. */
import type { NumpyRandom } from '../base/numpy-random';
import type { TorchRandom } from '../base/torch-random';
import { drawsFrom, drawsOf } from '../engine/draws';
import type { Executor } from '../engine/executor';
import { headOf } from '../learning/adaptation';
import { beginEvaluation } from '../learning/replay';
import { sequentialOrder, trainOrder } from '../learning/sampler';
import { modelFile, resultsFolder, summaryFile } from '../maps/layout';
import { printSummary } from '../maps/training-summary';
import { readCheckpoint } from '../maps/weights';
import { initialState } from '../networks/initial-state';
import { evaluateGroup, type GroupResult } from './evaluate-group';
import type { JobContext } from './job-context';
import { saveOutputs } from './save-outputs';
import { TrainingSummariser } from './summarise-training';
import { type NetworkTask, nameOf } from './train-epochs';

export interface NamedGroupResult extends GroupResult {
  readonly group: string;
  readonly selection_metric: string;
}

/** The generators of a split, which all its networks draw from. */
export interface SplitRandom {
  readonly torch: TorchRandom;
  /** Of the intervals: network by network, train, then validation, each selection metric in order. */
  readonly numpy: NumpyRandom;
}

/** What is drawn here decides about later draws: those of this network itself, or of one that is trained after it. */
function drawsMatter({ network, number }: NetworkTask): boolean {
  return number !== null || drawsOf(network, 'evaluation', 1).length > 0;
}

/** The training set in the order of the last epoch, as ClinicaDL writes it; what it is like is summarised on the way. */
export async function evaluateBest(
  task: NetworkTask,
  executor: Executor,
  { torch, numpy }: SplitRandom,
  lastEpoch: number,
  context: JobContext,
): Promise<NamedGroupResult[]> {
  const { options, maps, split, number, mode, network, weights, target } = task;
  // A network that adapts to a second domain is for that one.
  const caps = target?.caps ?? task.caps;
  const asked = target === null ? executor : headOf(executor, 'class_target');
  const results: NamedGroupResult[] = [];
  const summariser = new TrainingSummariser({
    network,
    normalized: options.normalize,
    caps: caps.map(({ path }) => context.workspace.sub(path)),
    places: task.places,
  });
  const [train, validation] = [(target ?? task).train.loader, (target ?? task).validation.loader];
  const groups = [
    { group: 'train', loader: train, order: target === null ? trainOrder(lastEpoch, train.size) : sequentialOrder(train.size) },
    { group: 'validation', loader: validation, order: sequentialOrder(validation.size) },
  ] as const;
  const total =
    groups.reduce((sum, { order }) => sum + Math.ceil(order.length / options.batch_size), 0) * options.selection_metrics.length;
  let done = 0;
  for (const { group, loader, order } of groups) {
    for (const selection_metric of options.selection_metrics) {
      const path = modelFile(split, selection_metric, number);
      await executor.writeState(readCheckpoint(await maps.read(path), path).model);
      if (drawsMatter(task)) beginEvaluation(torch, group, network, weights);
      const summary = group === 'train' ? summariser.begin() : null;
      const evaluation = {
        maps,
        folder: resultsFolder(split, selection_metric, group),
        group,
        mode,
        network: number,
        model: { executor: asked, batchSize: options.batch_size, draws: drawsFrom(torch) },
        data: { loader, order, labelled: true, ...(summary === null ? {} : { watch: summary.watch }) },
        task: task.task,
        random: numpy,
        caps,
        now: context.now(),
        issue: context.issue,
      };
      const result = await evaluateGroup(evaluation, context.signal, () => {
        done++;
        context.report({ stage: `evaluate ${nameOf(task)}`, done, total, unit: 'batches' });
      });
      const found = await summary?.end();
      if (found) await maps.write(summaryFile(split, selection_metric, number), printSummary(found));
      results.push({ ...result, group, selection_metric });
    }
  }
  return results;
}

/** The first image of train and validation with its reconstructions, by each best model. */
export async function saveExamples(
  task: NetworkTask,
  executor: Executor,
  { torch }: SplitRandom,
  context: JobContext,
): Promise<void> {
  const { options, maps, split, number, mode, network } = task;
  for (const [group, { loader, elementsPerImage }] of [
    ['train', task.train],
    ['validation', task.validation],
  ] as const) {
    for (const metric of options.selection_metrics) {
      const path = modelFile(split, metric, number);
      await executor.writeState(readCheckpoint(await maps.read(path), path).model);
      if (drawsMatter(task)) initialState(network, torch);
      await saveOutputs(
        { executor, batchSize: 1, draws: drawsFrom(torch) },
        { loader, order: sequentialOrder(elementsPerImage) },
        { maps, folder: resultsFolder(split, metric, group), mode },
        { tensors: true, latent: false, nifti: null, sliceAxis: null },
        context,
      );
    }
  }
}

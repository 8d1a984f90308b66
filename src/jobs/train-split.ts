/**
 * @file One split of a training: seeds, weights, epochs, files, checkpoints, final evaluation; and the way back into a split that
 * was interrupted. The only place where reports of `learning` meet the MAPS, the checkpoint and the progress bar.
 */
import { NumpyRandom } from '../base/numpy-random';
import { timeLeft } from '../base/time-left';
import { TorchRandom } from '../base/torch-random';
import type { Loader } from '../batches/batch';
import { type Executor, type OptimizerOptions, plainLoss } from '../engine/executor';
import type { Folder } from '../folders/folder';
import { type EpochEvent, type EvaluationRow, type TrainEvent, type TrainSnapshot, train } from '../learning/loop';
import { classificationMetricNames, classMetricNames, type MetricValue, meanOverClasses } from '../learning/metrics';
import { trainOrder } from '../learning/sampler';
import { modelFile, type PredictionLevel, resultsFolder } from '../maps/layout';
import { SplitWriter } from '../maps/maps-writer';
import { readCheckpoint } from '../maps/weights';
import type { Network } from '../networks/graph';
import { initialState } from '../networks/initial-state';
import type { TrainClassificationOptions } from '../options/train';
import { evaluateGroup, type GroupResult, writeVote } from './evaluate-group';
import type { JobContext } from './job-context';
import { encodeSnapshot, type SnapshotParts } from './snapshot';

const CHECKPOINT_INTERVAL_MS = 30_000;

export interface SplitTask {
  readonly maps: Folder;
  readonly split: number;
  readonly network: Network;
  readonly options: TrainClassificationOptions;
  readonly mode: PredictionLevel;
  readonly classCount: number;
  readonly train: Loader;
  readonly validation: Loader;
  /** Class of every training sample, in sample order. */
  readonly trainLabels: readonly number[];
  /** Null: from the beginning. */
  readonly start: TrainSnapshot | null;
  /** Remembers a state that the run can go on from. */
  save(parts: SnapshotParts, epoch: number): Promise<void>;
}

export interface NamedGroupResult extends GroupResult {
  readonly group: string;
  readonly selection_metric: string;
}

export interface SplitResult {
  readonly split: number;
  /** Epochs trained in all. */
  readonly epochs: number;
  readonly results: readonly NamedGroupResult[];
}

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

const optimizerOf = (options: TrainClassificationOptions): OptimizerOptions => ({
  optimizer: 'Adam',
  learning_rate: options.learning_rate,
  weight_decay: options.weight_decay,
});

/** Trains one split to its end; its tmp folder is left for the caller to remove. Rejects with AbortError when stopped: everything on disk is then valid and can be resumed. */
export async function trainSplit(task: SplitTask, context: JobContext): Promise<SplitResult> {
  const { options, network, start } = task;
  const random = new TorchRandom(options.seed);
  const fresh = initialState(network, random);
  const executor = await context.createExecutor({
    network,
    state: start?.state ?? fresh,
    loss: plainLoss('CrossEntropyLoss'),
    optimizer: optimizerOf(options),
    batchSize: options.batch_size,
    amp: options.amp,
  });
  try {
    if (start !== null) await executor.writeOptimizer(start.optimizer);
    const lastEpoch = await runLoop(task, executor, start === null ? random : TorchRandom.fromState(start.random), context);
    const results = await evaluateBest(task, executor, lastEpoch, context);
    return { split: task.split, epochs: lastEpoch + 1, results };
  } finally {
    executor.dispose();
  }
}

/** Runs the epochs; resolves to the number of the last one. */
async function runLoop(task: SplitTask, executor: Executor, random: TorchRandom, context: JobContext): Promise<number> {
  const { options, split, start } = task;
  const batches = Math.ceil(task.train.size / options.batch_size);
  const now = context.now();
  const continueAt = start === null ? null : { epoch: start.loop.epoch, iteration: start.loop.iteration };
  const names = { metricNames: classificationMetricNames, moreNames: classMetricNames(task.classCount) };
  const writer = await SplitWriter.open({ maps: task.maps, split, ...names, batches, continueAt, now });
  const clock = { started: performance.now(), before: writer.secondsSoFar };
  const seconds = (): number => clock.before + (performance.now() - clock.started) / 1000;
  const plan = {
    executor,
    train: task.train,
    validation: task.validation,
    classCount: task.classCount,
    trainLabels: task.trainLabels,
    options,
    random,
    ...(start === null ? {} : { start: start.loop }),
    onEvaluationBatch: (done: number, total: number) =>
      context.report({ stage: `evaluate split ${split}`, done, total, unit: 'batches' }),
  };
  const left = timeLeft();
  let saved = performance.now();
  let stepStarted = performance.now();
  let lastEpoch = Math.max(0, (start?.loop.epoch ?? 0) - 1);
  const log = async (row: EvaluationRow): Promise<void> => {
    if (writer.has(row)) return;
    await writer.append(
      {
        epoch: row.epoch,
        iteration: row.iteration,
        seconds: seconds(),
        train: withMeans(row.train.metrics),
        trainLoss: row.train.loss,
        valid: withMeans(row.valid.metrics),
        validLoss: row.valid.loss,
      },
      context.now().getTime() / 1000,
    );
    context.log(
      `Split ${split}, epoch ${row.epoch + 1}: loss ${row.train.loss.toFixed(5)} train, ${row.valid.loss.toFixed(5)} validation`,
    );
  };
  for await (const event of train(plan, context.signal)) {
    if (event.kind === 'batch') {
      left.add(performance.now() - stepStarted);
      report(task, event, batches, left.seconds((options.epochs - event.epoch) * batches - event.iteration - 1), context);
      if (performance.now() - saved >= CHECKPOINT_INTERVAL_MS && event.snapshot !== undefined) {
        const snapshot = await event.snapshot();
        await task.save(encodeSnapshot(task.network, snapshot, optimizerOf(options), event.epoch), event.epoch);
        saved = performance.now();
      }
      stepStarted = performance.now();
    } else if (event.kind === 'evaluation') {
      await log(event.row);
      reportRow(task, event.row, batches, context);
    } else {
      lastEpoch = event.epoch;
      const parts = encodeSnapshot(task.network, await event.snapshot(), optimizerOf(options), event.epoch);
      // The row and its events before the weights: a run that goes on after these weights writes neither again.
      await log(event.row);
      await saveEpoch(task, writer, parts, event);
      reportRow(task, event.row, batches, context);
      await task.save(parts, event.epoch + 1);
      saved = performance.now();
      stepStarted = performance.now();
    }
  }
  return lastEpoch;
}

/** Weight files of an epoch, before anything says that the epoch is over. */
async function saveEpoch(
  task: SplitTask,
  writer: SplitWriter,
  parts: SnapshotParts,
  { epoch, improved }: EpochEvent,
): Promise<void> {
  const [checkpoint, optimizer] = [parts['checkpoint.pth.tar'], parts['optimizer.pth.tar']];
  await writer.saveEpoch(checkpoint, optimizer, improved);
  if (task.options.save_all_models) await writer.saveAll(epoch, checkpoint, optimizer);
}

function report(
  task: SplitTask,
  event: Extract<TrainEvent, { kind: 'batch' }>,
  batches: number,
  secondsLeft: number | undefined,
  context: JobContext,
): void {
  context.report({
    stage: `train split ${task.split}`,
    done: event.epoch * batches + event.iteration + 1,
    total: task.options.epochs * batches,
    unit: 'batches',
    ...(secondsLeft === undefined ? {} : { secondsLeft }),
  });
}

/** With more than two classes the means over the classes, then the values of each class. */
function withMeans(metrics: readonly MetricValue[]): MetricValue[] {
  return [...meanOverClasses(metrics), ...metrics.filter(({ name }) => !classificationMetricNames.includes(name))];
}

const valuesOf = (side: string, metrics: readonly MetricValue[], loss: number): [string, number][] => [
  ...meanOverClasses(metrics).map((metric): [string, number] => [`${metric.name}_${side}`, metric.value]),
  [`loss_${side}`, loss],
];

function reportRow(task: SplitTask, row: EvaluationRow, batches: number, context: JobContext): void {
  const values = Object.fromEntries([
    ...valuesOf('train', row.train.metrics, row.train.loss),
    ...valuesOf('valid', row.valid.metrics, row.valid.loss),
  ]);
  context.report({
    stage: `train split ${task.split}`,
    done: row.epoch * batches + row.iteration + 1,
    total: task.options.epochs * batches,
    unit: 'batches',
    live: {
      split: task.split,
      network: 0,
      epoch: row.epoch,
      iteration: row.iteration,
      values,
      batches: { train: batches, valid: Math.ceil(task.validation.size / task.options.batch_size) },
    },
  });
}

/**
 * The best models on train (in the order of the last epoch, as ClinicaDL writes them) and validation. The intervals of the whole
 * split come from one generator: train, then validation, each selection metric in order.
 */
async function evaluateBest(
  task: SplitTask,
  executor: Executor,
  lastEpoch: number,
  context: JobContext,
): Promise<NamedGroupResult[]> {
  const { options, maps, split, mode, classCount } = task;
  const random = new NumpyRandom(options.seed);
  const results: NamedGroupResult[] = [];
  const groups = [
    { group: 'train', loader: task.train, order: trainOrder(lastEpoch, task.train.size) },
    { group: 'validation', loader: task.validation, order: upTo(task.validation.size) },
  ];
  const total =
    groups.reduce((sum, { order }) => sum + Math.ceil(order.length / options.batch_size), 0) * options.selection_metrics.length;
  let done = 0;
  for (const { group, loader, order } of groups) {
    for (const selection_metric of options.selection_metrics) {
      const path = modelFile(split, selection_metric);
      await executor.writeState(readCheckpoint(await maps.read(path), path).model);
      const folder = resultsFolder(split, selection_metric, group);
      const evaluation = {
        maps,
        folder,
        group,
        mode,
        executor,
        loader,
        order,
        batchSize: options.batch_size,
        classCount,
        labelled: true,
        random,
        capsDirectory: options.caps_directory,
        now: context.now(),
        issue: context.issue,
      };
      const result = await evaluateGroup(evaluation, context.signal, () => {
        done++;
        context.report({ stage: `evaluate split ${split}`, done, total, unit: 'batches' });
      });
      const vote =
        mode === 'image'
          ? null
          : await writeVote({
              maps,
              folder,
              group,
              mode,
              classCount,
              labelled: true,
              rows: result.rows,
              weightRows: result.rows,
              threshold: options.selection_threshold,
            });
      results.push({ ...(vote ?? result), loss: result.loss, group, selection_metric });
    }
  }
  return results;
}

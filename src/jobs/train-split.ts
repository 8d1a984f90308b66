/**
 * @file One split of a training: seeds, weights, epochs, files, checkpoints, final evaluation; and the way back into a split that
 * was interrupted. The only place where reports of `learning` meet the MAPS, the checkpoint and the progress bar.
 */
import { NumpyRandom } from '../base/numpy-random';
import { timeLeft } from '../base/time-left';
import { TorchRandom } from '../base/torch-random';
import type { Loader } from '../batches/batch';
import { drawsFrom, drawsOf } from '../engine/draws';
import type { Executor, KernelChoice } from '../engine/executor';
import { idleShare, type Mark, traced, WorkTrace } from '../engine/work-trace';
import type { Folder } from '../folders/folder';
import { lossOf } from '../learning/evaluate';
import { type EpochEvent, type EvaluationRow, type TrainEvent, type TrainSnapshot, train } from '../learning/loop';
import { drawTrainPass, trainOrder } from '../learning/sampler';
import type { Task } from '../learning/tasks/task';
import { modelFile, type PredictionLevel, resultsFolder } from '../maps/layout';
import { SplitWriter } from '../maps/maps-writer';
import { readCheckpoint } from '../maps/weights';
import type { Network } from '../networks/graph';
import { initialState } from '../networks/initial-state';
import type { StateDict } from '../networks/state-dict';
import type { TrainOptions } from '../options/train';
import { evaluateGroup, type GroupResult, writeVote } from './evaluate-group';
import type { JobContext } from './job-context';
import { saveOutputs } from './save-outputs';
import { encodeSnapshot, type SnapshotParts } from './snapshot';
import { executorRequest, liveValues, logged, logNames, optimizerOf } from './training-task';

const CHECKPOINT_INTERVAL_MS = 30_000;

export interface SplitTask {
  readonly maps: Folder;
  readonly split: number;
  readonly network: Network;
  readonly options: TrainOptions;
  readonly mode: PredictionLevel;
  readonly task: Task;
  /** The first elements of a group are those of its first image. */
  readonly elementsPerImage: number;
  readonly train: Loader;
  readonly validation: Loader;
  /** Of the weighted sampler, one per training sample; null: the random one. */
  readonly weights: readonly number[] | null;
  /** Null: from the beginning. */
  readonly start: TrainSnapshot | null;
  /** Undefined where there is nothing to choose. */
  readonly kernels: KernelChoice | undefined;
  /** What it begins with, of the state drawn. */
  begin(drawn: StateDict): StateDict;
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

/** Trains one split to its end; its tmp folder is left for the caller to remove. Rejects with AbortError when stopped: everything on disk is then valid and can be resumed. */
export async function trainSplit(task: SplitTask, context: JobContext): Promise<SplitResult> {
  const { options, network, start } = task;
  const random = new TorchRandom(options.seed);
  const fresh = initialState(network, random);
  const request = executorRequest(network, start?.state ?? task.begin(fresh), task.task, options, options);
  const trace = new WorkTrace();
  const executor = traced(await context.createExecutor(withKernels(request, task.kernels)), trace);
  try {
    if (start !== null) await executor.writeOptimizer(start.optimizer);
    const own = start === null ? random : TorchRandom.fromState(start.random);
    const lastEpoch = await runLoop(task, { executor, trace }, own, context);
    const results = await evaluateBest(task, executor, own, lastEpoch, context);
    if (task.task.savesExamples) await saveExamples(task, executor, own, context);
    return { split: task.split, epochs: lastEpoch + 1, results };
  } finally {
    executor.dispose();
  }
}

interface Device {
  readonly executor: Executor;
  readonly trace: WorkTrace;
}

const withKernels = <T extends object>(something: T, kernels: KernelChoice | undefined): T & { kernels?: KernelChoice } => ({
  ...something,
  ...(kernels === undefined ? {} : { kernels }),
});

/** Runs the epochs; resolves to the number of the last one. */
async function runLoop(task: SplitTask, { executor, trace }: Device, random: TorchRandom, context: JobContext): Promise<number> {
  const { options, split, start } = task;
  const batches = Math.ceil(task.train.size / options.batch_size);
  const now = context.now();
  const continueAt = start === null ? null : { epoch: start.loop.epoch, iteration: start.loop.iteration };
  const names = { metricNames: logNames(task.task), moreNames: task.task.moreLogNames };
  const writer = await SplitWriter.open({ maps: task.maps, split, ...names, batches, continueAt, now });
  const clock = { started: performance.now(), before: writer.secondsSoFar };
  const seconds = (): number => clock.before + (performance.now() - clock.started) / 1000;
  const plan = {
    executor,
    train: task.train,
    validation: task.validation,
    task: task.task,
    weights: task.weights,
    options,
    random,
    ...(start === null ? {} : { start: start.loop }),
    onEvaluationBatch: (done: number, total: number) =>
      context.report({ stage: `evaluate split ${split}`, done, total, unit: 'batches' }),
  };
  const left = timeLeft();
  let firstStep: Mark | undefined;
  /** The second epoch: in the first, much happens once. */
  const tellIdle = ({ epoch, iteration }: Extract<TrainEvent, { kind: 'batch' }>): void => {
    if (epoch !== 1) return;
    if (iteration === 0) firstStep = trace.mark();
    if (iteration !== batches - 1 || iteration === 0 || firstStep === undefined) return;
    const percent = (100 * idleShare(firstStep, trace.mark())).toFixed(1);
    const { name } = executor.backend;
    context.log(
      `Split ${split}, epoch 2: ${name} was without work for ${percent} % of the time from the first step to the last.`,
    );
  };
  let saved = performance.now();
  let stepStarted = performance.now();
  let lastEpoch = Math.max(0, (start?.loop.epoch ?? 0) - 1);
  const log = async (row: EvaluationRow, after: number, at: Date): Promise<void> => {
    if (writer.has(row)) return;
    await writer.append(
      {
        epoch: row.epoch,
        iteration: row.iteration,
        seconds: after,
        train: logged(row.train, task.task),
        valid: logged(row.valid, task.task),
      },
      at.getTime() / 1000,
    );
    const [onTrain, valid] = [row.train, row.valid].map(({ losses }) => lossOf(losses).toFixed(5));
    context.log(`Split ${split}, epoch ${row.epoch + 1}: loss ${onTrain} train, ${valid} validation`);
  };
  // Files are written beside the batches that follow: one row or epoch at a time, in their order.
  let written = Promise.resolve();
  const writeBehind = async (write: () => Promise<void>): Promise<void> => {
    await written;
    written = write();
    // Told where it is awaited.
    written.catch(() => {});
  };
  const follow = async (event: TrainEvent): Promise<void> => {
    if (event.kind === 'batch') {
      left.add(performance.now() - stepStarted);
      tellIdle(event);
      report(task, event, batches, left.seconds((options.epochs - event.epoch) * batches - event.iteration - 1), context);
      if (performance.now() - saved >= CHECKPOINT_INTERVAL_MS && event.snapshot !== undefined) {
        const parts = encodeSnapshot(
          task.network,
          withKernels(await event.snapshot(), task.kernels),
          optimizerOf(options),
          event.epoch,
        );
        await writeBehind(() => task.save(parts, event.epoch));
        saved = performance.now();
      }
      stepStarted = performance.now();
      return;
    }
    const [after, at] = [seconds(), context.now()];
    if (event.kind === 'evaluation') {
      reportRow(task, event.row, batches, context);
      await writeBehind(() => log(event.row, after, at));
      return;
    }
    lastEpoch = event.epoch;
    const parts = encodeSnapshot(
      task.network,
      withKernels(await event.snapshot(), task.kernels),
      optimizerOf(options),
      event.epoch,
    );
    reportRow(task, event.row, batches, context);
    await writeBehind(async () => {
      // The row and its events before the weights: a run that goes on after these weights writes neither again.
      await log(event.row, after, at);
      await saveEpoch(task, writer, parts, event);
      await task.save(parts, event.epoch + 1);
    });
    saved = performance.now();
    stepStarted = performance.now();
  };
  try {
    for await (const event of train(plan, context.signal)) await follow(event);
  } catch (error) {
    await written.catch(() => {});
    throw error;
  }
  await written;
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

function reportRow(task: SplitTask, row: EvaluationRow, batches: number, context: JobContext): void {
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
      values: liveValues(row, task.task),
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
  torch: TorchRandom,
  lastEpoch: number,
  context: JobContext,
): Promise<NamedGroupResult[]> {
  const { options, maps, split, mode, network, weights } = task;
  const random = new NumpyRandom(options.seed);
  // Each evaluation there begins with a new network and a new pass through the loader, whose draws come before those of its samples.
  const samples = drawsOf(network, 'evaluation', 1).length > 0;
  const beginEvaluation = (group: string): void => {
    if (!samples) return;
    initialState(network, torch);
    if (group === 'train') drawTrainPass(weights, torch);
    else torch.nextInt64();
  };
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
      beginEvaluation(group);
      const evaluation = {
        maps,
        folder,
        group,
        mode,
        model: { executor, batchSize: options.batch_size, draws: drawsFrom(torch) },
        data: { loader, order, labelled: true },
        task: task.task,
        random,
        capsDirectory: options.caps_directory,
        now: context.now(),
        issue: context.issue,
      };
      const result = await evaluateGroup(evaluation, context.signal, () => {
        done++;
        context.report({ stage: `evaluate split ${split}`, done, total, unit: 'batches' });
      });
      const { rows } = result;
      const voted = { maps, folder, group, mode, task: task.task, labelled: true, rows, weightRows: rows };
      const vote = mode === 'image' ? null : await writeVote({ ...voted, threshold: options.selection_threshold });
      results.push({ ...(vote ?? result), loss: result.loss, group, selection_metric });
    }
  }
  return results;
}

/** The first image of train and validation with its reconstructions, by each best model. */
async function saveExamples(task: SplitTask, executor: Executor, torch: TorchRandom, context: JobContext): Promise<void> {
  const { options, maps, split, mode, network, elementsPerImage } = task;
  const samples = drawsOf(network, 'evaluation', 1).length > 0;
  for (const [group, loader] of [
    ['train', task.train],
    ['validation', task.validation],
  ] as const) {
    for (const metric of options.selection_metrics) {
      const path = modelFile(split, metric);
      await executor.writeState(readCheckpoint(await maps.read(path), path).model);
      if (samples) initialState(network, torch);
      await saveOutputs(
        { executor, batchSize: 1, draws: drawsFrom(torch) },
        { loader, order: upTo(elementsPerImage) },
        { maps, folder: resultsFolder(split, metric, group), mode },
        { tensors: true, latent: false, nifti: null, sliceAxis: null },
        context,
      );
    }
  }
}

/**
 * @file The epochs of one network of a split: log, files, checkpoints; and the way back into a training that was interrupted. The only
 * place where reports of `learning` meet the MAPS, the checkpoint and the progress bar.
 */
import { timeLeft } from '../base/time-left';
import type { ElementPlaces } from '../batches/element-place';
import type { Executor, KernelChoice } from '../engine/executor';
import { idleShare, type Mark, type WorkTrace } from '../engine/work-trace';
import type { Folder } from '../folders/folder';
import type { Generators } from '../images/augment/augmentation';
import { sizesOf, stepsOfEpoch } from '../learning/adaptation';
import { lossOf } from '../learning/evaluate';
import { train } from '../learning/loop';
import type { Task } from '../learning/tasks/task';
import type { EpochEvent, EvaluationRow, TrainEvent, TrainSnapshot } from '../learning/training';
import { type NetworkNumber, networkLogsFolder, type PredictionLevel } from '../maps/layout';
import { NetworkWriter } from '../maps/maps-writer';
import type { LogRow } from '../maps/training-log';
import type { Network } from '../networks/graph';
import type { TrainOptions } from '../options/train';
import { augmentingOf } from './augmenting';
import type { CohortCaps } from './cohorts';
import type { JobContext } from './job-context';
import type { Samples } from './open-study';
import { encodeSnapshot, type SnapshotParts } from './snapshot';
import type { TargetSamples } from './target-domain';
import { liveValues, logged, logNames } from './training-task';

const CHECKPOINT_INTERVAL_MS = 30_000;

/** A second domain, and where its images are. */
export interface AdaptedTo extends TargetSamples {
  readonly caps: readonly CohortCaps[];
}

/** One network of a split, from its first batch to its last files. */
export interface NetworkTask {
  readonly maps: Folder;
  /** Of each cohort. */
  readonly caps: readonly CohortCaps[];
  readonly split: number;
  readonly number: NetworkNumber;
  /** Place among the networks of the split, from 0. */
  readonly place: number;
  /** Networks of the split. */
  readonly networks: number;
  readonly network: Network;
  /** Parameters that are not trained. */
  readonly frozen: ReadonlySet<string>;
  readonly options: TrainOptions;
  readonly mode: PredictionLevel;
  readonly task: Task;
  readonly train: Samples;
  readonly validation: Samples;
  /** Null: there is one domain. */
  readonly target: AdaptedTo | null;
  /** Of the weighted sampler, one per training sample; null: the random one. */
  readonly weights: readonly number[] | null;
  /** Null: from the beginning. */
  readonly start: TrainSnapshot | null;
  /** Undefined where there is nothing to choose. */
  readonly kernels: KernelChoice | undefined;
  /** Where its inputs lie in space. */
  places(): Promise<ElementPlaces>;
  /** Remembers a state that the run can go on from. */
  save(parts: SnapshotParts, epoch: number): Promise<void>;
}

/** What is reported and logged about a network. */
export function nameOf({ split, number }: Pick<NetworkTask, 'split' | 'number'>): string {
  return number === null ? `split ${split}` : `split ${split}, network ${number}`;
}

/** The same at the beginning of a sentence. */
export const titleOf = (network: Pick<NetworkTask, 'split' | 'number'>): string => `S${nameOf(network).slice(1)}`;

export interface Device {
  readonly executor: Executor;
  readonly trace: WorkTrace;
}

export const withKernels = <T extends object>(
  something: T,
  kernels: KernelChoice | undefined,
): T & { kernels?: KernelChoice } => ({
  ...something,
  ...(kernels === undefined ? {} : { kernels }),
});

/** Runs the epochs; resolves to the number of the last one. */
export async function trainEpochs(
  task: NetworkTask,
  { executor, trace }: Device,
  generators: Generators,
  context: JobContext,
): Promise<number> {
  const { maps, options, split, number, start } = task;
  const augmenting = augmentingOf(options, generators);
  const batches = batchesOfEpoch(task);
  const now = context.now();
  const logs = networkLogsFolder(split, number);
  if (start === null && number !== null && (await maps.kindOf(logs)) === 'folder') await maps.remove(logs);
  const continueAt = start === null ? null : { epoch: start.loop.epoch, iteration: start.loop.iteration };
  const names = { metricNames: logNames(task.task), moreNames: task.task.moreLogNames };
  const adapts = task.target !== null;
  const writer = await NetworkWriter.open({ maps, split, network: number, adapts, ...names, batches, continueAt, now });
  const clock = { started: performance.now(), before: writer.secondsSoFar };
  const seconds = (): number => clock.before + (performance.now() - clock.started) / 1000;
  const plan = {
    executor,
    train: task.train.loader,
    validation: task.validation.loader,
    ...(task.target === null ? {} : { target: targetLoaders(task.target) }),
    task: task.task,
    weights: task.weights,
    options,
    random: generators.torch,
    ...(augmenting === null ? {} : { augmenting }),
    ...(start === null ? {} : { start: start.loop }),
    onEvaluationBatch: (done: number, total: number) =>
      context.report({ stage: `evaluate ${nameOf(task)}`, done, total, unit: 'batches' }),
  };
  const left = timeLeft();
  let firstStep: Mark | undefined;
  /** Told behind the row of its epoch, which is written later. */
  let waited: string | undefined;
  /** The second epoch: in the first, much happens once. */
  const tellIdle = ({ epoch, iteration }: Extract<TrainEvent, { kind: 'batch' }>): void => {
    if (epoch !== 1) return;
    if (iteration === 0) firstStep = trace.mark();
    if (iteration !== batches - 1 || iteration === 0 || firstStep === undefined) return;
    const percent = (100 * idleShare(firstStep, trace.mark())).toFixed(1);
    const device = executor.backend.name === 'webgpu' ? 'graphics device' : 'processor';
    waited = `${titleOf(task)}: the ${device} had nothing to compute for ${percent} % of the time, from the first step of epoch 2 to its last.`;
  };
  let saved = performance.now();
  let stepStarted = performance.now();
  let lastEpoch = Math.max(0, (start?.loop.epoch ?? 0) - 1);
  const log = async (row: EvaluationRow, after: number, at: Date): Promise<void> => {
    if (writer.has(row)) return;
    const cells = ({ train, valid }: Domain): LogRow => ({
      epoch: row.epoch,
      iteration: row.iteration,
      seconds: after,
      train: logged(train, task.task),
      valid: logged(valid, task.task),
    });
    await writer.append(cells(row), at.getTime() / 1000, row.target === undefined ? null : cells(row.target));
    const losses = ({ train, valid }: Domain): string =>
      `${lossOf(train.losses).toFixed(5)} train, ${lossOf(valid.losses).toFixed(5)} validation`;
    const ofTarget = row.target === undefined ? '' : `; target ${losses(row.target)}`;
    context.log(`${titleOf(task)}, epoch ${row.epoch + 1}: loss ${losses(row)}${ofTarget}`);
    if (row.epoch === 1 && waited !== undefined) {
      context.log(waited);
      waited = undefined;
    }
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
      report(task, event, batches, left, context);
      if (performance.now() - saved >= CHECKPOINT_INTERVAL_MS && event.snapshot !== undefined) {
        const parts = encodeSnapshot(task, withKernels(await event.snapshot(), task.kernels), event.epoch);
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
    const parts = encodeSnapshot(task, withKernels(await event.snapshot(), task.kernels), event.epoch);
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
  task: NetworkTask,
  writer: NetworkWriter,
  parts: SnapshotParts,
  { epoch, improved }: EpochEvent,
): Promise<void> {
  const [checkpoint, optimizer] = [parts['checkpoint.pth.tar'], parts['optimizer.pth.tar']];
  await writer.saveEpoch(checkpoint, optimizer, improved);
  if (task.options.save_all_models) await writer.saveAll(epoch, checkpoint, optimizer);
}

type Domain = Pick<EvaluationRow, 'train' | 'valid'>;

const targetLoaders = ({ train, validation, unlabelled }: TargetSamples) => ({
  train: train.loader,
  validation: validation.loader,
  unlabelled: unlabelled.loader,
});

function batchesOfEpoch({ train, target, options }: NetworkTask): number {
  const samples = target === null ? train.loader.size : sizesOf(train.loader, targetLoaders(target));
  return stepsOfEpoch(samples, options.batch_size);
}

const batchesIn = ({ loader }: Samples, { batch_size }: Pick<TrainOptions, 'batch_size'>): number =>
  stepsOfEpoch(loader.size, batch_size);

/** Batches of all networks of the split, and how many there are up to one of an epoch of this network. */
function progressAt(
  { place, networks, options: { epochs } }: NetworkTask,
  { epoch, iteration }: { readonly epoch: number; readonly iteration: number },
  batches: number,
): { readonly done: number; readonly total: number } {
  return { done: (place * epochs + epoch) * batches + iteration + 1, total: networks * epochs * batches };
}

function report(
  task: NetworkTask,
  event: Extract<TrainEvent, { kind: 'batch' }>,
  batches: number,
  left: ReturnType<typeof timeLeft>,
  context: JobContext,
): void {
  const { done, total } = progressAt(task, event, batches);
  const secondsLeft = left.seconds(total - done);
  context.report({
    stage: `train ${nameOf(task)}`,
    done,
    total,
    unit: 'batches',
    ...(secondsLeft === undefined ? {} : { secondsLeft }),
  });
}

const liveSide = (
  row: Domain,
  { train, validation }: Pick<NetworkTask, 'train' | 'validation'>,
  { task, options }: NetworkTask,
) => ({
  values: liveValues(row, task),
  batches: { train: batchesIn(train, options), valid: batchesIn(validation, options) },
});

function reportRow(task: NetworkTask, row: EvaluationRow, batches: number, context: JobContext): void {
  context.report({
    stage: `train ${nameOf(task)}`,
    ...progressAt(task, row, batches),
    unit: 'batches',
    live: {
      split: task.split,
      network: task.number ?? 0,
      ...(task.number === null ? {} : { networks: task.networks }),
      epoch: row.epoch,
      iteration: row.iteration,
      ...liveSide(row, task, task),
      ...(task.target === null || row.target === undefined
        ? {}
        : { steps: batches, target: liveSide(row.target, task.target, task) }),
    },
  });
}

/** @file One split of a training: its networks one after the other, each trained and evaluated, and the vote of their elements. */
import { NumpyRandom } from '../base/numpy-random';
import { TorchRandom, type TorchState } from '../base/torch-random';
import type { ElementPlaces } from '../batches/element-place';
import type { Executor, KernelChoice } from '../engine/executor';
import { traced, WorkTrace } from '../engine/work-trace';
import type { Folder } from '../folders/folder';
import type { Generators } from '../images/augment/augmentation';
import { skipIntervals } from '../learning/metrics/bootstrap';
import type { Task } from '../learning/tasks/task';
import type { BesideState } from '../learning/training';
import { type NetworkNumber, type PredictionLevel, predictionName, resultsFolder } from '../maps/layout';
import { readPredictions } from '../maps/predictions';
import { withFeatures } from '../networks/features';
import type { Network } from '../networks/graph';
import { initialState } from '../networks/initial-state';
import type { StateDict } from '../networks/state-dict';
import type { TrainOptions } from '../options/train';
import { drawDatasets, restored, seeded } from './augmenting';
import type { CohortCaps } from './cohorts';
import { evaluateBest, type NamedGroupResult, saveExamples } from './evaluate-best';
import { writeVote } from './evaluate-group';
import type { JobContext } from './job-context';
import type { Samples } from './open-study';
import { finishProfile, profilerOf, startProfile } from './profile-network';
import type { SavedSnapshot, SnapshotParts } from './snapshot';
import { summarisedFeatures } from './summarise-training';
import { type AdaptedTo, type NetworkTask, nameOf, trainEpochs, withKernels } from './train-epochs';
import { executorRequest } from './training-task';

/** Where a split goes on. */
export interface SplitStart {
  /** The networks before it have been trained and evaluated. */
  readonly network: NetworkNumber;
  /** Null: this network begins. */
  readonly snapshot: SavedSnapshot | null;
  /** The generator of the split, there. */
  readonly random: TorchState;
  /** Those beside it, where augmentations draw from them. */
  readonly beside?: BesideState;
}

export interface SplitTask {
  readonly maps: Folder;
  /** Of each cohort. */
  readonly caps: readonly CohortCaps[];
  readonly split: number;
  /** In the order in which they are trained; all are made as `network`. */
  readonly networks: readonly NetworkNumber[];
  readonly network: Network;
  /** Parameters that are not trained. */
  readonly frozen: ReadonlySet<string>;
  readonly options: TrainOptions;
  readonly mode: PredictionLevel;
  readonly task: Task;
  train(network: NetworkNumber): Samples;
  validation(network: NetworkNumber): Samples;
  /** The domain that its only network is adapted to, and where its images are; null: there is one domain. */
  readonly target: AdaptedTo | null;
  /** Null: from the beginning. */
  readonly start: SplitStart | null;
  /** Undefined where there is nothing to choose. */
  readonly kernels: KernelChoice | undefined;
  /** Where its inputs lie in space. */
  places(): Promise<ElementPlaces>;
  /** What a network begins with, of the state drawn. */
  begin(drawn: StateDict, network: NetworkNumber): Promise<StateDict>;
  /** Remembers a state that the run can go on from. */
  save(parts: SnapshotParts, place: { readonly network: NetworkNumber; readonly epoch: number }): Promise<void>;
}

export interface SplitResult {
  readonly split: number;
  /** Epochs trained in all; of several networks, of the one trained last. */
  readonly epochs: number;
  readonly results: readonly NamedGroupResult[];
}

/**
 * Trains one split to its end; its tmp folder is left for the caller to remove. Rejects with AbortError when stopped: everything on
 * disk is then valid and can be resumed. One executor trains all networks, so that they take no more memory than one.
 */
export async function trainSplit(task: SplitTask, context: JobContext): Promise<SplitResult> {
  const { networks, options, start } = task;
  const first = start === null ? 0 : networks.indexOf(start.network);
  const random = await generatorsAt(task, first, context.signal);
  const trace = new WorkTrace();
  const features = summarisedFeatures(task.network);
  const measured = features === undefined ? task.network : withFeatures(task.network, features);
  const profiler = profilerOf(options);
  let executor: Executor | undefined;
  let lastEpoch = 0;
  let last: readonly NamedGroupResult[] = [];
  try {
    for (const [place, number] of networks.entries()) {
      if (place < first) continue;
      const snapshot = place === first ? (start?.snapshot ?? null) : null;
      const own = networkTask(task, place, snapshot);
      if (snapshot === null) drawDatasets(options, random, task.network.inputSize, task.target === null ? 2 : 5);
      const state = snapshot?.state ?? (await task.begin(initialState(task.network, random.torch), number));
      const reused = executor !== undefined;
      const request = { ...executorRequest(measured, task.task, options, options), frozen: task.frozen };
      if (executor === undefined) {
        const made = traced(await context.createExecutor(withKernels({ ...request, state }, task.kernels)), trace);
        executor = profiler?.profiled(made) ?? made;
      } else await executor.writeState(state);
      if (reused || snapshot !== null) await executor.writeOptimizer(snapshot?.optimizer ?? new Map());
      startProfile(profiler, task.maps, { split: task.split, network: number }, nameOf(own), context);
      lastEpoch = await trainEpochs(own, { executor, trace }, random, context);
      await finishProfile(profiler, nameOf(own), context);
      last = await evaluateBest(own, executor, random, lastEpoch, context);
      if (task.task.savesExamples) await saveExamples(own, executor, random, context);
    }
  } finally {
    executor?.dispose();
  }
  return { split: task.split, epochs: lastEpoch + 1, results: await resultsOf(task, last) };
}

/** The generators where the split begins or goes on. */
async function generatorsAt(task: SplitTask, first: number, signal: AbortSignal): Promise<Generators> {
  const { start, options } = task;
  if (start === null) return seeded(options.seed);
  if (start.beside !== undefined) return restored(start.random, start.beside);
  const numpy = await intervalsAt(task, first, signal);
  return { ...seeded(options.seed), torch: TorchRandom.fromState(start.random), numpy };
}

/** The generator of the intervals behind those of the networks before one. */
async function intervalsAt(
  { networks, options, task, train, validation }: SplitTask,
  before: number,
  signal: AbortSignal,
): Promise<NumpyRandom> {
  const random = new NumpyRandom(options.seed);
  const statistics = task.statistics([]).length;
  for (const number of networks.slice(0, before))
    for (const group of [train, validation])
      for (const _ of options.selection_metrics) await skipIntervals(statistics, group(number).loader.size, random, signal);
  return random;
}

function networkTask(
  {
    maps,
    caps,
    split,
    networks,
    network,
    frozen,
    kernels,
    options,
    mode,
    task,
    train,
    validation,
    target,
    places,
    save,
  }: SplitTask,
  place: number,
  start: SavedSnapshot | null,
): NetworkTask {
  const number = networks[place];
  const samples = train(number);
  return {
    maps,
    caps,
    split,
    number,
    place,
    networks: networks.length,
    network,
    frozen,
    kernels,
    options,
    mode,
    task,
    train: samples,
    validation: validation(number),
    target,
    weights: options.sampler === 'weighted' ? task.weights(samples.labels) : null,
    start,
    places,
    save: (parts, epoch) => save(parts, { network: number, epoch }),
  };
}

/** Of each group and best model: the vote of the elements, or what there is of them where none is held. */
async function resultsOf(
  { maps, mode, split, networks, task, options }: SplitTask,
  last: readonly NamedGroupResult[],
): Promise<NamedGroupResult[]> {
  const results: NamedGroupResult[] = [];
  for (const own of last) {
    const { group, selection_metric } = own;
    const folder = resultsFolder(split, selection_metric, group);
    const table = { maps, folder, group, mode, task, labelled: true, weightRows: null, threshold: options.selection_threshold };
    const vote = mode === 'image' ? null : await writeVote(table);
    const path = `${folder}/${predictionName(group, mode)}`;
    const several = networks.length > 1;
    const elements = several ? { ...own, rows: readPredictions(await maps.read(path), mode, path, task), metrics: null } : own;
    results.push({ ...(vote ?? elements), loss: several ? null : own.loss, group, selection_metric });
  }
  return results;
}

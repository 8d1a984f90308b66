/**
 * @file Batches in, one event after each batch, evaluation and epoch out. Knows no folder, no MAPS, no page. Between two events
 * the run can be written down (`snapshot`) and go on from there, bit for bit on the same backend.
 *
 * Order of evaluations and of draws from the generator as in ClinicaDL 1.6.1: one 63-bit number per pass through a loader (the
 * worker seed of torch's DataLoader), the order of a weighted sampler, those of augmentations and dropout masks in between. `replay.ts`
 * repeats them.
 */
import { appError } from '../base/errors';
import { letMessagesIn } from '../base/event-loop';
import type { TwisterState } from '../base/mersenne-twister';
import type { NumpyState } from '../base/numpy-random';
import type { TorchRandom, TorchState } from '../base/torch-random';
import type { Batch, Loader } from '../batches/batch';
import { drawsFrom } from '../engine/draws';
import type { Executor } from '../engine/executor';
import type { OptimizerState, StateDict } from '../networks/state-dict';
import { afterEpoch, type StoppingState, stoppingStart } from './early-stopping';
import { evaluateModel, lossOf } from './evaluate';
import { valuesOf } from './metrics/statistic';
import { afterPlateau, type PlateauState, plateauStart } from './plateau';
import { drawTrainPass, sequentialOrder, trainOrder } from './sampler';
import { type BestMetrics, checkSelectionMetrics, noBestYet, type SetMetrics, selectBest } from './selection';
import type { Task } from './tasks/task';

/** Losses are read from the device when the last reading is this old, or so many wait. */
const READ_INTERVAL_MS = 200;
const MAX_UNREAD = 64;

export interface LoopOptions {
  readonly epochs: number;
  readonly batch_size: number;
  /** Batches whose gradients are added before a step. */
  readonly accumulation_steps: number;
  /** Evaluate also after each so many batches, if a step falls there; 0: at epoch ends only. */
  readonly evaluation_steps: number;
  readonly patience: number;
  readonly tolerance: number;
  readonly selection_metrics: readonly string[];
  readonly learning_rate: number;
  /** Lower the learning rate when the validation loss stops falling. */
  readonly adaptive_learning_rate: boolean;
}

/** Where a run stands between two events. Plain data. */
export interface LoopState {
  /** 0-based. */
  readonly epoch: number;
  /** Next batch of the epoch. */
  readonly iteration: number;
  /** The epoch's pass through the training loader has begun, so its number is drawn. */
  readonly started: boolean;
  /** An inner evaluation comes before the next batch. */
  readonly evaluationDue: boolean;
  /** Sample numbers of the epoch, if they were drawn from the run's own generator. */
  readonly order: readonly number[] | null;
  /** Optimiser steps since the beginning. */
  readonly steps: number;
  /** Inner evaluations of this epoch. */
  readonly evaluations: number;
  /** Losses of the epoch's batches so far. */
  readonly losses: readonly number[];
  readonly best: BestMetrics;
  readonly stopping: StoppingState;
  readonly plateau: PlateauState;
}

/** All that a run needs to go on. Structured-clonable. */
export interface TrainSnapshot {
  readonly state: StateDict;
  readonly optimizer: OptimizerState;
  readonly loop: LoopState;
  readonly random: TorchState;
  /** The generators beside torch's, where training samples are changed at random. */
  readonly beside?: BesideState;
}

/** What augmentations draw from beside torch's generator. */
export interface BesideState {
  readonly numpy: NumpyState;
  readonly python: TwisterState;
}

/** Random changes of the training samples. */
export interface Augmenting {
  /** Changes a batch that is about to be learnt from, sample by sample, as ClinicaDL's loader without workers does. */
  apply(batch: Batch, signal: AbortSignal): Promise<Batch>;
  state(): BesideState;
}

export interface TrainPlan {
  readonly executor: Executor;
  readonly train: Loader;
  readonly validation: Loader;
  readonly task: Task;
  /** How often the weighted sampler draws each training sample; null: each once, in random order. */
  readonly weights: readonly number[] | null;
  readonly options: LoopOptions;
  /** The split's generator where the network's construction left it, or the one of the snapshot. */
  readonly random: TorchRandom;
  /** Absent: samples are learnt from as they are. */
  readonly augmenting?: Augmenting;
  /** Continue from here; executor and generator must be in the state of the same snapshot. */
  readonly start?: LoopState;
  /** Told while an evaluation of train and validation runs. */
  readonly onEvaluationBatch?: (done: number, total: number) => void;
}

export interface EvaluationRow {
  readonly epoch: number;
  /** 0-based number of the last batch that was learnt from. */
  readonly iteration: number;
  readonly train: SetMetrics;
  readonly valid: SetMetrics;
}

export interface BatchEvent {
  readonly kind: 'batch';
  readonly epoch: number;
  /** 0-based number of the batch in the epoch, of `batches`. */
  readonly iteration: number;
  readonly batches: number;
  /** Training loss of the latest batch that is known; devices are asked a few times a second. */
  readonly loss?: number;
  /** Absent while gradients wait for a step. Call before asking for the next event. */
  readonly snapshot?: () => Promise<TrainSnapshot>;
}

export interface EvaluationEvent {
  readonly kind: 'evaluation';
  readonly row: EvaluationRow;
  readonly snapshot: () => Promise<TrainSnapshot>;
}

export interface EpochEvent {
  readonly kind: 'epoch';
  readonly epoch: number;
  readonly row: EvaluationRow;
  /** Selection metrics of which this epoch is the best so far. */
  readonly improved: readonly string[];
  /** Early stopping ends the run here. */
  readonly stop: boolean;
  readonly learningRate: number;
  /** Training losses of the batches, in order. */
  readonly losses: readonly number[];
  /** Inner evaluations that were made. */
  readonly evaluations: number;
  readonly snapshot: () => Promise<TrainSnapshot>;
}

export type TrainEvent = BatchEvent | EvaluationEvent | EpochEvent;

/** Batches of an epoch. Throws `accumulation-too-large` when they are fewer than those of one update. */
export function batchesOf(samples: number, options: Pick<TrainPlan['options'], 'batch_size' | 'accumulation_steps'>): number {
  const batches = Math.ceil(samples / options.batch_size);
  if (batches >= options.accumulation_steps) return batches;
  throw appError(
    'accumulation-too-large',
    { accumulation: options.accumulation_steps, batches },
    { where: 'Optimization.accumulation_steps' },
  );
}

/**
 * Trains to the last epoch or to early stopping. Throws `selection-metric-unknown`, `accumulation-too-large`, `loss-not-finite`,
 * `no-best-epoch`, AbortError, and what loaders and the executor throw.
 */
export async function* train(plan: TrainPlan, signal: AbortSignal): AsyncGenerator<TrainEvent, void, void> {
  const { options } = plan;
  checkSelectionMetrics(options.selection_metrics, plan.task);
  const batches = batchesOf(plan.train.size, options);
  const run = new TrainRun(plan, batches, signal);
  while (!run.over) yield* run.epoch();
  run.refuseWithoutBest();
}

const epochStart = { iteration: 0, started: false, evaluationDue: false, order: null, evaluations: 0, losses: [] } as const;

class TrainRun {
  readonly #plan: TrainPlan;
  readonly #batches: number;
  readonly #signal: AbortSignal;
  #state: LoopState;
  /** Batches whose losses are still on the device. */
  #unread: Batch['samples'][] = [];
  #lastReadMs = Number.NEGATIVE_INFINITY;

  constructor(plan: TrainPlan, batches: number, signal: AbortSignal) {
    this.#plan = plan;
    this.#batches = batches;
    this.#signal = signal;
    this.#state = plan.start ?? {
      ...epochStart,
      epoch: 0,
      steps: 0,
      best: noBestYet(plan.options.selection_metrics),
      stopping: stoppingStart,
      plateau: plateauStart(plan.options.learning_rate),
    };
    plan.executor.setLearningRate(this.#state.plateau.rate);
  }

  get over(): boolean {
    return this.#state.epoch >= this.#plan.options.epochs || this.#state.stopping.stopped;
  }

  /** Throws `no-best-epoch` where a metric chose none: there is no network to evaluate. */
  refuseWithoutBest(): void {
    const { best, epoch } = this.#state;
    const first = noBestYet(Object.keys(best));
    const metric = Object.keys(best).find((name) => best[name] === first[name]);
    if (metric !== undefined) throw appError('no-best-epoch', { metric, epochs: epoch });
  }

  async *epoch(): AsyncGenerator<TrainEvent, void, void> {
    const { options, executor, train: loader, augmenting } = this.#plan;
    if (!this.#state.started) this.#beginEpoch();
    if (this.#state.evaluationDue) yield await this.#innerEvaluation();
    const order = this.#state.order ?? trainOrder(this.#state.epoch, loader.size);
    const rest = order.slice(this.#state.iteration * options.batch_size);
    const beforeEvaluation = (): void => this.#ahead(loader, this.#seen);
    for await (const batch of loader.batches(rest, options.batch_size, this.#signal, beforeEvaluation)) {
      yield await this.#learn((await augmenting?.apply(batch, this.#signal)) ?? batch);
      if (this.#state.evaluationDue) yield await this.#innerEvaluation();
    }
    if (this.#batches % options.accumulation_steps !== 0) {
      await executor.applyStep();
      this.#change({ steps: this.#state.steps + 1 });
    }
    yield await this.#endEpoch();
  }

  #beginEpoch(): void {
    const { weights, random } = this.#plan;
    this.#change({ started: true, order: drawTrainPass(weights, random) });
  }

  async #learn(batch: Batch): Promise<BatchEvent> {
    const { options, executor, random, task } = this.#plan;
    const { epoch, iteration } = this.#state;
    const stepped = (iteration + 1) % options.accumulation_steps === 0;
    const evaluationDue = stepped && options.evaluation_steps > 0 && (iteration + 1) % options.evaluation_steps === 0;
    if (evaluationDue) this.#ahead(this.#plan.train, this.#seen);
    await executor.accumulate({ shape: batch.shape, data: batch.data }, task.target(batch), drawsFrom(random));
    this.#unread.push(batch.samples);
    if (stepped) await executor.applyStep();
    if (performance.now() - this.#lastReadMs > READ_INTERVAL_MS || this.#unread.length >= MAX_UNREAD) await this.#readLosses();
    await letMessagesIn();
    this.#signal.throwIfAborted();
    this.#change({ iteration: iteration + 1, steps: this.#state.steps + (stepped ? 1 : 0), evaluationDue });
    const loss = this.#state.losses.at(-1);
    return {
      kind: 'batch',
      epoch,
      iteration,
      batches: this.#batches,
      ...(loss === undefined ? {} : { loss }),
      ...(stepped ? { snapshot: this.#snapshot } : {}),
    };
  }

  async #innerEvaluation(): Promise<EvaluationEvent> {
    const row = await this.#evaluateBoth(this.#state.iteration - 1);
    this.#change({ evaluationDue: false, evaluations: this.#state.evaluations + 1 });
    return { kind: 'evaluation', row, snapshot: this.#snapshot };
  }

  async #endEpoch(): Promise<EpochEvent> {
    const { options, executor, task } = this.#plan;
    const row = await this.#evaluateBoth(this.#batches - 1, () => this.#aheadOfEpoch());
    const { epoch, losses, evaluations, plateau: before } = this.#state;
    const { improved, best } = selectBest(this.#state.best, row.valid, task);
    const loss = lossOf(row.valid.losses);
    const stopping = afterEpoch(this.#state.stopping, loss, options);
    const plateau = options.adaptive_learning_rate ? afterPlateau(before, loss) : before;
    if (plateau.rate !== before.rate) executor.setLearningRate(plateau.rate);
    this.#change({ ...epochStart, epoch: epoch + 1, best, stopping, plateau });
    return {
      kind: 'epoch',
      epoch,
      row,
      improved,
      stop: stopping.stopped,
      learningRate: before.rate,
      losses,
      evaluations,
      snapshot: this.#snapshot,
    };
  }

  /** Samples of the training set in the order in which they are evaluated. */
  get #seen(): readonly number[] {
    const { weights, train: loader } = this.#plan;
    // The weighted sampler of ClinicaDL evaluates on a new resample; here every training sample counts once.
    return weights === null ? trainOrder(this.#state.epoch, loader.size) : sequentialOrder(loader.size);
  }

  /** Reads the first batch of a pass to come while the last ones of this pass are computed. */
  #ahead(loader: Loader, order: readonly number[]): void {
    loader.ahead(order.slice(0, this.#plan.options.batch_size), this.#signal);
  }

  /** The epoch to come; its order is not known yet where it is drawn from the run's generator. */
  #aheadOfEpoch(): void {
    const { weights, train: loader, options } = this.#plan;
    const epoch = this.#state.epoch + 1;
    if (weights === null && epoch < options.epochs) this.#ahead(loader, trainOrder(epoch, loader.size));
  }

  /** `then`: the pass behind it may be read. */
  async #evaluateBoth(iteration: number, then?: () => void): Promise<EvaluationRow> {
    await this.#readLosses();
    const { options, random, weights, train: trainLoader, validation } = this.#plan;
    const { epoch } = this.#state;
    const batchesOf = (loader: Loader): number => Math.ceil(loader.size / options.batch_size);
    const total = batchesOf(trainLoader) + batchesOf(validation);
    const validated = sequentialOrder(validation.size);
    drawTrainPass(weights, random);
    const onTrain = await this.#evaluateSet(trainLoader, this.#seen, 0, total, () => this.#ahead(validation, validated));
    random.nextInt64();
    const valid = await this.#evaluateSet(validation, validated, batchesOf(trainLoader), total, then);
    return { epoch, iteration, train: onTrain, valid };
  }

  async #evaluateSet(
    loader: Loader,
    order: readonly number[],
    before: number,
    total: number,
    allAsked?: () => void,
  ): Promise<SetMetrics> {
    const { executor, options, random, task, onEvaluationBatch } = this.#plan;
    const model = { executor, batchSize: options.batch_size, draws: drawsFrom(random) };
    const onBatch = (done: number): void => onEvaluationBatch?.(before + done, total);
    const group = { loader, order, labelled: true, ...(allAsked === undefined ? {} : { allAsked }) };
    const { rows, losses } = await evaluateModel(model, group, task, this.#signal, onBatch);
    return { metrics: valuesOf(task.statistics(rows), rows.length), losses };
  }

  /** Losses from the device. A loss that is no number ends the run, naming the sessions of its batch. */
  async #readLosses(): Promise<void> {
    const samples = this.#unread;
    this.#unread = [];
    const losses = samples.length === 0 ? [] : await this.#plan.executor.takeLosses();
    this.#lastReadMs = performance.now();
    const known = this.#state.losses;
    losses.forEach((loss, i) => {
      if (Number.isFinite(loss)) return;
      const participants = samples[i].map(({ participant_id, session_id }) => `${participant_id} ${session_id}`).join(', ');
      throw appError('loss-not-finite', {
        loss: String(loss),
        // Counted from 1 for people.
        epoch: this.#state.epoch + 1,
        iteration: known.length + i + 1,
        participants,
      });
    });
    this.#change({ losses: [...known, ...losses] });
  }

  readonly #snapshot = async (): Promise<TrainSnapshot> => {
    await this.#readLosses();
    const { executor, random, augmenting } = this.#plan;
    const state = await executor.readState();
    const optimizer = await executor.readOptimizer();
    const beside = augmenting === undefined ? {} : { beside: augmenting.state() };
    return { state, optimizer, loop: this.#state, random: random.state(), ...beside };
  };

  #change(changes: Partial<LoopState>): void {
    this.#state = { ...this.#state, ...changes };
  }
}

/**
 * Where a run stands after an epoch that is only known from its weight files: the best values are given, early stopping counts from
 * the best validation loss. `steps`: optimiser steps made. `learningRate`: of the steps to come.
 */
export function stateAfterEpoch(
  epoch: number,
  steps: number,
  best: ReadonlyMap<string, number>,
  options: Pick<LoopOptions, 'selection_metrics' | 'patience' | 'tolerance'>,
  learningRate: number,
): LoopState {
  const loss = best.get('loss');
  return {
    ...epochStart,
    epoch: epoch + 1,
    steps,
    best: { ...noBestYet(options.selection_metrics), ...Object.fromEntries(best) },
    stopping: loss === undefined ? stoppingStart : afterEpoch(stoppingStart, loss, options),
    plateau: { ...plateauStart(learningRate), best: loss ?? null },
  };
}

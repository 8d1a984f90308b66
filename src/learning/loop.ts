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
import type { Batch, Loader } from '../batches/batch';
import { drawsFrom } from '../engine/draws';
import {
  type AdaptationSizes,
  type ClassHead,
  drawAdaptation,
  drawEvaluation,
  type EpochSamples,
  headOf,
  type Lesson,
  lessonOf,
  reversalAt,
  sizesOf,
  stepsOfEpoch,
  type TargetLoaders,
  together,
} from './adaptation';
import { afterEpoch, stoppingStart } from './early-stopping';
import { evaluateModel, lossOf } from './evaluate';
import { valuesOf } from './metrics/statistic';
import { afterPlateau, plateauStart } from './plateau';
import { drawTrainPass, sequentialOrder, trainOrder } from './sampler';
import { checkSelectionMetrics, noBestYet, type SetMetrics, selectBest } from './selection';
import {
  type BatchEvent,
  type EpochEvent,
  type EvaluationEvent,
  type EvaluationRow,
  judged,
  type LoopOptions,
  type LoopState,
  type TrainEvent,
  type TrainPlan,
  type TrainSnapshot,
} from './training';

/** Losses are read from the device when the last reading is this old, or so many wait. */
const READ_INTERVAL_MS = 200;
const MAX_UNREAD = 64;

/**
 * Batches of an epoch, or steps of one that adapts to a target domain. Throws `accumulation-too-large` when they are fewer than those of
 * one update, `adaptation-batches`.
 */
export function batchesOf(
  samples: EpochSamples,
  options: Pick<TrainPlan['options'], 'batch_size' | 'accumulation_steps'>,
): number {
  const batches = stepsOfEpoch(samples, options.batch_size);
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
  const batches = batchesOf(adaptationOf(plan) ?? plan.train.size, options);
  const run = new TrainRun(plan, batches, signal);
  while (!run.over) yield* run.epoch();
  run.refuseWithoutBest();
}

/** Null where there is one domain. */
const adaptationOf = ({ train, target }: TrainPlan): AdaptationSizes | null =>
  target === undefined ? null : sizesOf(train, target);

const epochStart = { iteration: 0, started: false, evaluationDue: false, order: null, evaluations: 0, losses: [] } as const;

class TrainRun {
  readonly #plan: TrainPlan;
  readonly #batches: number;
  readonly #signal: AbortSignal;
  #state: LoopState;
  /** Batches whose losses are still on the device, each with the passes that it was given in. */
  #unread: { readonly samples: Batch['samples']; readonly passes: number }[] = [];
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
    const { options, executor } = this.#plan;
    if (!this.#state.started) this.#beginEpoch();
    if (this.#state.evaluationDue) yield await this.#innerEvaluation();
    for await (const lesson of this.#lessons()) {
      yield await this.#learn(lesson);
      if (this.#state.evaluationDue) yield await this.#innerEvaluation();
    }
    if (this.#batches % options.accumulation_steps !== 0) {
      await executor.applyStep();
      this.#change({ steps: this.#state.steps + 1 });
    }
    yield await this.#endEpoch();
  }

  #beginEpoch(): void {
    const { weights, random, options } = this.#plan;
    const sizes = adaptationOf(this.#plan);
    if (sizes === null) {
      this.#change({ started: true, order: drawTrainPass(weights, random) });
      return;
    }
    const { source, ...target } = drawAdaptation(sizes, options.batch_size, weights, random);
    this.#change({ started: true, order: source, target });
  }

  /** What is left of the epoch. */
  async *#lessons(): AsyncGenerator<Lesson, void, void> {
    const { options, train: loader, target, task } = this.#plan;
    const { batch_size: size } = options;
    const { epoch, iteration } = this.#state;
    const order = this.#state.order ?? trainOrder(epoch, loader.size);
    const beforeEvaluation = (): void => this.#ahead(loader, this.#seen);
    if (target === undefined) {
      for await (const read of loader.batches(order.slice(iteration * size), size, this.#signal, beforeEvaluation)) {
        const batch = await this.#augmented(read);
        yield [{ batch, target: task.target(batch) }];
      }
      return;
    }
    const { labelled, unlabelled } = this.#state.target!;
    const rest = (numbers: readonly number[], each: number): readonly number[] =>
      numbers.slice(iteration * each, this.#batches * each);
    const passes = [
      loader.batches(rest(order, size), size, this.#signal, beforeEvaluation),
      target.train.batches(rest(labelled, 1), 1, this.#signal),
      target.unlabelled.batches(rest(unlabelled, size), size, this.#signal),
    ];
    for await (const read of together(passes)) {
      const batches: Batch[] = [];
      for (const batch of read) batches.push(await this.#augmented(batch));
      const [ofSource, ofLabelled, ofUnlabelled] = batches;
      yield lessonOf(ofSource, ofLabelled, ofUnlabelled, reversalAt(epoch));
    }
  }

  async #augmented(batch: Batch): Promise<Batch> {
    return (await this.#plan.augmenting?.apply(batch, this.#signal)) ?? batch;
  }

  async #learn(lesson: Lesson): Promise<BatchEvent> {
    const { options, executor, random } = this.#plan;
    const { epoch, iteration } = this.#state;
    const stepped = (iteration + 1) % options.accumulation_steps === 0;
    const evaluationDue = stepped && options.evaluation_steps > 0 && (iteration + 1) % options.evaluation_steps === 0;
    if (evaluationDue) this.#ahead(this.#plan.train, this.#seen);
    for (const { batch, target } of lesson)
      await executor.accumulate({ shape: batch.shape, data: batch.data }, target, drawsFrom(random));
    this.#unread.push({ samples: lesson.flatMap(({ batch }) => batch.samples), passes: lesson.length });
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
    const { improved, best } = selectBest(this.#state.best, judged(row), task);
    const loss = lossOf(judged(row).losses);
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
    const { weights, train: loader, target } = this.#plan;
    // The weighted sampler of ClinicaDL evaluates on a new resample; here every training sample counts once.
    return weights === null && target === undefined ? trainOrder(this.#state.epoch, loader.size) : sequentialOrder(loader.size);
  }

  /** Reads the first batch of a pass to come while the last ones of this pass are computed. */
  #ahead(loader: Loader, order: readonly number[]): void {
    loader.ahead(order.slice(0, this.#plan.options.batch_size), this.#signal);
  }

  /** The epoch to come; its order is not known yet where it is drawn from the run's generator. */
  #aheadOfEpoch(): void {
    const { weights, train: loader, options, target } = this.#plan;
    const epoch = this.#state.epoch + 1;
    if (weights === null && target === undefined && epoch < options.epochs) this.#ahead(loader, trainOrder(epoch, loader.size));
  }

  /** `then`: the pass behind it may be read. */
  async #evaluateBoth(iteration: number, then?: () => void): Promise<EvaluationRow> {
    await this.#readLosses();
    const { options, random, weights, train: trainLoader, validation } = this.#plan;
    const { epoch } = this.#state;
    if (this.#plan.target !== undefined) return this.#evaluateDomains(iteration, this.#plan.target);
    const batchesOf = (loader: Loader): number => Math.ceil(loader.size / options.batch_size);
    const total = batchesOf(trainLoader) + batchesOf(validation);
    const validated = sequentialOrder(validation.size);
    drawTrainPass(weights, random);
    const onTrain = await this.#evaluateSet(trainLoader, this.#seen, 0, total, () => this.#ahead(validation, validated));
    random.nextInt64();
    const valid = await this.#evaluateSet(validation, validated, batchesOf(trainLoader), total, then);
    return { epoch, iteration, train: onTrain, valid };
  }

  /** Each domain by the head of its own classes, every sample once. */
  async #evaluateDomains(iteration: number, target: TargetLoaders): Promise<EvaluationRow> {
    const { options, train: loader, validation, random } = this.#plan;
    drawEvaluation(random);
    const batchesIn = ({ size }: Loader): number => Math.ceil(size / options.batch_size);
    const sets = [loader, validation, target.train, target.validation];
    const total = sets.reduce((sum, set) => sum + batchesIn(set), 0);
    let before = 0;
    const of = async (set: Loader, head: ClassHead): Promise<SetMetrics> => {
      const found = await this.#evaluateSet(set, sequentialOrder(set.size), before, total, undefined, head);
      before += batchesIn(set);
      return found;
    };
    const [train, valid] = [await of(loader, 'class_source'), await of(validation, 'class_source')];
    const ofTarget = { train: await of(target.train, 'class_target'), valid: await of(target.validation, 'class_target') };
    return { epoch: this.#state.epoch, iteration, train, valid, target: ofTarget };
  }

  async #evaluateSet(
    loader: Loader,
    order: readonly number[],
    before: number,
    total: number,
    allAsked?: () => void,
    head?: ClassHead,
  ): Promise<SetMetrics> {
    const { executor, options, random, task, onEvaluationBatch } = this.#plan;
    const asked = head === undefined ? executor : headOf(executor, head);
    const model = { executor: asked, batchSize: options.batch_size, draws: drawsFrom(random) };
    const onBatch = (done: number): void => onEvaluationBatch?.(before + done, total);
    const group = { loader, order, labelled: true, ...(allAsked === undefined ? {} : { allAsked }) };
    const { rows, losses } = await evaluateModel(model, group, task, this.#signal, onBatch);
    return { metrics: valuesOf(task.statistics(rows), rows.length), losses };
  }

  /** Losses from the device. A loss that is no number ends the run, naming the sessions of its batch. */
  async #readLosses(): Promise<void> {
    const unread = this.#unread;
    this.#unread = [];
    const ofPasses = unread.length === 0 ? [] : await this.#plan.executor.takeLosses();
    let at = 0;
    // The losses of the passes of a step add up.
    const losses = unread.map(({ passes }) => {
      at += passes;
      return ofPasses.slice(at - passes, at).reduce((sum, loss) => sum + loss);
    });
    this.#lastReadMs = performance.now();
    const known = this.#state.losses;
    losses.forEach((loss, i) => {
      if (Number.isFinite(loss)) return;
      const participants = unread[i].samples
        .map(({ participant_id, session_id }) => `${participant_id} ${session_id}`)
        .join(', ');
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

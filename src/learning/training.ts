/** @file What a training is given, where it stands between two events, and what it tells. */
import type { TwisterState } from '../base/mersenne-twister';
import type { NumpyState } from '../base/numpy-random';
import type { TorchRandom, TorchState } from '../base/torch-random';
import type { Batch, Loader } from '../batches/batch';
import type { Executor } from '../engine/executor';
import type { OptimizerState, StateDict } from '../networks/state-dict';
import type { TargetLoaders, TargetOrders } from './adaptation';
import type { StoppingState } from './early-stopping';
import type { PlateauState } from './plateau';
import type { BestMetrics, SetMetrics } from './selection';
import type { Task } from './tasks/task';

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
  /** Of a target domain, beside those of `order`. */
  readonly target?: TargetOrders;
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
  /** Adapts the network to this domain, by whose validation set epochs are chosen; absent: it learns from `train` alone. */
  readonly target?: TargetLoaders;
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
  /** Of a target domain, by the head of its classes. */
  readonly target?: { readonly train: SetMetrics; readonly valid: SetMetrics };
}

/** What epochs are chosen by. */
export const judged = ({ valid, target }: EvaluationRow): SetMetrics => target?.valid ?? valid;

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

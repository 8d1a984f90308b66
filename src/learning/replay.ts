/**
 * @file The draws of epochs that were trained before, and of evaluations, taken again without training: a MAPS keeps weights and
 * optimiser, but not the generator, and what comes after must be drawn as if nothing had been interrupted.
 */
import { letMessagesIn } from '../base/event-loop';
import type { TorchRandom } from '../base/torch-random';
import { drawsFrom, drawsOf, meanDraws } from '../engine/draws';
import type { Network } from '../networks/graph';
import { initialState } from '../networks/initial-state';
import { drawAdaptation, drawEvaluation, type EpochSamples, stepsOfEpoch } from './adaptation';
import { drawTrainPass } from './sampler';
import type { LoopOptions } from './training';

export interface ReplayPlan {
  readonly network: Network;
  readonly samples: { readonly train: number; readonly validation: number };
  /** Samples of a target domain that the network is adapted to; absent: there is one domain. */
  readonly target?: { readonly train: number; readonly validation: number; readonly unlabelled: number };
  /** Of the weighted sampler; null: the random one. */
  readonly weights: readonly number[] | null;
  readonly options: Pick<LoopOptions, 'batch_size' | 'accumulation_steps' | 'evaluation_steps'>;
  /** Draws what the augmentation of one training sample draws; absent: none. */
  readonly augmentOne?: () => void;
}

export const samplesOf = ({ samples, target }: Pick<ReplayPlan, 'samples' | 'target'>): EpochSamples =>
  target === undefined ? samples.train : { source: samples.train, labelled: target.train, unlabelled: target.unlabelled };

/**
 * Brings a generator from where the network's construction left it to where `epochs` whole epochs of `train` leave it. Rejects
 * with AbortError.
 */
export async function replayDraws(random: TorchRandom, epochs: number, plan: ReplayPlan, signal: AbortSignal): Promise<void> {
  const { network, samples, target, weights, options, augmentOne } = plan;
  const { batch_size, accumulation_steps, evaluation_steps } = options;
  const learnt = samplesOf(plan);
  const batches = stepsOfEpoch(learnt, batch_size);
  const draw = drawsFrom(random);
  const pass = (mode: 'training' | 'evaluation', count: number): void => drawsOf(network, mode, count).forEach(draw);
  const batchAt = (count: number, i: number): number => Math.min(batch_size, count - i * batch_size);
  const evaluate = (count: number): void => {
    for (let i = 0; i * batch_size < count; i++) pass('evaluation', batchAt(count, i));
  };
  const evaluateBoth = (): void => {
    if (target !== undefined) {
      drawEvaluation(random);
      for (const count of [samples.train, samples.validation, target.train, target.validation]) evaluate(count);
      return;
    }
    drawTrainPass(weights, random);
    evaluate(samples.train);
    random.nextInt64();
    evaluate(samples.validation);
  };
  for (let epoch = 0; epoch < epochs; epoch++) {
    if (typeof learnt === 'number') drawTrainPass(weights, random);
    else drawAdaptation(learnt, batch_size, weights, random);
    for (let i = 0; i < batches; i++) {
      // All batches of a step are changed before the first one is learnt from.
      const counts = typeof learnt === 'number' ? [batchAt(samples.train, i)] : [batch_size, 1, batch_size];
      for (const count of counts) if (augmentOne !== undefined) for (let n = 0; n < count; n++) augmentOne();
      for (const count of counts) pass('training', count);
      const stepped = (i + 1) % accumulation_steps === 0;
      if (stepped && evaluation_steps > 0 && (i + 1) % evaluation_steps === 0) evaluateBoth();
      await letMessagesIn();
      signal.throwIfAborted();
    }
    evaluateBoth();
  }
}

/** What is evaluated after the last epoch. */
export interface EvaluationPlan extends Omit<ReplayPlan, 'options'> {
  readonly batchSize: number;
  /** Best models: one for each selection metric. */
  readonly models: number;
  /** Reconstructions of a first sample are saved. */
  readonly examples: boolean;
}

/**
 * Brings a generator from where the last epoch left it to where the evaluation of the best models leaves it: each begins with a new
 * network and a new pass through the loader.
 */
export function replayEvaluation(random: TorchRandom, plan: EvaluationPlan): void {
  const { network, samples, weights, batchSize, models, examples } = plan;
  const draw = drawsFrom(random);
  for (const group of ['train', 'validation'] as const)
    for (let model = 0; model < models; model++) {
      beginEvaluation(random, group, network, weights);
      for (let at = 0; at < samples[group]; at += batchSize)
        drawsOf(network, 'evaluation', Math.min(batchSize, samples[group] - at)).forEach(draw);
    }
  for (let example = 0; examples && example < 2 * models; example++) {
    initialState(network, random);
    drawsOf(network, 'evaluation', 1).forEach(meanDraws(draw));
  }
}

/** What is drawn before the first sample of a group that a best model is evaluated on. */
export function beginEvaluation(
  random: TorchRandom,
  group: 'train' | 'validation',
  network: Network,
  weights: readonly number[] | null,
): void {
  initialState(network, random);
  if (group === 'train') drawTrainPass(weights, random);
  else random.nextInt64();
}

/**
 * @file The draws of epochs that were trained before, and of evaluations, taken again without training: a MAPS keeps weights and
 * optimiser, but not the generator, and what comes after must be drawn as if nothing had been interrupted.
 */
import { letMessagesIn } from '../base/event-loop';
import type { TorchRandom } from '../base/torch-random';
import { drawsFrom, drawsOf, meanDraws } from '../engine/draws';
import type { Network } from '../networks/graph';
import { initialState } from '../networks/initial-state';
import type { LoopOptions } from './loop';
import { drawTrainPass } from './sampler';

export interface ReplayPlan {
  readonly network: Network;
  readonly samples: { readonly train: number; readonly validation: number };
  /** Of the weighted sampler; null: the random one. */
  readonly weights: readonly number[] | null;
  readonly options: Pick<LoopOptions, 'batch_size' | 'accumulation_steps' | 'evaluation_steps'>;
  /** Draws what the augmentation of one training sample draws; absent: none. */
  readonly augmentOne?: () => void;
}

/**
 * Brings a generator from where the network's construction left it to where `epochs` whole epochs of `train` leave it. Rejects
 * with AbortError.
 */
export async function replayDraws(random: TorchRandom, epochs: number, plan: ReplayPlan, signal: AbortSignal): Promise<void> {
  const { network, samples, weights, options, augmentOne } = plan;
  const { batch_size, accumulation_steps, evaluation_steps } = options;
  const batches = Math.ceil(samples.train / batch_size);
  const draw = drawsFrom(random);
  const pass = (mode: 'training' | 'evaluation', count: number, i: number): void =>
    drawsOf(network, mode, Math.min(batch_size, count - i * batch_size)).forEach(draw);
  const evaluate = (count: number): void => {
    for (let i = 0; i * batch_size < count; i++) pass('evaluation', count, i);
  };
  const evaluateBoth = (): void => {
    drawTrainPass(weights, random);
    evaluate(samples.train);
    random.nextInt64();
    evaluate(samples.validation);
  };
  for (let epoch = 0; epoch < epochs; epoch++) {
    drawTrainPass(weights, random);
    for (let i = 0; i < batches; i++) {
      const count = Math.min(batch_size, samples.train - i * batch_size);
      if (augmentOne !== undefined) for (let n = 0; n < count; n++) augmentOne();
      pass('training', samples.train, i);
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

/**
 * @file The draws of epochs that were trained before, taken again without training: a MAPS keeps weights and optimiser, but not the
 * generator, and what comes after must be drawn as if nothing had been interrupted.
 */
import { letMessagesIn } from '../base/event-loop';
import type { TorchRandom } from '../base/torch-random';
import { drawsFrom, drawsOf } from '../engine/draws';
import type { Network } from '../networks/graph';
import type { LoopOptions } from './loop';
import { drawTrainPass } from './sampler';

export interface ReplayPlan {
  readonly network: Network;
  readonly samples: { readonly train: number; readonly validation: number };
  /** Of the weighted sampler; null: the random one. */
  readonly weights: readonly number[] | null;
  readonly options: Pick<LoopOptions, 'batch_size' | 'accumulation_steps' | 'evaluation_steps'>;
}

/**
 * Brings a generator from where the network's construction left it to where `epochs` whole epochs of `train` leave it. Rejects
 * with AbortError.
 */
export async function replayDraws(random: TorchRandom, epochs: number, plan: ReplayPlan, signal: AbortSignal): Promise<void> {
  const { network, samples, weights, options } = plan;
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
      pass('training', samples.train, i);
      const stepped = (i + 1) % accumulation_steps === 0;
      if (stepped && evaluation_steps > 0 && (i + 1) % evaluation_steps === 0) evaluateBoth();
      await letMessagesIn();
      signal.throwIfAborted();
    }
    evaluateBoth();
  }
}

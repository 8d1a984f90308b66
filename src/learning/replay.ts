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
  /** Class of every training sample, in sample order. */
  readonly trainLabels: readonly number[];
  readonly options: Pick<LoopOptions, 'batch_size' | 'accumulation_steps' | 'evaluation_steps' | 'sampler'>;
}

/**
 * Brings a generator from where the network's construction left it to where `epochs` whole epochs of `train` leave it. Rejects
 * with AbortError.
 */
export async function replayDraws(random: TorchRandom, epochs: number, plan: ReplayPlan, signal: AbortSignal): Promise<void> {
  const { trainLabels, options } = plan;
  const { batch_size, accumulation_steps, evaluation_steps, sampler } = options;
  const batches = Math.ceil(trainLabels.length / batch_size);
  const draw = drawsFrom(random);
  const evaluateBoth = (): void => {
    drawTrainPass(sampler, trainLabels, random);
    random.nextInt64();
  };
  for (let epoch = 0; epoch < epochs; epoch++) {
    drawTrainPass(sampler, trainLabels, random);
    for (let i = 0; i < batches; i++) {
      const n = Math.min(batch_size, trainLabels.length - i * batch_size);
      drawsOf(plan.network, 'training', n).forEach(draw);
      const stepped = (i + 1) % accumulation_steps === 0;
      if (stepped && evaluation_steps > 0 && (i + 1) % evaluation_steps === 0) evaluateBoth();
      await letMessagesIn();
      signal.throwIfAborted();
    }
    evaluateBoth();
  }
}

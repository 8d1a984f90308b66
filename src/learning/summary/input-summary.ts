/** @file What the inputs of a group are like, as numbers about all of them: how bright they are, and what a network makes of them. */
import { letMessagesIn } from '../../base/event-loop';
import type { Batch } from '../../batches/batch';
import type { Outputs } from '../../engine/executor';
import type { Features } from '../../networks/features';
import { valuesOf } from '../tasks/samples';
import { type Moments, RunningMoments } from './moments';
import { quantilesOf } from './quantiles';

/** Of the voxels of one input. */
export const probabilities = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1] as const;

export interface IntensitySummary {
  /** Participants with their sessions. */
  readonly images: number;
  /** By `probabilities`, over inputs. */
  readonly quantiles: Moments;
  /** Inputs with voxels that are no numbers or infinite, which are not counted. */
  readonly undefinedInputs: number;
}

/** The quantiles of each input of a batch, by `probabilities`; NaN for an input with voxels that are no numbers. */
export async function quantilesOfBatch({ data, samples }: Batch): Promise<number[][]> {
  const found: number[][] = [];
  for (const n of samples.keys()) {
    await letMessagesIn();
    found.push(quantilesOf(valuesOf(data, samples.length, n), probabilities));
  }
  return found;
}

/** Mean, spread and range of the quantiles over inputs. */
export class IntensityCounter {
  readonly #images = new Set<string>();
  readonly #moments = new RunningMoments(probabilities.length);
  #undefined = 0;

  async add(batch: Batch): Promise<void> {
    for (const { participant_id, session_id } of batch.samples) this.#images.add(`${participant_id}\t${session_id}`);
    for (const quantiles of await quantilesOfBatch(batch)) {
      if (!quantiles.every(Number.isFinite)) this.#undefined++;
      else this.#moments.add(quantiles);
    }
  }

  get(): IntensitySummary {
    return { images: this.#images.size, quantiles: this.#moments.get(), undefinedInputs: this.#undefined };
  }
}

/** Mean and spread of the features over inputs; of those with space, of the mean of each channel over its voxels. */
export class FeatureCounter {
  readonly #features: Features;
  readonly #moments: RunningMoments;

  constructor(features: Features) {
    this.#features = features;
    this.#moments = new RunningMoments(features.shape[0]);
  }

  add(outputs: Outputs, { samples }: Batch): void {
    const { output, shape } = this.#features;
    for (const n of samples.keys()) {
      const values = valuesOf(outputs[output], samples.length, n);
      const voxels = values.length / shape[0];
      this.#moments.add(voxels === 1 ? values : Array.from({ length: shape[0] }, (_, c) => meanOf(values, c * voxels, voxels)));
    }
  }

  get(): Moments {
    return this.#moments.get();
  }
}

function meanOf(values: Float32Array, from: number, count: number): number {
  let sum = 0;
  for (let i = from; i < from + count; i++) sum += values[i];
  return sum / count;
}

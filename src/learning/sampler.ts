/** @file In which order the samples of an epoch are seen. */
import { TorchRandom } from '../base/torch-random';

/**
 * The training order of an epoch (0-based): a permutation of 0…n−1 by a fresh generator seeded with the number of the epoch,
 * whatever the seed of the run, as torch's DistributedSampler without replicas.
 */
export function trainOrder(epoch: number, n: number): number[] {
  return new TorchRandom(epoch).randperm(n);
}

/** 0…n−1: the order of validation and test data. */
export function sequentialOrder(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}

/**
 * What a pass through the training loader of n samples takes from the generator of the run: the worker seed of torch's DataLoader and,
 * with the weighted sampler, the order: n samples with replacement by their `weights`, also where it is not used, as ClinicaDL draws
 * it for every evaluation of the training set. Null without weights: the random sampler has a generator of its own.
 */
export function drawTrainPass(weights: readonly number[] | null, random: TorchRandom): readonly number[] | null {
  random.nextInt64();
  return weights === null ? null : random.multinomial(weights, weights.length);
}

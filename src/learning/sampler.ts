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
 * The order of an epoch with the weighted sampler: n samples with replacement, each class as likely as any other. `labels`: class of
 * every sample. Draws n doubles from `random`.
 */
export function weightedOrder(labels: readonly number[], random: TorchRandom): number[] {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const weights = labels.map((label) => 1 / (counts.get(label) ?? 1));
  return random.multinomial(weights, labels.length);
}

/**
 * What a pass through the training loader takes from the generator of the run: the worker seed of torch's DataLoader and, with the
 * weighted sampler, the order, also where it is not used: ClinicaDL draws it for every evaluation of the training set. Null with
 * the random sampler, which has a generator of its own.
 */
export function drawTrainPass(
  sampler: 'random' | 'weighted',
  labels: readonly number[],
  random: TorchRandom,
): readonly number[] | null {
  random.nextInt64();
  return sampler === 'weighted' ? weightedOrder(labels, random) : null;
}

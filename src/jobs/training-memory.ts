/** @file Whether a training fits, judged before its weights are drawn; and the largest latent space that does where one is too large. */
import { AppError, appError } from '../base/errors';
import type { Network } from '../networks/graph';
import { frozenParameters } from '../networks/transfer';
import type { TrainOptions } from '../options/train';
import { isNetworkName, networkRow } from '../vocabulary/networks';
import { optimizers } from '../vocabulary/optimizers';
import type { JobContext } from './job-context';
import { parameterCount } from './list-models';
import { networkOf, optimizerOf, taskOf } from './training-task';
import { transferSource } from './transfer';

/** Bytes of a ZIP archive without extensions, which a file of weights is; some are for its directory. */
const largestFile = 2 ** 32 - 2 ** 24;

const tooLarge: readonly string[] = ['weights-too-large', 'heap-network', 'heap-batch', 'gpu-buffer-limit'];

const megabytes = (bytes: number): string => Math.ceil(bytes / 2 ** 20).toLocaleString('en');

/** Throws `weights-too-large` for weights, or values that the optimiser keeps of them, that no file holds. */
function checkFiles(network: Network, { optimizer }: Pick<TrainOptions, 'optimizer'>): void {
  const { architecture } = network;
  const parameters = parameterCount(network);
  const bytes = parameters * 4 * Math.max(1, optimizers[optimizer].tensors.length);
  if (bytes <= largestFile) return;
  throw appError('weights-too-large', {
    architecture,
    parameters: parameters.toLocaleString('en'),
    optimizer,
    needed: megabytes(bytes),
    limit: megabytes(largestFile),
  });
}

/**
 * Device memory of a training in bytes; null where that is not known. Throws what says that it does not fit: `weights-too-large`,
 * `heap-batch`, `heap-network`, `gpu-buffer-limit`.
 */
export async function trainingMemory(
  network: Network,
  options: TrainOptions,
  { memoryOf }: Pick<JobContext, 'memoryOf'>,
): Promise<number | null> {
  checkFiles(network, options);
  const { batch_size: batchSize, amp } = options;
  const frozen = transferSource(options) === null ? new Set<string>() : frozenParameters(network, options.nb_unfrozen_layer);
  return memoryOf({ network, loss: taskOf(options, network).loss, optimizer: optimizerOf(options), frozen, amp, batchSize });
}

/** What says that a training does not fit; null for one that does. */
async function refusalOf(
  network: Network,
  options: TrainOptions,
  context: Pick<JobContext, 'memoryOf'>,
): Promise<AppError | null> {
  try {
    await trainingMemory(network, options, context);
    return null;
  } catch (error) {
    if (error instanceof AppError && tooLarge.includes(error.code)) return error;
    throw error;
  }
}

/** The largest latent space that fits with such batches; 0: none. */
async function largestLatent(network: Network, options: TrainOptions, context: Pick<JobContext, 'memoryOf'>): Promise<number> {
  let [fits, tooMany] = [0, options.latent_space_size];
  while (tooMany - fits > 1) {
    const latent_space_size = Math.floor((fits + tooMany) / 2);
    const smaller = { ...options, latent_space_size };
    if ((await refusalOf(networkOf(smaller, network.inputSize, null), smaller, context)) === null) fits = latent_space_size;
    else tooMany = latent_space_size;
  }
  return fits;
}

/** Refuses a training that does not fit: throws what `trainingMemory` does, `latent-too-large` where a smaller latent space would fit. */
export async function checkTrainingFits(
  network: Network,
  options: TrainOptions,
  context: Pick<JobContext, 'memoryOf'>,
): Promise<void> {
  const refusal = await refusalOf(network, options, context);
  if (refusal === null) return;
  const { architecture } = network;
  const hasLatent = isNetworkName(architecture) && networkRow(architecture).uses.includes('latent_space_size');
  // Smaller batches are the way out where they are enough: the latent space is part of the model that was asked for.
  if (!hasLatent || refusal.code === 'heap-batch') throw refusal;
  for (const batch of new Set([options.batch_size, 1])) {
    const largest = await largestLatent(network, { ...options, batch_size: batch }, context);
    const { latent_space_size: latent } = options;
    if (largest > 0)
      throw appError(
        'latent-too-large',
        { latent, problem: refusal.message, largest, batch },
        { where: 'Architecture.latent_space_size' },
      );
  }
  throw refusal;
}

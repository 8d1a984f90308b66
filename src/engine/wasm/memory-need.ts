/** @file What an executor will need of the heap, before anything is allocated; and the refusal of what does not fit. */
import { appError } from '../../base/errors';
import { HEAP_BYTES } from '../../wasm/kernels';
import type { MemoryRequest } from '../executor';
import { type Plan, plan } from '../plan';
import { type TrainedParameters, trainedParameters, trainingPurpose } from '../trained-parameters';
import { layoutOf } from './layout';
import { parameterBytes } from './parameters';
import { evaluationRows, trainingRows } from './rows/table';

/** For per-channel numbers, views, partial sums and what the kernels read too far. */
const BESIDE = 2 ** 22;

/** What prediction and training do. */
export interface Plans {
  readonly predicting: Plan;
  readonly training: Plan | null;
}

export function plansOf({ network, loss, predictOnly }: MemoryRequest, trained: TrainedParameters): Plans {
  const { graph } = network;
  return {
    predicting: plan(graph, { kind: 'evaluate' }, evaluationRows),
    training: predictOnly === true ? null : plan(graph, trainingPurpose(network, loss.loss, trained), trainingRows),
  };
}

/** Bytes of the heap for batches of up to so many samples. */
export function heapBytes(
  request: MemoryRequest,
  trained: TrainedParameters,
  plans: Plans,
  threads: number,
  batchSize: number,
): number {
  const { network, optimizer } = request;
  const { state, training } = parameterBytes(network, trained, optimizer, batchSize);
  const arenas = [plans.predicting, plans.training].map((one) =>
    one === null ? 0 : layoutOf(network, one, batchSize, threads).bytes,
  );
  return BESIDE + state + (plans.training === null ? 0 : training) + Math.max(...arenas);
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20);

/** Throws `heap-batch` with the largest batch that fits, `heap-network` when not even one sample does. */
export function checkFits(request: MemoryRequest, trained: TrainedParameters, plans: Plans, threads: number): void {
  const { batchSize, network } = request;
  const needed = (samples: number): number => heapBytes(request, trained, plans, threads, samples);
  const all = needed(batchSize);
  if (all <= HEAP_BYTES) return;
  const { architecture } = network;
  const limit = megabytes(HEAP_BYTES);
  const one = needed(1);
  if (one > HEAP_BYTES) throw appError('heap-network', { architecture, needed: megabytes(one), limit });
  let [fits, tooLarge] = [1, batchSize];
  while (tooLarge - fits > 1) {
    const middle = Math.floor((fits + tooLarge) / 2);
    if (needed(middle) <= HEAP_BYTES) fits = middle;
    else tooLarge = middle;
  }
  throw appError('heap-batch', { architecture, batch: batchSize, needed: megabytes(all), limit, largest: fits });
}

/** Throws what `checkFits` throws. */
export function wasmMemory(request: MemoryRequest, threads: number): number {
  const trained = trainedParameters(request.network, request.loss.loss, request.frozen);
  const plans = plansOf(request, trained);
  checkFits(request, trained, plans, threads);
  return heapBytes(request, trained, plans, threads, request.batchSize);
}

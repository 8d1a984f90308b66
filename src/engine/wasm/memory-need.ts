/** @file What an executor will need of the heap, before anything is allocated; and the refusal of what does not fit. */
import { appError } from '../../base/errors';
import { HEAP_BYTES } from '../../wasm/kernels';
import type { MemoryRequest } from '../executor';
import { type Plan, plan } from '../plan';
import { type TrainedParameters, trainedParameters, trainingPurpose } from '../trained-parameters';
import { layoutOf } from './layout';
import { parameterBytes } from './parameters';
import { evaluationRows, explainingRows, trainingRows } from './rows/table';

/** For per-channel numbers, views, partial sums and what the kernels read too far. */
const BESIDE = 2 ** 22;

/** What prediction, training and explanation do. */
export interface Plans {
  readonly predicting: Plan;
  readonly training: Plan | null;
  /** Of one sample at a time. */
  readonly explaining: Plan | null;
}

/** What of a request's network learns: nothing where it is explained. */
export function trainedBy({ network, loss, frozen, explain }: MemoryRequest): TrainedParameters {
  return explain === undefined ? trainedParameters(network, loss, frozen) : { learning: [], still: [] };
}

export function plansOf({ network, loss, predictOnly, explain }: MemoryRequest, trained: TrainedParameters): Plans {
  const { graph } = network;
  const trains = predictOnly !== true && explain === undefined;
  return {
    predicting: plan(graph, { kind: 'evaluate' }, evaluationRows),
    training: trains ? plan(graph, trainingPurpose(network, loss, trained), trainingRows) : null,
    explaining: explain === undefined ? null : plan(graph, { kind: 'explain', ...explain }, explainingRows),
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
  const needs = [
    [plans.predicting, batchSize],
    [plans.training, batchSize],
    [plans.explaining, 1],
  ] as const;
  const arenas = needs.map(([one, samples]) => (one === null ? 0 : layoutOf(network, one, samples, threads).bytes));
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
  const trained = trainedBy(request);
  const plans = plansOf(request, trained);
  checkFits(request, trained, plans, threads);
  return heapBytes(request, trained, plans, threads, request.batchSize);
}

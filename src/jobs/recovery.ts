/**
 * @file What a job does when the graphics device fails: a lost device is asked for again, a full one gets the batch in parts.
 * It never tries for ever.
 */
import { AppError, appError } from '../base/errors';
import type { ExecutorFactory } from '../engine/executor';
import { microBatches } from '../engine/micro-batch';
import { stoppable } from '../engine/stoppable';
import type { JobContext } from './job-context';

const LOSS_WINDOW_MS = 5 * 60_000;
const MAX_LOSSES = 3;
const MAX_HALVINGS = 4;

export interface Recovery {
  /** Samples that the device is given at a time. */
  readonly largestBatch: number;
  /** What to say about a failure before the training goes on; throws when it cannot. */
  after(error: unknown, nowMs: number): string;
}

export interface RecoveryWords {
  /** What happens next on a new device, as the end of a sentence. */
  readonly goesOn: string;
  /** What the person runs to go on after the last try, as the object of "Run". */
  readonly again: string;
}

/** For a job with this batch size. `after` throws `gpu-keeps-failing`, `gpu-memory-short`, and errors of other kinds as they are. */
export function recovery(batchSize: number, { goesOn, again }: RecoveryWords): Recovery {
  let largestBatch = batchSize;
  let halvings = 0;
  let losses: number[] = [];
  return {
    get largestBatch() {
      return largestBatch;
    },
    after(error, nowMs) {
      if (!(error instanceof AppError)) throw error;
      if (error.code === 'gpu-lost') {
        losses = [...losses.filter((time) => nowMs - time < LOSS_WINDOW_MS), nowMs];
        if (losses.length >= MAX_LOSSES) throw appError('gpu-keeps-failing', { count: losses.length, again }, { cause: error });
        return `The graphics device was lost; ${goesOn}.`;
      }
      if (error.code === 'gpu-out-of-memory') {
        if (halvings === MAX_HALVINGS || largestBatch === 1) {
          throw appError('gpu-memory-short', { batch: batchSize, parts: largestBatch }, { cause: error });
        }
        halvings++;
        largestBatch = Math.ceil(largestBatch / 2);
        return `The graphics device has too little memory: each batch of ${batchSize} is now computed in parts of ${largestBatch}.`;
      }
      throw error;
    },
  };
}

/** Does the work with executors, again whenever the device fails in a way that can be mended; tells which backend is used. */
export async function onDevice<T>(
  policy: Recovery,
  context: JobContext,
  work: (createExecutor: ExecutorFactory) => Promise<T>,
): Promise<T> {
  const create = tellingBackend(context);
  for (;;) {
    try {
      return await work(microBatches(create, policy.largestBatch));
    } catch (error) {
      context.log(policy.after(error, performance.now()));
      context.signal.throwIfAborted();
    }
  }
}

/** Executors whose backend is told when it is not the one before; so is `amp` where it is not to be had any more. */
function tellingBackend(context: JobContext): ExecutorFactory {
  const create = stoppable(context.createExecutor, context.signal);
  let told = '';
  return async (request) => {
    const executor = await create(request);
    const { name, adapter, reason, half } = executor.backend;
    const line = `Backend: ${name} (${adapter}). ${reason}`;
    if (line !== told) context.log(line);
    if (line !== told && request.amp === true && !half)
      context.log('This device does not store activations as 16-bit numbers: the rest is computed with 32.');
    told = line;
    return executor;
  };
}

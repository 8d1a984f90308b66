/**
 * @file What a training does when the graphics device fails: a lost device is asked for again, a full one gets the batch in parts.
 * It never tries for ever.
 */
import { AppError, appError } from '../base/errors';

const LOSS_WINDOW_MS = 5 * 60_000;
const MAX_LOSSES = 3;
const MAX_HALVINGS = 4;

export interface Recovery {
  /** Samples that the device is given at a time. */
  readonly largestBatch: number;
  /** What to say about a failure before the training goes on; throws when it cannot. */
  after(error: unknown, nowMs: number): string;
}

/** For a training with this batch size. `after` throws `gpu-keeps-failing`, `gpu-memory-short`, and errors of other kinds as they are. */
export function recovery(batchSize: number): Recovery {
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
        if (losses.length >= MAX_LOSSES) throw appError('gpu-keeps-failing', { count: losses.length }, { cause: error });
        return 'The graphics device was lost; the training goes on from its last checkpoint on a new one.';
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

/** @file The largest part of a batch that a device takes. */
import { AppError } from '../base/errors';

const tooLarge: readonly string[] = ['gpu-out-of-memory', 'gpu-buffer-limit'];

export interface LargestPart<T> {
  readonly made: T;
  /** Samples at a time. */
  readonly size: number;
}

/** Tries the whole batch, then half of it as long as the device says that this is too large. Throws what `attempt` throws at one sample. */
export async function largestPart<T>(batchSize: number, attempt: (size: number) => Promise<T>): Promise<LargestPart<T>> {
  for (let size = batchSize; ; size = Math.ceil(size / 2)) {
    try {
      return { made: await attempt(size), size };
    } catch (error) {
      if (size === 1 || !(error instanceof AppError && tooLarge.includes(error.code))) throw error;
    }
  }
}

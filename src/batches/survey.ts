/** @file After one sample could not be used: which others cannot, so that one run names them all. */
import { type AppError, concernsOnly } from '../base/errors';
import { mapParallel } from '../base/parallel';
import { sessionText } from '../caps/entities';
import type { Readers, ReadSampleRequest } from './readers';

/**
 * The first error of each session whose samples cannot be read or used, by `participant | session`; each sample is read once.
 * Rejects with errors that concern more than one file.
 */
export async function unusableSessions(
  samples: readonly ReadSampleRequest[],
  readers: Readers,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, AppError>> {
  const failures = new Map<string, AppError>();
  await mapParallel(samples, readers.size, async (request) => {
    signal.throwIfAborted();
    const session = sessionText(request);
    if (failures.has(session)) return;
    try {
      await readers.readSample(request, signal);
    } catch (error) {
      if (!concernsOnly(request.path, error)) throw error;
      failures.set(session, error);
    }
  });
  return failures;
}

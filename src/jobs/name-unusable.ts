/** @file A tensor that cannot be used, found while a network reads it: the others are looked at before the job ends, so that one run names all. */
import { type AppError, appError } from '../base/errors';
import { issueOf } from '../base/issues';
import type { JobContext } from './job-context';
import type { StudyData } from './open-study';

/**
 * The error to end a job with. For one about a sample of `data`, each session that cannot be used is told as an issue, and
 * `tensors-unusable` is returned when they are several; any other error comes back as it is.
 */
export async function nameUnusable(error: unknown, data: readonly StudyData[], context: JobContext): Promise<unknown> {
  if (!data.some((each) => each.concerns(error))) return error;
  context.log('A session cannot be used. The others are looked at, so that all of them are named.');
  const failures = new Map<string, AppError>();
  for (const each of data) for (const [session, failure] of await each.unusable()) failures.set(session, failure);
  if (failures.size <= 1) return error;
  const found = [...failures.values()];
  for (const failure of found) context.issue(issueOf(failure));
  const total = new Set(data.flatMap((each) => each.sessions)).size;
  const first = found.slice(0, 3).map(({ message }) => message);
  return appError('tensors-unusable', { count: found.length, total, first: first.join(' ') }, { cause: error });
}

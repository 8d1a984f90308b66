/** @file The images of a quality check, and what it asks of each. Nothing is written before all are looked at. */
import { type AppError, appError, concernsOnly } from '../../base/errors';
import { type Issue, issueOf, makeIssue } from '../../base/issues';
import { mapParallel } from '../../base/parallel';
import { timeLeft } from '../../base/time-left';
import type { QualityAnswers, QualityKind, QualityQuestions } from '../../batches/quality';
import { refuseAbsent } from '../../caps/absent-session';
import { checkCaps, type FoundImages, type ImageRow, listSessions, readSessions } from '../../caps/caps-index';
import { type SessionKey, sessionText } from '../../caps/entities';
import { joinPath, splitPath } from '../../folders/names';
import type { JobContext } from '../job-context';

interface Asked {
  readonly caps_directory: string;
  readonly participants_tsv: string | null;
}

/** Those of a table, or of the whole CAPS. Throws the codes of `checkCaps`, `listSessions`, `readSessions`. */
export async function sessionsOf({ caps_directory, participants_tsv }: Asked, context: JobContext): Promise<SessionKey[]> {
  const { workspace, issue } = context;
  const caps = workspace.sub(caps_directory);
  await checkCaps(caps);
  if (participants_tsv === null) return listSessions(caps, issue);
  return readSessions(await workspace.read(participants_tsv), participants_tsv, issue);
}

/** Throws `output-is-input` where the results would replace a table that is read. */
export function refuseInput(output: string, ...inputs: readonly (string | null)[]): void {
  const place = (path: string): string => splitPath(path).join('/');
  if (inputs.some((input) => input !== null && place(input) === place(output)))
    throw appError('output-is-input', { path: output }, { where: 'output_tsv' });
}

/** A session, its image, and what the check says of it; null: the image has no answer. */
export interface Checked<K extends QualityKind> {
  readonly row: SessionKey;
  readonly answer: QualityAnswers[K];
}

interface Questions<K extends QualityKind> {
  readonly caps_directory: string;
  readonly question: QualityQuestions[K];
  /** Images at the same time. */
  readonly parallel: number;
  /** Of the progress. */
  readonly stage: string;
  /** Images that were done before. */
  readonly before?: number;
  readonly total: number;
}

/** Asks each image; those that cannot be read are given back as errors. Throws what concerns more than one image. */
export async function askImages<K extends QualityKind>(
  rows: readonly ImageRow[],
  { caps_directory, question, parallel, stage, before = 0, total }: Questions<K>,
  { workspace, readers, signal, report, issue }: JobContext,
): Promise<{ readonly checked: readonly Checked<K>[]; readonly failures: readonly AppError[] }> {
  const left = timeLeft();
  let done = before;
  const failures: AppError[] = [];
  const checked = await mapParallel(rows, Math.max(1, parallel), async (row): Promise<Checked<K>[]> => {
    signal.throwIfAborted();
    const startedMs = performance.now();
    const path = joinPath(caps_directory, row.path);
    try {
      const answer = await readers.lookAtQuality<K>({ caps: workspace, path, question }, signal);
      if (answer === null) issue(makeIssue('quality-no-answer', { file: path }, sessionText(row)));
      left.add(performance.now() - startedMs);
      return [{ row, answer }];
    } catch (error) {
      if (!concernsOnly(path, error)) throw error;
      failures.push(error);
      return [];
    } finally {
      done++;
      const secondsLeft = left.seconds(total - done, parallel);
      report({ stage, done, total, unit: 'images', ...(secondsLeft === undefined ? {} : { secondsLeft }) });
    }
  });
  return { checked: checked.flat(), failures };
}

/** Reads all headers: an image that is none is told before hours of work. Throws what concerns more than one image. */
export async function checkHeaders(
  rows: readonly ImageRow[],
  caps_directory: string,
  { workspace, readers, signal, report }: JobContext,
): Promise<{ readonly sound: readonly ImageRow[]; readonly failures: readonly AppError[] }> {
  const failures: AppError[] = [];
  let done = 0;
  const sound = await mapParallel(rows, readers.size * 4, async (row): Promise<ImageRow[]> => {
    signal.throwIfAborted();
    const path = joinPath(caps_directory, row.path);
    try {
      await readers.inspectImage({ caps: workspace, path }, signal);
      return [row];
    } catch (error) {
      if (!concernsOnly(path, error)) throw error;
      failures.push(error);
      return [];
    } finally {
      report({ stage: 'check', done: ++done, total: rows.length, unit: 'images' });
    }
  });
  return { sound: sound.flat(), failures };
}

/** Workers that an option asks for, with two images each under way. */
export const parallelOf = (n_proc: number, { readers }: Pick<JobContext, 'readers'>): number =>
  2 * Math.max(1, Math.min(n_proc, readers.size));

/** Throws `quality-images` after one issue per session, the error itself for a single file, and the codes of `refuseAbsent`. */
export function refuseUnusable(
  found: Pick<FoundImages, 'problems'>,
  failures: readonly AppError[],
  total: number,
  caps: string,
  issue: (issue: Issue) => void,
): void {
  const count = found.problems.length + failures.length;
  if (count === 0) return;
  if (count === 1 && failures.length === 1) throw failures[0];
  for (const failure of failures) issue(issueOf(failure));
  if (failures.length === 0) refuseAbsent(found.problems, total, caps);
  const { message: first, hint: remedy } = [...found.problems, ...failures][0];
  throw appError('quality-images', { count, total, first, remedy }, { where: caps });
}

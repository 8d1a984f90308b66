/** @file The images that a data set is generated from: which sessions, and the file and grid of each. Nothing is written before all are found. */
import { type AppError, appError, concernsOnly } from '../../base/errors';
import { type Issue, issueOf } from '../../base/issues';
import { mapParallel } from '../../base/parallel';
import type { ImageGeometry } from '../../batches/readers';
import { refuseAbsent } from '../../caps/absent-session';
import { checkCaps, findImages, type ImageRow, listSessions, readSessions } from '../../caps/caps-index';
import type { SessionKey } from '../../caps/entities';
import { sessionPath } from '../../caps/layout';
import { fileTypeOf, tensorFolderOf } from '../../caps/preprocessing';
import { joinPath } from '../../folders/names';
import type { SourceOptions } from '../../options/generate';
import type { JobContext } from '../job-context';

type Placed = SourceOptions & { readonly caps_directory: string; readonly participants_tsv: string | null };

/** A session with its image; the path is inside the workspace. */
export interface Source extends ImageRow, Pick<ImageGeometry, 'shape' | 'affine'> {}

export interface ListedSessions {
  readonly sessions: readonly SessionKey[];
  /** They are those of the whole CAPS, not of a table. */
  readonly isWhole: boolean;
}

/** Throws the codes of `checkCaps`, `listSessions`, `readSessions`. */
export async function listSources({ caps_directory, participants_tsv }: Placed, context: JobContext): Promise<ListedSessions> {
  const { workspace, issue } = context;
  const caps = workspace.sub(caps_directory);
  await checkCaps(caps);
  if (participants_tsv === null) return { sessions: await listSessions(caps, issue), isWhole: true };
  return { sessions: readSessions(await workspace.read(participants_tsv), participants_tsv, issue), isWhole: false };
}

/** The first sessions, by name, of `count` participants, by name. Throws `participants-few`. */
export function baselineOf(sessions: readonly SessionKey[], count: number): SessionKey[] {
  const first = new Map<string, SessionKey>();
  for (const session of sessions) {
    const known = first.get(session.participant_id);
    if (known === undefined || session.session_id < known.session_id) first.set(session.participant_id, session);
  }
  if (count > first.size) throw appError('participants-few', { count, found: first.size }, { where: 'Options.n_subjects' });
  return [...first.values()].sort((a, b) => (a.participant_id < b.participant_id ? -1 : 1)).slice(0, count);
}

/**
 * The images of sessions, whose headers were read. Throws `sources-unusable` after one issue per session, the error itself for a single file,
 * and the codes of `refuseAbsent`.
 */
export async function findSources(sessions: readonly SessionKey[], options: Placed, context: JobContext): Promise<Source[]> {
  const { workspace, signal, readers, issue } = context;
  const { caps_directory } = options;
  const choice = { ...options, preprocessing: options.preprocessing ?? '' };
  const found = await findImages(workspace.sub(caps_directory), sessions, fileTypeOf(choice), signal);
  for (const one of [...found.notes, ...found.problems]) issue(one);
  const failures: AppError[] = [];
  const looked = await mapParallel(found.rows, readers.size * 4, async (row): Promise<Source[]> => {
    signal.throwIfAborted();
    const path = joinPath(caps_directory, row.path);
    try {
      const { shape, affine } = await readers.inspectImage({ caps: workspace, path }, signal);
      return [{ ...row, path, shape, affine }];
    } catch (error) {
      if (!concernsOnly(path, error)) throw error;
      failures.push(error);
      return [];
    }
  });
  refuseUnusable(found.problems, failures, sessions.length, options, context);
  return looked.flat();
}

function refuseUnusable(
  missing: readonly Issue[],
  failures: readonly AppError[],
  total: number,
  { caps_directory }: Placed,
  context: JobContext,
): void {
  const count = missing.length + failures.length;
  if (count === 0) return;
  if (count === 1 && failures.length === 1) throw failures[0];
  for (const failure of failures) context.issue(issueOf(failure));
  if (failures.length === 0) refuseAbsent(missing, total, caps_directory);
  const { message: first, hint: remedy } = [...missing, ...failures][0];
  throw appError('sources-unusable', { count, total, first, remedy }, { where: caps_directory });
}

/** Name of an image with another participant and session in front. */
export function renamed(path: string, { participant_id, session_id }: SessionKey): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return [participant_id, session_id, ...name.split('_').slice(2)].join('_');
}

/**
 * Where images of a generated CAPS lie: where those of its preprocessing do, so that `prepare-data` finds them. ClinicaDL 1.6.1 has `t1_linear` for
 * PET too in `generate random`, and names with a hyphen in the others.
 */
export function imageFolderOf(session: SessionKey, { preprocessing }: { readonly preprocessing: string | null }): string {
  return `${sessionPath(session)}/${tensorFolderOf(preprocessing ?? '')}`;
}

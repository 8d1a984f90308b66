/** @file A CAPS folder → its sessions and the image of each, with what is missing or doubled as issues. */
import { AppError, appError } from '../base/errors';
import { type Issue, makeIssue } from '../base/issues';
import { mapParallel } from '../base/parallel';
import { someOf } from '../base/some-of';
import type { Entry, Folder } from '../folders/folder';
import { isTaken, listOrTell } from '../folders/list-or-tell';
import { passedSessions } from '../formats/checked-sessions';
import { readSessionTable } from '../formats/session-table';
import { column } from '../formats/tsv';
import { absentSessions } from './absent-session';
import { isParticipantId, isSessionId, type SessionKey, sessionText } from './entities';
import { preparedFolder, sessionPath, subjectsPath } from './layout';
import { imageMatcher } from './older-names';
import type { FileType } from './preprocessing';

/** A session and its image. */
export interface ImageRow extends SessionKey {
  /** Inside the CAPS. */
  readonly path: string;
}

/** Sessions whose folders are listed at the same time. */
const listedAtOnce = 16;

/** Throws `caps-missing` when there is no such folder, `folder-gone` when the opened one is gone, `caps-is-bids` when participants lie directly in it. */
export async function checkCaps(caps: Folder): Promise<void> {
  if ((await caps.kindOf('')) !== 'folder') {
    const missing = appError('caps-missing', { folder: caps.name }, { where: caps.name });
    // A listing tells a folder that was never there from a disk that was unplugged.
    await caps.list('').catch((error: unknown) => {
      throw error instanceof AppError && error.code === 'folder-gone' ? error : missing;
    });
    throw missing;
  }
  const misplaced = (await caps.list('')).filter((entry) => entry.name.startsWith('sub-')).map((entry) => entry.name);
  if (misplaced.length > 0)
    throw appError(
      'caps-is-bids',
      { folder: caps.name, count: misplaced.length, first: misplaced.slice(0, 3).join(', ') },
      { where: caps.name },
    );
}

type Tell = (issue: Issue) => void;

async function foldersIn(caps: Folder, path: string, part: string, tell: Tell): Promise<string[]> {
  return foldersAmong(await listOrTell(caps, path, tell), path, part, tell);
}

function foldersAmong(entries: readonly Entry[], path: string, part: string, tell: Tell): string[] {
  return entries
    .filter(({ kind, name }) => kind === 'folder' && name.includes(part) && isTaken(name, path, tell))
    .map(({ name }) => name);
}

/** Names of the participants in `subjects/`, sorted, from one listing. Throws `caps-empty` when there is none. */
export async function listParticipants(caps: Folder, tell: Tell = () => {}): Promise<string[]> {
  const hasSubjects = (await caps.kindOf(subjectsPath)) === 'folder';
  const participants = hasSubjects ? await foldersIn(caps, subjectsPath, 'sub-', tell) : [];
  if (participants.length === 0) throw appError('caps-empty', { folder: caps.name }, { where: caps.name });
  return participants;
}

/** At most `first` participants, those that come to hand first, sorted; `whole`: there are no others. Throws `caps-empty`. */
export async function listFirstParticipants(
  caps: Folder,
  first: number,
  tell: Tell = () => {},
): Promise<{ readonly participants: readonly string[]; readonly whole: boolean }> {
  const hasSubjects = (await caps.kindOf(subjectsPath)) === 'folder';
  const some = hasSubjects ? await listOrTell(caps, subjectsPath, tell, first + 1) : [];
  const found = foldersAmong(some, subjectsPath, 'sub-', tell);
  const participants = found.length > 0 ? found : await listParticipants(caps, tell);
  return { participants: participants.slice(0, first), whole: some.length <= first };
}

/** The sessions of one participant, sorted; `none` hears of one who has none, though the folder can be read. */
async function sessionsOf(caps: Folder, participant_id: string, tell: Tell, none: string[]): Promise<SessionKey[]> {
  let isTold = false;
  const names = await foldersIn(caps, `${subjectsPath}/${participant_id}`, 'ses-', (issue) => {
    isTold = true;
    tell(issue);
  });
  if (names.length === 0 && !isTold) none.push(participant_id);
  return names.map((session_id) => ({ participant_id, session_id }));
}

/** Tells of participants without a session among others. */
function tellWithout(caps: Folder, none: readonly string[], participants: readonly string[], tell: Tell): void {
  if (none.length === 0 || none.length === participants.length) return;
  const values = { count: none.length, folder: caps.name, participants: someOf([...none].sort()) };
  tell(makeIssue('participants-without-sessions', values, caps.name));
}

/**
 * All sessions in `subjects/`, sorted; `tell` hears of folders that cannot be looked into. Throws `caps-empty` without
 * participants, `caps-without-sessions`.
 */
export async function listSessions(caps: Folder, tell: Tell = () => {}): Promise<SessionKey[]> {
  const participants = await listParticipants(caps, tell);
  const none: string[] = [];
  const found = await mapParallel(participants, listedAtOnce, (participant) => sessionsOf(caps, participant, tell, none));
  if (found.flat().length === 0) throw noSessions(caps, participants);
  tellWithout(caps, none, participants, tell);
  return found.flat();
}

/** The error of a CAPS whose participants have no session. */
export function noSessions(caps: Folder, participants: readonly string[]): AppError {
  const names = participants.slice(0, 5).join(', ') + (participants.length > 5 ? ', …' : '');
  return appError('caps-without-sessions', { folder: caps.name, participants: names }, { where: caps.name });
}

export interface ListedSession extends SessionKey {
  /** Paths of its files, as `sessionFiles` finds them. */
  readonly files: readonly string[];
}

/** The sessions of some participants with their files, in one pass: each folder is listed once. */
export async function listSessionFiles(
  caps: Folder,
  participants: readonly string[],
  signal: AbortSignal,
  tell: Tell = () => {},
  report: (done: number) => void = () => {},
): Promise<ListedSession[]> {
  let done = 0;
  const none: string[] = [];
  const found = await mapParallel(participants, listedAtOnce, async (participant) => {
    signal.throwIfAborted();
    const sessions = await sessionsOf(caps, participant, tell, none);
    const listed = await Promise.all(
      sessions.map(async (session) => ({ ...session, files: await filesBelow(caps, sessionPath(session), tell) })),
    );
    report(++done);
    return listed;
  });
  tellWithout(caps, none, participants, tell);
  return found.flat();
}

/**
 * The sessions of a table with the columns `participant_id` and `session_id`, in its order; `tell` hears of those that it names more
 * than once, and of those that did not pass a quality check. Throws what `readSessionTable` and `passedSessions` throw, `column-missing`, and
 * `sessions-empty`.
 */
export function readSessions(bytes: Uint8Array, where: string, tell: Tell = () => {}): SessionKey[] {
  const table = passedSessions(readSessionTable(bytes, { where, raw: true }), where, tell);
  const [participants, sessions] = (['participant_id', 'session_id'] as const).map((name) => column(table, name, where).values);
  if (participants.length === 0) throw appError('sessions-empty', { file: where }, { where });
  const rows = participants.map((participant, i) => ({
    participant_id: String(participant),
    session_id: String(sessions[i]),
  }));
  const repeated = repeatedSessions(rows);
  if (repeated.length > 0) {
    tell(makeIssue('sessions-repeated', { file: where, count: repeated.length, sessions: someOf(repeated) }, where));
  }
  return [...new Map(rows.map((row) => [sessionText(row), row])).values()];
}

/** Sessions that stand in a list more than once, each once. */
export function repeatedSessions(rows: readonly SessionKey[]): string[] {
  const seen = new Set<string>();
  const again = new Set<string>();
  for (const row of rows) (seen.has(sessionText(row)) ? again : seen).add(sessionText(row));
  return [...again];
}

/** Paths of the files below a folder, hidden ones and prepared tensors left out. */
export async function filesBelow(folder: Folder, path: string, tell: (issue: Issue) => void): Promise<string[]> {
  const entries = (await listOrTell(folder, path, tell)).filter(({ name }) => !name.startsWith('.') && name !== preparedFolder);
  const nested = entries.map(({ kind, name }) =>
    kind === 'folder' ? filesBelow(folder, `${path}/${name}`, tell) : [`${path}/${name}`],
  );
  return (await Promise.all(nested)).flat();
}

/** The name or path with the highest run number, when they differ by nothing but `_run-<digits>`. */
export function highestRun(paths: readonly string[]): string | undefined {
  const runs = paths.map((path) => /_run-(\d+)(?=_[^/]*$)/.exec(path));
  const rest = new Set(paths.map((path) => path.replace(/_run-\d+(?=_[^/]*$)/, '')));
  const numbers = runs.map((run) => (run === null ? -1 : Number(run[1])));
  if (rest.size > 1 || numbers.includes(-1) || new Set(numbers).size < paths.length) return undefined;
  return paths[numbers.indexOf(Math.max(...numbers))];
}

export interface FoundImages {
  readonly rows: readonly ImageRow[];
  /** One per session without an image, or with several: `image-missing`, `image-twice`, and those of `absentSessions`. */
  readonly problems: readonly Issue[];
  /** Sessions where one of several runs was chosen (`image-run-chosen`), and folders that could not be looked into. */
  readonly notes: readonly Issue[];
}

/**
 * All files of a session: its paths are matched with every file type that is asked for. `tell` hears of folders that cannot be
 * looked into.
 */
export async function sessionFiles(
  caps: Folder,
  session: SessionKey,
  tell: (issue: Issue) => void = () => {},
): Promise<string[]> {
  const path = sessionPath(session);
  return (await caps.kindOf(path)) === 'folder' ? filesBelow(caps, path, tell) : [];
}

/** The image of a session among its files, or the issue that says why there is none. */
export function chooseImage(
  session: SessionKey,
  files: readonly string[],
  fileType: FileType,
): { readonly row?: ImageRow; readonly problem?: Issue; readonly note?: Issue } {
  const where = sessionText(session);
  const fits = imageMatcher(fileType);
  const base = `${sessionPath(session)}/`;
  const found = files.filter((path) => fits(path.slice(base.length)));
  if (found.length === 1) return { row: { ...session, path: found[0] } };
  if (found.length === 0) {
    const pipeline = fileType.needed_pipeline ?? 'the preprocessing that makes it';
    return { problem: makeIssue('image-missing', { session: where, pattern: fileType.pattern, pipeline }, where, 'error') };
  }
  const values = { session: where, count: found.length, files: found.map((path) => path.slice(base.length)).join(', ') };
  const path = highestRun(found);
  if (path === undefined) return { problem: makeIssue('image-twice', values, where, 'error') };
  return {
    row: { ...session, path },
    note: makeIssue('image-run-chosen', { ...values, chosen: path.slice(base.length) }, where),
  };
}

/** The image of each session; letters are compared without case, as in the original. */
export async function findImages(
  caps: Folder,
  sessions: readonly (SessionKey | ListedSession)[],
  fileType: FileType,
  signal: AbortSignal,
): Promise<FoundImages> {
  const whyAbsent = absentSessions(caps);
  const unread: Issue[] = [];
  const found = await mapParallel(sessions, listedAtOnce, async (session): Promise<ReturnType<typeof chooseImage>> => {
    signal.throwIfAborted();
    const named = isParticipantId(session.participant_id) && isSessionId(session.session_id);
    const look = async (): Promise<readonly string[]> =>
      'files' in session ? session.files : sessionFiles(caps, session, (issue) => unread.push(issue));
    const files = named ? await look() : [];
    const problem = files.length === 0 ? await whyAbsent(session) : undefined;
    if (problem !== undefined) return { problem };
    const where = sessionText(session);
    return named
      ? chooseImage(session, files, fileType)
      : { problem: makeIssue('session-name', { session: where }, where, 'error') };
  });
  return {
    rows: found.flatMap(({ row }) => row ?? []),
    problems: found.flatMap(({ problem }) => problem ?? []),
    notes: [...unread, ...found.flatMap(({ note }) => note ?? [])],
  };
}

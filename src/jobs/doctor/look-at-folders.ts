/** @file The participants and sessions of a CAPS or BIDS folder, however they are spelt, with their files: what is wrong with their names. */
import type { Issue } from '../../base/issues';
import { makeIssue } from '../../base/issues';
import { mapParallel } from '../../base/parallel';
import { someOf } from '../../base/some-of';
import { bidsAsCaps, bidsPath } from '../../caps/bids';
import { filesBelow } from '../../caps/caps-index';
import { type SessionKey, sessionText } from '../../caps/entities';
import { subjectsPath } from '../../caps/layout';
import type { Folder } from '../../folders/folder';
import { isTaken, listOrTell } from '../../folders/list-or-tell';
import { joinPath } from '../../folders/names';
import { type Finding, findingOf, found } from './findings';
import { mixedDigits, participantName, sessionName } from './session-names';
import { isLikeParticipant, isLikeSession, type Place } from './survey';

/** A session as its folders are called, and as a mended CAPS calls it. */
export interface FoundSession extends SessionKey {
  /** Paths of its files as in a CAPS, `subjects/…`. */
  readonly files: readonly string[];
  readonly named: SessionKey;
}

export interface FoundCaps extends Place {
  /** Participants in `subjects`, also where they lie elsewhere. For reading. */
  readonly view: Folder;
  /** The folder itself; the path of a file in it. */
  readonly folder: Folder;
  realPath(path: string): string;
  /** Those with a name that can be used, sorted. */
  readonly sessions: readonly FoundSession[];
  readonly findings: readonly Finding[];
}

const listedAtOnce = 16;

interface RawSession extends SessionKey {
  readonly files: readonly string[];
}

async function listAll(view: Folder, signal: AbortSignal, tell: (issue: Issue) => void, without: string[]) {
  const folders = async (path: string, isLike: (name: string) => boolean): Promise<string[]> =>
    (await listOrTell(view, path, tell))
      .filter(({ kind, name }) => kind === 'folder' && isLike(name) && isTaken(name, path, tell))
      .map(({ name }) => name);
  const participants = await folders(subjectsPath, isLikeParticipant);
  const found = await mapParallel(participants, listedAtOnce, async (participant_id) => {
    signal.throwIfAborted();
    const path = `${subjectsPath}/${participant_id}`;
    const sessions = await folders(path, isLikeSession);
    if (sessions.length === 0) without.push(participant_id);
    return Promise.all(
      sessions.map(
        async (session_id): Promise<RawSession> => ({
          participant_id,
          session_id,
          files: await filesBelow(view, `${path}/${session_id}`, tell),
        }),
      ),
    );
  });
  return found.flat();
}

/** Image files whose own name says another participant or session than their folder. */
function strayFile({
  participant_id,
  session_id,
  files,
}: RawSession): { readonly file: string; readonly name: string } | undefined {
  const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
  for (const file of files) {
    const parts = /(?:^|\/)(sub-[A-Za-z0-9]+)_(ses-[A-Za-z0-9]+)_[^/]*\.nii(?:\.gz)?$/i.exec(file);
    if (parts === null) continue;
    const [, participant, session] = parts;
    const isOwn = same(participant, participantName(participant_id) ?? participant_id) || same(participant, participant_id);
    const named = sessionName(session_id, true) ?? session_id;
    if (!isOwn || !(same(session, session_id) || same(sessionName(session, true) ?? session, named)))
      return { file, name: `${participant} | ${session}` };
  }
  return undefined;
}

/** Looks at all names of a CAPS; files are not opened. */
export async function lookAtFolders(workspace: Folder, place: Place, signal: AbortSignal): Promise<FoundCaps> {
  const { path: caps, layout } = place;
  const folder = workspace.sub(caps);
  const view = layout === 'caps' ? folder : bidsAsCaps(folder);
  const realPath = layout === 'caps' ? (path: string): string => path : bidsPath;
  const shown = (path: string): string => joinPath(caps, realPath(path));
  const findings: Finding[] = [];
  const tell = (issue: Issue): void => void findings.push(findingOf(issue, { caps }));
  const without: string[] = [];
  const raw = await listAll(view, signal, tell, without);
  const isBids = layout === 'bids';

  if (layout === 'bare') {
    const count = new Set(raw.map(({ participant_id }) => participant_id)).size;
    findings.push(found('doctor-caps-bare', { folder: caps, count }, caps, { caps }));
  }
  if (layout === 'caps') findings.push(...(await beside(folder, caps)));
  if (without.length > 0) {
    const values = { count: without.length, folder: caps, participants: someOf([...without].sort()) };
    tell(makeIssue('participants-without-sessions', values, caps));
  }
  const mixed = isBids ? undefined : mixedDigits(new Set(raw.map(({ session_id }) => session_id)));
  if (mixed !== undefined) findings.push(found('doctor-digits-folders', { folder: caps, ...mixed }, caps, { caps }));

  const named: FoundSession[] = [];
  const unclear = new Map<string, RawSession[]>();
  const renamed = new Map<string, RawSession[]>();
  const add = (to: Map<string, RawSession[]>, key: string, session: RawSession): void =>
    void to.set(key, [...(to.get(key) ?? []), session]);
  for (const session of raw) {
    const participant_id = participantName(session.participant_id);
    const session_id = sessionName(session.session_id, mixed !== undefined);
    const at = `${subjectsPath}/${session.participant_id}`;
    if (participant_id === undefined || session_id === undefined) {
      add(unclear, participant_id === undefined ? at : `${at}/${session.session_id}`, session);
      continue;
    }
    if (participant_id !== session.participant_id) add(renamed, `${at}\t${participant_id}`, session);
    if (sessionName(session.session_id, false) !== session.session_id)
      add(renamed, `${at}/${session.session_id}\t${session_id}`, session);
    named.push({ ...session, named: { participant_id, session_id } });
  }
  for (const [path, sessions] of unclear)
    findings.push(found('doctor-folder-unclear', { path: shown(path) }, shown(path), { caps, sessions }));
  for (const [pair, sessions] of renamed) {
    const [path, name] = pair.split('\t');
    findings.push(found('doctor-folder-name', { path: shown(path), name }, shown(path), { caps, sessions }));
  }
  findings.push(...twice(named, caps, shown), ...named.flatMap((session) => contentOf(session, caps, isBids, shown)));
  if (!isBids) findings.push(...rawImages(named, caps));
  return { ...place, view, folder, realPath, sessions: named, findings };
}

/** Participants beside the folder `subjects`, for which ClinicaDL refuses the whole CAPS. */
async function beside(folder: Folder, caps: string): Promise<Finding[]> {
  const names = (await folder.list('')).filter(({ name }) => name.startsWith('sub-')).map(({ name }) => name);
  if (names.length === 0) return [];
  return [found('doctor-caps-both', { folder: caps, participants: someOf(names) }, caps, { caps })];
}

/** Folders that would get one name. */
function twice(sessions: readonly FoundSession[], caps: string, shown: (path: string) => string): Finding[] {
  const places = new Map<string, FoundSession[]>();
  for (const session of sessions) {
    const key = sessionText(session.named).toLowerCase();
    places.set(key, [...(places.get(key) ?? []), session]);
  }
  return [...places.values()]
    .filter((same) => same.length > 1)
    .map((same) => {
      const where = sessionText(same[0].named);
      const folders = same.map(({ participant_id, session_id }) => shown(`${subjectsPath}/${participant_id}/${session_id}`));
      return found('doctor-folder-twice', { session: where, folders: folders.join(', ') }, where, { caps, sessions: same });
    });
}

const isImage = (file: string): boolean => /\.nii(?:\.gz)?$/i.test(file);
/** Raw images of BIDS. */
const isRaw = (file: string): boolean => /\/(?:anat|pet|dwi|func|fmap|perf)\/[^/]+\.nii(?:\.gz)?$/i.test(file);

function contentOf(session: FoundSession, caps: string, isBids: boolean, shown: (path: string) => string): Finding[] {
  const where = sessionText(session);
  const about = { caps, sessions: [session] };
  if (!session.files.some(isImage)) return [found('doctor-session-bare', { session: where }, where, about)];
  const stray = isBids ? undefined : strayFile(session);
  if (stray === undefined) return [];
  const file = shown(stray.file);
  return [found('doctor-image-elsewhere', { file, session: where, name: stray.name }, file, about)];
}

/** Sessions of a CAPS that hold raw images and nothing else. */
function rawImages(sessions: readonly FoundSession[], caps: string): Finding[] {
  const raw = sessions.filter(({ files }) => files.some(isRaw) && files.filter(isImage).every(isRaw));
  if (raw.length === 0) return [];
  const first = raw[0].files.find(isRaw)!;
  return [found('doctor-caps-raw', { folder: caps, count: raw.length, first }, caps, { caps, sessions: raw })];
}

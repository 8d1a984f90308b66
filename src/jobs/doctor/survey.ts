/** @file What an opened folder holds: CAPS, BIDS, MAPS, loose images, tables. Reads names only. */
import type { Issue } from '../../base/issues';
import { extractionsPath, masksRoot, subjectsPath } from '../../caps/layout';
import type { Entry, Folder } from '../../folders/folder';
import { listOrTell } from '../../folders/list-or-tell';
import { joinPath } from '../../folders/names';
import { isOlderResults, olderParametersFile } from '../../maps/older-results';

/** Lies in a folder that the doctor wrote: it is not looked through again. */
export const doctorMark = 'doctor.json';
/** There, the sessions that were left out. */
export const leftOutFile = 'left_out.tsv';

/** How participants lie in a folder: in `subjects`, directly as in a CAPS without it, directly as in BIDS. */
export type CapsLayout = 'caps' | 'bare' | 'bids';

export interface Place {
  /** '.' for the folder itself. */
  readonly path: string;
  readonly layout: CapsLayout;
}

export interface Surveyed {
  readonly places: readonly Place[];
  readonly maps: readonly string[];
  /** Result folders of ClinicaDL 0.2. */
  readonly older: readonly string[];
  /** NIfTI files outside of all those. */
  readonly images: readonly string[];
  readonly tables: readonly string[];
  /** Workbooks of spreadsheet programs. */
  readonly books: readonly string[];
  readonly issues: readonly Issue[];
}

const DEPTH = 6;
const MOST = 2000;
/** Participants that are looked into to tell a CAPS from BIDS. */
const ASKED = 5;

/** What a name must look like to be taken for a participant, in whatever letters. */
export const isLikeParticipant = (name: string): boolean => /^\s*sub[-_ ]/i.test(name);
export const isLikeSession = (name: string): boolean => /^\s*ses[-_ ]/i.test(name);

/** Folders that pipelines of Clinica write into a session. */
const pipelines = /^(?:t1_linear|t2_linear|flair_linear|pet_linear|t1|dwi_dti|deeplearning_prepare_data)$/;

/** True when the participants of a folder hold what Clinica writes. */
async function holdsPipelines(folder: Folder, path: string, participants: readonly string[], tell: (issue: Issue) => void) {
  for (const participant of participants.slice(0, ASKED)) {
    const sessions = (await listOrTell(folder, joinPath(path, participant), tell)).filter(({ name }) => isLikeSession(name));
    for (const { name } of sessions.slice(0, ASKED)) {
      const entries = await listOrTell(folder, joinPath(path, participant, name), tell);
      if (entries.some((entry) => entry.kind === 'folder' && pipelines.test(entry.name))) return true;
    }
  }
  return false;
}

/** Reads at most 2000 folders, six levels down; CAPS, BIDS, MAPS and older results are not entered, nor what the doctor wrote. */
export async function survey(folder: Folder, signal: AbortSignal): Promise<Surveyed> {
  const found = {
    places: [] as Place[],
    maps: [] as string[],
    older: [] as string[],
    images: [] as string[],
    tables: [] as string[],
    books: [] as string[],
    issues: [] as Issue[],
  };
  const tell = (issue: Issue): void => void found.issues.push(issue);
  const takeFile = (path: string): void => {
    if (/\.nii(?:\.gz)?$/i.test(path)) found.images.push(path);
    else if (/\.(?:tsv|csv)$/i.test(path)) found.tables.push(path);
    else if (/\.(?:xlsx?|ods)$/i.test(path)) found.books.push(path);
  };
  const queue: { readonly path: string; readonly depth: number }[] = [{ path: '', depth: 0 }];
  for (let visited = 0; queue.length > 0 && visited < MOST; visited++) {
    signal.throwIfAborted();
    const { path, depth } = queue.shift()!;
    const entries = await listOrTell(folder, path, tell);
    const has = (name: string): boolean => entries.some((entry) => entry.name === name);
    const shown = path === '' ? '.' : path;
    if (has('maps.json') && has('groups')) {
      found.maps.push(shown);
      continue;
    }
    if (has(olderParametersFile) && (await isOlderResults(folder.sub(path)))) {
      found.older.push(shown);
      continue;
    }
    if (depth > 0 && has(doctorMark)) continue;
    // What was left out is listed there, as it was spelt.
    const isOurs = has(doctorMark);
    const participants = foldersLike(entries, isLikeParticipant);
    const isCaps = entries.some(({ name, kind }) => name === subjectsPath && kind === 'folder');
    if (isCaps) found.places.push({ path: shown, layout: 'caps' });
    else if (participants.length > 0) {
      const isBare = await holdsPipelines(folder, path, participants, tell);
      found.places.push({ path: shown, layout: isBare ? 'bare' : 'bids' });
    }
    const own = new Set([...participants, ...(isCaps ? [subjectsPath, masksRoot, extractionsPath] : [])]);
    for (const { name, kind } of entries) {
      if (own.has(name) || name.startsWith('.') || (isOurs && name === leftOutFile)) continue;
      const child = joinPath(path, name);
      if (kind === 'file') takeFile(child);
      else if (depth < DEPTH && !(name === masksRoot && participants.length > 0)) queue.push({ path: child, depth: depth + 1 });
    }
  }
  return found;
}

function foldersLike(entries: readonly Entry[], isLike: (name: string) => boolean): string[] {
  return entries.filter(({ name, kind }) => kind === 'folder' && isLike(name)).map(({ name }) => name);
}

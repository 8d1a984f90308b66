/** @file Looks through an opened folder for what the commands work on: CAPS, tables, splits, MAPS. */
import type { Issue } from '../base/issues';
import { isSimulated } from '../caps/description';
import { listExtractionNames } from '../caps/extraction-json';
import { extractionsPath, masksRoot, subjectsPath } from '../caps/layout';
import type { Folder } from '../folders/folder';
import { listOrTell } from '../folders/list-or-tell';
import { isOlderResults, olderParametersFile } from '../maps/older-results';
import { foldsAmong } from './split-folders';

export interface StudyFolders {
  /** Folders with `subjects/` in them, '.' for the opened folder itself. */
  readonly caps: readonly string[];
  /** Of these, the ones that prepare-data has described an extraction in. */
  readonly prepared: readonly string[];
  /** Of `caps`, the ones that say of themselves that no real person is in them. */
  readonly simulated: readonly string[];
  /** Folders with maps.json. */
  readonly maps: readonly string[];
  /** Result folders of ClinicaDL 0.2. */
  readonly older: readonly string[];
  /** Folders with train.tsv or split-0: what `--tsv_directory` takes. */
  readonly splits: readonly string[];
  /** By folder of `splits`: how many folds kfold made in it; not there for single splits. */
  readonly folds: Readonly<Record<string, number>>;
  /** Every `.tsv` outside CAPS and MAPS. */
  readonly tables: readonly string[];
  /** Folders that could not be looked into. */
  readonly issues: readonly Issue[];
}

const DEPTH = 6;
const MOST = 2000;

/** Reads at most 2000 folders, six levels down; CAPS, MAPS and older results are not entered. */
export async function findStudies(workspace: Folder, signal: AbortSignal): Promise<StudyFolders> {
  const found = {
    caps: [] as string[],
    prepared: [] as string[],
    simulated: [] as string[],
    maps: [] as string[],
    older: [] as string[],
    splits: [] as string[],
    folds: {} as Record<string, number>,
    tables: [] as string[],
    issues: [] as Issue[],
  };
  const queue: { readonly path: string; readonly depth: number }[] = [{ path: '', depth: 0 }];
  for (let visited = 0; queue.length > 0 && visited < MOST; visited++) {
    signal.throwIfAborted();
    const { path, depth } = queue.shift()!;
    const entries = await listOrTell(workspace, path, (issue) => found.issues.push(issue));
    const has = (name: string): boolean => entries.some((entry) => entry.name === name);
    const shown = path === '' ? '.' : path;
    if (has('maps.json') && has('groups')) {
      found.maps.push(shown);
      continue;
    }
    if (has(olderParametersFile) && (await isOlderResults(workspace.sub(path)))) {
      found.older.push(shown);
      continue;
    }
    const isCaps = has(subjectsPath);
    if (isCaps) found.caps.push(shown);
    if (isCaps && (await listExtractionNames(workspace.sub(path))).length > 0) found.prepared.push(shown);
    if (isCaps && (await isSimulated(workspace.sub(path)))) found.simulated.push(shown);
    if (has('train.tsv') || has('train_baseline.tsv') || has('split-0')) found.splits.push(shown);
    const folds = await foldsAmong((name) => entries.some((entry) => entry.name === name && entry.kind === 'folder'));
    if (folds > 1) found.folds[shown] = folds;
    for (const entry of entries) {
      const child = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.kind === 'file' && entry.name.endsWith('.tsv')) found.tables.push(child);
      const insideCaps = isCaps && [subjectsPath, masksRoot, extractionsPath].includes(entry.name);
      if (entry.kind === 'folder' && depth < DEPTH && !insideCaps && !entry.name.startsWith('.')) {
        queue.push({ path: child, depth: depth + 1 });
      }
    }
  }
  return found;
}

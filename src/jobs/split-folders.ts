/** @file Which folder was meant by TSV_DIRECTORY: folders with splits in, below and above a path that is none. */
import type { Folder } from '../folders/folder';
import { joinPath, parentOf } from '../folders/names';
import { quoteWord } from '../options/derive/words';

/** A folder that `train` takes. */
export interface SplitFolder {
  readonly path: string;
  /** What --n_splits is to be; 0 for the tables of a single split. */
  readonly folds: number;
}

const DEPTH = 4;
const MOST = 300;

/** How many folds there are: `split-0`, `split-1`, …, as many as follow each other. */
export async function foldsAmong(isFold: (folder: string) => boolean | Promise<boolean>): Promise<number> {
  let folds = 0;
  while (await isFold(`split-${folds}`)) folds++;
  return folds;
}

/** The splits in a folder, as folds and as its own. `tables`: what each must have. */
async function splitsIn(workspace: Folder, path: string, tables: readonly string[]): Promise<SplitFolder[]> {
  const has = async (folder: string): Promise<boolean> => {
    for (const table of tables) if ((await workspace.kindOf(joinPath(folder, table))) !== 'file') return false;
    return true;
  };
  const folds = await foldsAmong((name) => has(joinPath(path, name)));
  const several = folds === 1 ? { path: joinPath(path, 'split-0'), folds: 0 } : { path, folds };
  return [...(folds > 0 ? [several] : []), ...((await has(path)) ? [{ path, folds: 0 }] : [])];
}

/**
 * Folders with splits: at the path (for a file: in its folder), else the nearest below it, else the nearest above it. Where
 * `severalWanted`, the folds that a single split belongs to go before it.
 */
export async function splitFoldersNear(
  workspace: Folder,
  path: string,
  tables: readonly string[],
  severalWanted: boolean,
): Promise<SplitFolder[]> {
  const start = (await workspace.kindOf(path)) === 'folder' ? path : parentOf(path);
  if ((await workspace.kindOf(start === '' ? '.' : start)) !== 'folder') return [];
  if (severalWanted && !['', '.'].includes(start)) {
    const around = (await splitsIn(workspace, parentOf(start), tables)).filter(({ folds }) => folds > 1);
    if (/(^|\/)split-\d+$/.test(start) && around.length > 0) return around;
  }
  let level = [start];
  let looked = 0;
  for (let depth = 0; depth <= DEPTH && level.length > 0; depth++) {
    const found: SplitFolder[] = [];
    const next: string[] = [];
    for (const folder of level) {
      if (looked++ === MOST) return found;
      found.push(...(await splitsIn(workspace, folder, tables)));
      const entries = await workspace.list(folder);
      if (entries.some(({ name }) => name === 'subjects' || name === 'maps.json')) continue;
      for (const { name, kind } of entries) if (kind === 'folder' && !name.startsWith('.')) next.push(joinPath(folder, name));
    }
    if (found.length > 0) return found;
    level = next;
  }
  for (let folder = start; !['', '.'].includes(folder); ) {
    folder = parentOf(folder);
    const found = await splitsIn(workspace, folder, tables);
    if (found.length > 0) return found;
  }
  return [];
}

/** A folder as it is typed after `train classification CAPS JSON`. */
export function typedSplit({ path, folds }: SplitFolder): string {
  const folder = quoteWord(path === '' ? '.' : path);
  return folds > 1 ? `${folder} --n_splits ${folds}` : `${folder} without --n_splits`;
}

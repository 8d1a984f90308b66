/** @file All files and folders below a folder. */
import { mapParallel } from '../base/parallel';
import type { Entry, Folder } from './folder';
import { joinPath, splitPath } from './names';

export interface WalkEntry {
  /** From the folder that was asked, with `path` in front. */
  readonly path: string;
  readonly kind: Entry['kind'];
}

/** Folders listed at the same time; a listing mostly waits for the browser. */
const listedAtOnce = 16;

/** Everything below `path`, sorted by path (code units); `path` itself is not among it. Throws `folder-missing`. */
export async function walk(folder: Folder, path = '', signal?: AbortSignal): Promise<readonly WalkEntry[]> {
  const found: WalkEntry[] = [];
  let level = [splitPath(path).join('/')];
  while (level.length > 0) {
    const listings = await mapParallel(level, listedAtOnce, async (above) => {
      signal?.throwIfAborted();
      return (await folder.list(above)).map(({ name, kind }) => ({ path: joinPath(above, name), kind }));
    });
    const entries = listings.flat();
    for (const entry of entries) found.push(entry);
    level = entries.filter((entry) => entry.kind === 'folder').map((entry) => entry.path);
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

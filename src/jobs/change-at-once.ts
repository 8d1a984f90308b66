/** @file Changes of a folder that are made wholly or not at all. */
import type { Folder } from '../folders/folder';
import { joinPath, splitPath } from '../folders/names';
import { undoable } from '../folders/undo';
import { realFolder } from './stand-in';

/** Changes small files; when one cannot be changed, all are put back as they were. */
export async function changeAtOnce(folder: Folder, change: (folder: Folder) => Promise<void>): Promise<void> {
  const { folder: target, undo } = undoable(folder, realFolder(folder));
  try {
    await change(target);
  } catch (error) {
    await undo().catch(() => {}); // a disk that is gone cannot be put right; the first error tells of it
    throw error;
  }
}

/** What takes a folder away again that is absent or empty now, with the folders above it that are absent. */
export async function undoNewFolder(workspace: Folder, path: string): Promise<() => Promise<void>> {
  const names = splitPath(path);
  for (let depth = 1; depth <= names.length; depth++) {
    const above = names.slice(0, depth).join('/');
    if ((await workspace.kindOf(above)) === undefined) return () => workspace.remove(above);
  }
  return async () => {
    for (const { name } of await workspace.list(path)) await workspace.remove(joinPath(path, name));
  };
}

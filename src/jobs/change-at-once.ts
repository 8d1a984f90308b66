/** @file Changes of a folder that are made wholly or not at all. */
import type { Folder } from '../folders/folder';
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

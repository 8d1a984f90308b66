/**
 * @file What a tab that was killed while writing has left behind: unfinished files that no listing shows. They are removed where
 * the same work begins again, when no other writer can be at it.
 */
import type { Folder } from './folder';
import { splitPath } from './names';
import { isUnfinishedName, placeOf } from './picked-folder';

async function clean(directory: FileSystemDirectoryHandle, deep: boolean): Promise<void> {
  const names: string[] = [];
  for await (const [name, entry] of directory.entries()) {
    if (entry.kind === 'file' && isUnfinishedName(name)) names.push(name);
    if (entry.kind === 'directory' && deep) await clean(await directory.getDirectoryHandle(name), deep);
  }
  // One that cannot be removed stays unseen: not worth stopping a run for.
  await Promise.all(names.map((name) => directory.removeEntry(name).catch(() => {})));
}

/** Removes unfinished files in a folder, and with `deep` below it. Nothing happens when there is no such folder, or it is in memory. */
export async function removeLeftovers(folder: Folder, path: string, deep = false): Promise<void> {
  const place = placeOf(folder);
  if (place === undefined) return;
  try {
    let directory = place.handle;
    for (const name of [...splitPath(place.path), ...splitPath(path)]) directory = await directory.getDirectoryHandle(name);
    await clean(directory, deep);
  } catch {
    // the folder is not there, or cannot be read: the write that follows tells
  }
}

/**
 * @file What a tab that was killed while writing has left behind: unfinished files that no listing shows. They are removed when the
 * folder is opened again, and where the same work begins again.
 */
import type { Folder } from './folder';
import { splitPath } from './names';
import { placeOf } from './picked-folder';
import { isUnfinishedName } from './put-file';

export interface LeftoverOptions {
  /** Below the folder too, but not in folders for which this says no; without it only in the folder itself. */
  readonly enter?: (name: string) => boolean;
  /** Only what was last changed before, in milliseconds since 1970: whoever began later is writing still. */
  readonly before?: number;
}

async function isOld(file: FileSystemFileHandle, before: number | undefined): Promise<boolean> {
  return before === undefined || (await file.getFile()).lastModified < before;
}

async function clean(directory: FileSystemDirectoryHandle, options: LeftoverOptions): Promise<void> {
  const files: FileSystemFileHandle[] = [];
  const below: FileSystemDirectoryHandle[] = [];
  for await (const [name, entry] of directory.entries()) {
    if (entry.kind === 'file' && isUnfinishedName(name)) files.push(entry as FileSystemFileHandle);
    if (entry.kind === 'directory' && options.enter?.(name) === true) below.push(entry as FileSystemDirectoryHandle);
  }
  for (const file of files) {
    // One that cannot be removed stays unseen: not worth stopping a run for.
    if (await isOld(file, options.before).catch(() => false)) await directory.removeEntry(file.name).catch(() => {});
  }
  for (const inner of below) await clean(inner, options);
}

/** Removes unfinished files in a folder. Nothing happens when there is no such folder, or it is in memory. */
export async function removeLeftovers(folder: Folder, path: string, options: LeftoverOptions = {}): Promise<void> {
  const place = placeOf(folder);
  if (place === undefined) return;
  try {
    let directory = place.handle;
    for (const name of [...splitPath(place.path), ...splitPath(path)]) directory = await directory.getDirectoryHandle(name);
    await clean(directory, options);
  } catch {
    // the folder is not there, or cannot be read: the write that follows tells
  }
}

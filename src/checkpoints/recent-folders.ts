/** @file Folders that were opened before. The browser keeps their handles; the permission it asks for again. */
import { database } from './schema';

export interface RecentFolder {
  readonly id: string;
  readonly name: string;
  readonly handle: FileSystemDirectoryHandle;
  /** Milliseconds since 1970. */
  readonly openedAt: number;
}

const kept = 20;

/** Folders by the time they were last opened, newest first. `name` is the database's, as everywhere here. */
export async function recentFolders(name?: string): Promise<readonly RecentFolder[]> {
  const folders = await (await database(name)).getAll('folders');
  return folders.sort((a, b) => b.openedAt - a.openedAt);
}

/** Puts a folder on top of the list, once; the twenty newest stay. Returns its entry. */
export async function rememberFolder(handle: FileSystemDirectoryHandle, name?: string): Promise<RecentFolder> {
  const known = await recentFolders(name);
  const same = await Promise.all(known.map((folder) => handle.isSameEntry(folder.handle)));
  const id = known[same.indexOf(true)]?.id ?? crypto.randomUUID();
  const folder = { id, name: handle.name, handle, openedAt: Date.now() };
  const open = await database(name);
  await open.put('folders', folder);
  const others = known.filter((other) => other.id !== id);
  await Promise.all(others.slice(kept - 1).map((other) => open.delete('folders', other.id)));
  return folder;
}

/** Takes a folder off the list; the folder itself stays as it is. */
export async function forgetFolder(id: string, name?: string): Promise<void> {
  await (await database(name)).delete('folders', id);
}

/** @file The ways a folder comes into the page: picked, dropped, remembered, uploaded, unpacked. */

import { AppError, appError } from '../../base/errors';
import type { Issue } from '../../base/issues';
import type { Progress } from '../../base/job';
import { forgetFolder, type RecentFolder, recentFolders, rememberFolder } from '../../checkpoints/recent-folders';
import { ensurePermission } from '../../folders/picked-folder';
import { privateRoot, type Session } from './session';

export interface CopyOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export const canPickFolders = 'showDirectoryPicker' in window;

/** Opens a handle, or says why not. Throws `folder-refused`. */
export async function openOrTell(session: Session, handle: FileSystemDirectoryHandle): Promise<void> {
  if (!(await openHandle(session, handle))) throw appError('folder-refused', { folder: handle.name }, { where: handle.name });
}

/** Asks the person for a folder; false when they thought better of it. Throws `folder-refused`. */
export async function pickFolder(session: Session): Promise<boolean> {
  let handle: FileSystemDirectoryHandle;
  try {
    handle = await window.showDirectoryPicker({ id: 'study', mode: 'readwrite' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return false;
    throw error;
  }
  await openOrTell(session, handle);
  return true;
}

/** Opens a handle after asking for permission; false when it was refused. Call it from a click. */
export async function openHandle(session: Session, handle: FileSystemDirectoryHandle): Promise<boolean> {
  if ((await ensurePermission(handle, 'readwrite', true)) !== 'granted') return false;
  await session.openHandle(handle);
  await rememberFolder(handle).catch(() => undefined); // the list is a convenience: a full disk must not keep the folder shut
  return true;
}

export async function listRecent(): Promise<readonly RecentFolder[]> {
  return recentFolders().catch(() => []);
}

export async function forgetRecent(folder: RecentFolder): Promise<void> {
  await forgetFolder(folder.id);
}

/** A name in the private file system that is free: `study`, `study 2`, … */
async function freeName(wanted: string, root: FileSystemDirectoryHandle | undefined): Promise<string> {
  const taken = new Set<string>();
  if (root !== undefined) for await (const name of root.keys()) taken.add(name);
  const plain = wanted.replace(/[^\p{L}\p{N}._ -]/gu, '_').slice(0, 80) || 'upload';
  for (let number = 1; ; number++) {
    const name = number === 1 ? plain : `${plain} ${number}`;
    if (!taken.has(name)) return name;
  }
}

/** Copies chosen files into a new private folder and opens it. An interrupted copy is removed. Returns files left out. */
export async function openFiles(session: Session, files: readonly File[], options: CopyOptions): Promise<readonly Issue[]> {
  const { uploadFiles } = await import('../../folders/upload');
  const top = files[0]?.webkitRelativePath.split('/')[0] || 'upload';
  return intoPrivate(session, top, async () => {
    const { workspace } = session;
    return workspace === undefined ? [] : (await uploadFiles(files, workspace.folder, '', options)).issues;
  });
}

/** Unpacks a zip file into a new private folder and opens it. */
export async function openZip(session: Session, zip: File, options: CopyOptions): Promise<readonly Issue[]> {
  return intoPrivate(session, zip.name.replace(/\.zip$/i, ''), async () => {
    const { workspace } = session;
    if (workspace !== undefined) await session.zip.importZip(zip, workspace.folder, '', options);
    return [];
  });
}

async function intoPrivate(session: Session, wanted: string, fill: () => Promise<readonly Issue[]>): Promise<readonly Issue[]> {
  const root = await privateRoot();
  const before = session.workspace;
  return inNewFolder(session, wanted, root, async (name) => {
    await session.openPrivate(name, 'uploaded');
    try {
      const issues = await fill();
      await session.refresh();
      return issues;
    } catch (error) {
      await root?.removeEntry(name, { recursive: true }).catch(() => {}); // what is wrong with the folder the first error tells
      session.reopen(before);
      throw error;
    }
  });
}

/** Fills a folder with a free name, which no other tab fills at the same time. */
async function inNewFolder<T>(
  session: Session,
  wanted: string,
  root: FileSystemDirectoryHandle | undefined,
  work: (name: string) => Promise<T>,
): Promise<T> {
  for (;;) {
    const name = await freeName(wanted, root);
    if (root === undefined) return work(name);
    const handle = await root.getDirectoryHandle(name, { create: true });
    let begun = false;
    try {
      return await session.claims.alone({ handle, path: '' }, 'copy', () => {
        begun = true;
        return work(name);
      });
    } catch (error) {
      if (begun || !(error instanceof AppError) || error.code !== 'folder-busy') throw error;
    }
  }
}

export interface PrivateFolder {
  readonly name: string;
  /** False for a copy that was cut off when its tab ended: files are missing. */
  readonly whole: boolean;
}

/** Folders of the private file system, sorted by name. */
export async function listPrivate({ claims }: Session): Promise<readonly PrivateFolder[]> {
  const root = await privateRoot();
  if (root === undefined) return [];
  const names: string[] = [];
  for await (const [name, handle] of root.entries()) if (handle.kind === 'directory') names.push(name);
  const cut = new Set((await claims.cutCopies().catch(() => [])).map(({ handle }) => handle.name));
  return names.sort().map((name) => ({ name, whole: !cut.has(name) }));
}

/** Deletes a folder of the private file system. Throws `folder-busy` while a command works in it. */
export async function removePrivate({ claims }: Session, name: string): Promise<void> {
  const root = await navigator.storage.getDirectory();
  const place = { handle: await root.getDirectoryHandle(name), path: '' };
  await claims.alone(place, 'command', () => root.removeEntry(name, { recursive: true }));
  const { dead } = await claims.look(place);
  const here = await Promise.all(dead.map(async (claim) => ((await place.handle.resolve(claim.handle)) === null ? [] : [claim])));
  await claims.forget(here.flat());
}

export type Dropped =
  | { readonly kind: 'folder'; readonly handle: FileSystemDirectoryHandle }
  | { readonly kind: 'zip'; readonly file: File }
  | { readonly kind: 'files'; readonly files: readonly File[] }
  | { readonly kind: 'nothing' };

/** What was dropped. Must be called in the drop event itself: the data is gone after it. */
export async function readDrop(data: DataTransfer): Promise<Dropped> {
  const item = [...data.items].find(({ kind }) => kind === 'file');
  if (item === undefined) return { kind: 'nothing' };
  const file = item.getAsFile();
  const entry = item.webkitGetAsEntry();
  if (entry?.isFile && file !== null && /\.zip$/i.test(file.name)) return { kind: 'zip', file };
  if ('getAsFileSystemHandle' in item) {
    const handle = await item.getAsFileSystemHandle();
    return handle?.kind === 'directory' ? { kind: 'folder', handle: handle as FileSystemDirectoryHandle } : { kind: 'nothing' };
  }
  return entry?.isDirectory ? { kind: 'files', files: await filesBelow(entry as FileSystemDirectoryEntry) } : { kind: 'nothing' };
}

async function filesBelow(folder: FileSystemDirectoryEntry): Promise<File[]> {
  const reader = folder.createReader();
  const files: File[] = [];
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return files;
    for (const entry of entries) {
      if (entry.isDirectory) files.push(...(await filesBelow(entry as FileSystemDirectoryEntry)));
      else files.push(await fileOf(entry as FileSystemFileEntry));
    }
  }
}

/** The file with its path, which the browser tells for chosen files but not for dropped ones. */
async function fileOf(entry: FileSystemFileEntry): Promise<File> {
  const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
  return Object.defineProperty(file, 'webkitRelativePath', { value: entry.fullPath.replace(/^\//, '') });
}

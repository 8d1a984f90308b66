/** @file The ways a folder comes into the page: picked, dropped, remembered, uploaded, unpacked. */

import { appError } from '../../base/errors';
import type { Issue } from '../../base/issues';
import type { Progress } from '../../base/job';
import { forgetFolder, type RecentFolder, recentFolders, rememberFolder } from '../../checkpoints/recent-folders';
import { ensurePermission } from '../../folders/picked-folder';
import type { Session } from './session';

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
async function freeName(wanted: string): Promise<string> {
  const root = await navigator.storage.getDirectory();
  const taken = new Set<string>();
  for await (const name of root.keys()) taken.add(name);
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
  const { importZip } = await import('../../folders/zip-folder');
  return intoPrivate(session, zip.name.replace(/\.zip$/i, ''), async () => {
    const { workspace } = session;
    if (workspace !== undefined) await importZip(zip, workspace.folder, '', options);
    return [];
  });
}

async function intoPrivate(session: Session, wanted: string, fill: () => Promise<readonly Issue[]>): Promise<readonly Issue[]> {
  const name = await freeName(wanted);
  const before = session.workspace;
  await session.openPrivate(name, 'uploaded');
  try {
    const issues = await fill();
    await session.refresh();
    return issues;
  } catch (error) {
    const root = await navigator.storage.getDirectory();
    await root.removeEntry(name, { recursive: true });
    session.reopen(before);
    throw error;
  }
}

/** Folders of the private file system, by name; the app's own working files are not among them. */
export async function listPrivate(): Promise<readonly string[]> {
  if (navigator.storage?.getDirectory === undefined) return [];
  const names: string[] = [];
  try {
    const root = await navigator.storage.getDirectory();
    for await (const [name, handle] of root.entries()) if (handle.kind === 'directory') names.push(name);
  } catch {
    return []; // switched off in private windows of some browsers
  }
  return names.sort();
}

export async function removePrivate(name: string): Promise<void> {
  const root = await navigator.storage.getDirectory();
  await root.removeEntry(name, { recursive: true });
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

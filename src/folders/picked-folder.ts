/**
 * @file A folder behind a File System Access handle: one that the person picked or dropped, or the browser's private file system.
 *
 * A file is put into its place at once, so a reader, also after a crash, sees the old file or the new one (`put-file.ts`). What is
 * unfinished is never listed.
 */
import { appError } from '../base/errors';
import type { Entry, FileRef, Folder } from './folder';
import { Handles, storedName } from './handle-cache';
import { folderError, isMissing, isOtherKind } from './handle-errors';
import { splitPath } from './names';
import { isUnfinishedName, putFile } from './put-file';

/** Where a picked folder lies: enough to open it again elsewhere. */
export interface HandlePlace {
  readonly handle: FileSystemDirectoryHandle;
  /** Inside the handle; '' is the handle itself. */
  readonly path: string;
}

const places = new WeakMap<Folder, HandlePlace>();

/** The handle and path of a folder that `pickedFolder` made; undefined for any other. */
export function placeOf(folder: Folder): HandlePlace | undefined {
  return places.get(folder);
}

/**
 * The folder behind a handle. Works on the page and in workers. Besides the errors of the contract: `permission-withdrawn`,
 * `folder-gone`, `disk-full`, `file-unreadable`, `path-taken`, each with the browser's error as its cause.
 */
export function pickedFolder(handle: FileSystemDirectoryHandle): Folder {
  return view(new Handles(handle), []);
}

/** Folders that one listing may add to those kept open. */
const keptOfListing = 100;

async function kindIn(parent: FileSystemDirectoryHandle, name: string): Promise<Entry['kind']> {
  try {
    await parent.getFileHandle(await storedName(parent, name));
    return 'file';
  } catch (error) {
    if (isOtherKind(error)) return 'folder';
    throw error;
  }
}

function view(handles: Handles, base: readonly string[]): Folder {
  const { root } = handles;
  const resolve = (path: string): string[] => [...base, ...splitPath(path)];
  const failure = (error: unknown, action: 'read' | 'write', names: readonly string[]): unknown =>
    folderError(error, { action, path: names.join('/'), folder: root.name });

  /** Why reading failed: an absent file or folder is told from a root that is gone, for which `folder-gone` is thrown. */
  async function unread(error: unknown, code: 'file-missing' | 'folder-missing', names: readonly string[]): Promise<unknown> {
    if (!isMissing(error) && !isOtherKind(error)) return failure(error, 'read', names);
    try {
      await root.keys().next();
    } catch (rootError) {
      return failure(rootError, 'read', names);
    }
    return appError(code, { path: names.join('/') || '.', folder: root.name }, { where: names.join('/'), cause: error });
  }

  /** Why writing failed. `expected` is what was to be made at `names`. */
  async function unwritten(error: unknown, expected: Entry['kind'], names: readonly string[]): Promise<unknown> {
    if (!isOtherKind(error)) return failure(error, 'write', names);
    let found: Entry['kind'] = 'folder';
    let depth = 0;
    while (depth < names.length && found === 'folder') {
      found = await kindIn(await handles.open(names.slice(0, depth)), names[depth++]);
    }
    const needed = depth < names.length ? 'folder' : expected;
    const path = names.slice(0, depth).join('/');
    return appError('path-taken', { path, folder: root.name, found, expected: needed }, { where: path, cause: error });
  }

  async function openFile(names: readonly string[]): Promise<File> {
    try {
      const parent = await handles.open(names.slice(0, -1));
      const file = await parent.getFileHandle(await storedName(parent, names.at(-1) ?? '.'));
      return await file.getFile();
    } catch (error) {
      throw await unread(error, 'file-missing', names);
    }
  }

  async function bytesOf(blob: Blob, names: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
    try {
      return new Uint8Array(await blob.arrayBuffer());
    } catch (error) {
      throw failure(error, 'read', names);
    }
  }

  const folder: Folder = {
    name: base.join('/') || root.name,

    async list(path, most = Number.POSITIVE_INFINITY) {
      const names = resolve(path);
      try {
        const entries: Entry[] = [];
        const below: FileSystemDirectoryHandle[] = [];
        for await (const [name, entry] of (await handles.open(names)).entries()) {
          if (!isUnfinishedName(name)) entries.push({ name, kind: entry.kind === 'file' ? 'file' : 'folder' });
          if (entry.kind === 'directory') below.push(entry as FileSystemDirectoryHandle);
          if (entries.length >= most) break;
        }
        // Whoever lists a small folder goes into those below it next; many would push each other out.
        if (below.length <= keptOfListing) for (const child of below) handles.keep([...names, child.name], child);
        return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
      } catch (error) {
        throw await unread(error, 'folder-missing', names);
      }
    },

    async kindOf(path) {
      const names = resolve(path);
      const name = names.at(-1);
      if (name === undefined) return 'folder';
      try {
        return await kindIn(await handles.open(names.slice(0, -1)), name);
      } catch (error) {
        if (isMissing(error) || isOtherKind(error)) return undefined;
        throw failure(error, 'read', names);
      }
    },

    async file(path): Promise<FileRef> {
      const names = resolve(path);
      const file = await openFile(names);
      return {
        name: file.name,
        path: splitPath(path).join('/'),
        sizeBytes: file.size,
        bytes: (start = 0, end = file.size) => bytesOf(file.slice(start, end), names),
      };
    },

    async read(path) {
      const names = resolve(path);
      return bytesOf(await openFile(names), names);
    },

    async write(path, bytes) {
      const names = resolve(path);
      const name = names.at(-1);
      if (name === undefined) {
        throw appError('path-taken', { path: '.', folder: root.name, found: 'folder', expected: 'file' }, { where: path });
      }
      try {
        await handles.make(names.slice(0, -1), async (parent) => putFile(parent, await storedName(parent, name), bytes));
      } catch (error) {
        throw await unwritten(error, 'file', names);
      }
    },

    async makeFolder(path) {
      const names = resolve(path);
      handles.forget(names); // a kept handle would not tell that the folder is gone
      try {
        await handles.make(names, async () => undefined);
      } catch (error) {
        throw await unwritten(error, 'folder', names);
      }
    },

    async remove(path) {
      const names = resolve(path);
      const name = names.at(-1);
      if (name === undefined) {
        throw appError('name-refused', { name: '.', reason: 'it is the opened folder itself' }, { where: root.name });
      }
      try {
        const parent = await handles.open(names.slice(0, -1));
        await parent.removeEntry(await storedName(parent, name), { recursive: true });
      } catch (error) {
        if (!isMissing(error) && !isOtherKind(error)) throw failure(error, 'write', names);
      } finally {
        handles.forget(names);
      }
    },

    sub(path) {
      return view(handles, resolve(path));
    },
  };
  places.set(folder, { handle: root, path: base.join('/') });
  return folder;
}

/** Only Chromium has these two; where they are missing, a handle that exists may be used. */
interface PermissionHandle {
  queryPermission?(descriptor: { readonly mode: AccessMode }): Promise<PermissionState>;
  requestPermission?(descriptor: { readonly mode: AccessMode }): Promise<PermissionState>;
}

export type AccessMode = 'read' | 'readwrite';

/**
 * Whether the folder may be used. With `ask`, a question is put to the person when it is open; the call must then come from a
 * click on the page. Returns 'prompt' when the question is open still.
 */
export async function ensurePermission(
  handle: FileSystemDirectoryHandle,
  mode: AccessMode,
  ask: boolean,
): Promise<PermissionState> {
  const asked = handle as PermissionHandle;
  const state = (await asked.queryPermission?.({ mode })) ?? 'granted';
  if (state !== 'prompt' || !ask) return state;
  return (await asked.requestPermission?.({ mode })) ?? 'granted';
}

/**
 * @file The folder of a job, steadied against what may pass: a withdrawn permission or an unplugged drive make it wait; on a full disk
 * changes are kept in memory, where the job sees them as made, and are made in their order as soon as there is space.
 */
import { AppError, appError } from '../base/errors';
import type { Entry, FileRef, Folder } from '../folders/folder';
import { splitPath } from '../folders/names';
import { type Change, HeldWrites, type UnwrittenFile } from './held-writes';
import type { Patience } from './patience';
import { standsFor } from './stand-in';

export interface SteadyFolder {
  readonly folder: Folder;
  /** Makes all changes that are kept, waiting for space. Rejects as `Patience.through` does. */
  settle(): Promise<void>;
  /** Makes those that can be made now. */
  trySettling(): Promise<void>;
  /** Files that are kept and not written. */
  readonly unwritten: readonly UnwrittenFile[];
}

/** Kept at most before the job waits for space. */
const MAX_HELD_BYTES = 2 ** 29;

const isFull = (error: unknown): error is AppError => error instanceof AppError && error.code === 'disk-full';

export function steadyFolder(target: Folder, patience: Patience, maxHeldBytes = MAX_HELD_BYTES): SteadyFolder {
  const held = new HeldWrites();
  let settling: Promise<void> | undefined;

  const make = (change: Change): Promise<void> => {
    if (change.kind === 'write') return target.write(change.path, change.bytes);
    return change.kind === 'folder' ? target.makeFolder(change.path) : target.remove(change.path);
  };
  const tell = (error: AppError | null): void => {
    const told = { files: held.files.length, bytes: held.sizeBytes };
    patience.meanwhile('files', held.isEmpty ? null : error, told);
  };

  /** Makes the kept changes until one fails. */
  async function makeHeld(): Promise<void> {
    for (let change = held.first; change !== undefined; change = held.first) {
      try {
        await make(change);
      } catch (error) {
        if (isFull(error)) tell(error);
        throw error;
      }
      held.drop(change);
    }
    tell(null);
  }

  /** The same for all who ask while it is under way. */
  function settleOnce(): Promise<void> {
    settling ??= makeHeld().finally(() => {
      settling = undefined;
    });
    return settling;
  }

  const settle = (): Promise<void> => patience.through('write', settleOnce);

  async function trySettling(): Promise<void> {
    try {
      await settleOnce();
    } catch (error) {
      if (!isFull(error)) throw error;
    }
  }

  /** Makes a change, or keeps it when there is no space for it. */
  async function change(wanted: Change): Promise<void> {
    if (!held.isEmpty) await patience.through('write', trySettling);
    if (held.isEmpty) {
      const full = await patience.through('write', async () => {
        try {
          await make(wanted);
          return undefined;
        } catch (error) {
          if (!isFull(error)) throw error;
          return error;
        }
      });
      if (full === undefined) return;
      held.add(wanted);
      tell(full);
    } else {
      held.add(wanted);
    }
    if (held.sizeBytes > maxHeldBytes) await settle();
  }

  function view(prefix: string): Folder {
    const here = prefix === '' ? target : target.sub(prefix);
    const at = (path: string): string => [...splitPath(prefix), ...splitPath(path)].join('/');
    const missing = (code: 'file-missing' | 'folder-missing', path: string): Error =>
      appError(code, { path, folder: target.name }, { where: path });
    const folder: Folder = {
      name: here.name,
      async list(path, most) {
        const kind = held.kindOf(at(path));
        if (kind === 'gone' || kind === 'file') throw missing('folder-missing', at(path));
        const listed = (): Promise<readonly Entry[]> => patience.through('read', () => here.list(path, most));
        if (held.isEmpty) return listed();
        // A folder that is kept only is not there yet.
        const isThere = kind === undefined || (await patience.through('read', () => here.kindOf(path))) === 'folder';
        return held.list(at(path), isThere ? await listed() : []).slice(0, most);
      },
      async kindOf(path) {
        const kind = held.kindOf(at(path));
        if (kind !== undefined) return kind === 'gone' ? undefined : kind;
        return patience.through('read', () => here.kindOf(path));
      },
      async file(path): Promise<FileRef> {
        const bytes = held.bytesOf(at(path));
        if (held.kindOf(at(path)) === 'gone') throw missing('file-missing', at(path));
        if (bytes === undefined) return patience.through('read', () => here.file(path));
        const [name] = splitPath(at(path)).slice(-1);
        return {
          name,
          path: splitPath(path).join('/'),
          sizeBytes: bytes.length,
          bytes: async (start, end) => bytes.slice(start, end),
        };
      },
      async read(path) {
        const bytes = held.bytesOf(at(path));
        if (held.kindOf(at(path)) === 'gone') throw missing('file-missing', at(path));
        return bytes?.slice() ?? patience.through('read', () => here.read(path));
      },
      write: async (path, bytes) => change({ kind: 'write', path: at(path), bytes }),
      makeFolder: async (path) => change({ kind: 'folder', path: at(path) }),
      remove: async (path) => change({ kind: 'remove', path: at(path) }),
      sub: (path) => view(at(path)),
    };
    standsFor(folder, here, prefix);
    return folder;
  }

  return {
    folder: view(''),
    settle,
    trySettling,
    get unwritten() {
      return held.files;
    },
  };
}

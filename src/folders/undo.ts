/** @file Changes that can be taken back: what a folder held before, kept in memory until the work is known to be whole. */
import type { Folder } from './folder';
import { joinPath, splitPath } from './names';
import { walk } from './walk';

export interface Undoable {
  /** The folder; what is written, made or removed through it is noted. */
  readonly folder: Folder;
  /** Puts everything back, the last change first. */
  undo(): Promise<void>;
}

/** The path itself, or the topmost folder above it that is not there; undefined when it is there. */
async function topmostMissing(folder: Folder, path: string): Promise<string | undefined> {
  const names = splitPath(path);
  for (let depth = 1; depth <= names.length; depth++) {
    const above = names.slice(0, depth).join('/');
    if ((await folder.kindOf(above)) === undefined) return above;
  }
  return undefined;
}

/**
 * For small files: every file that is replaced or removed is held in memory. `restored`: the same folder by another way, into which
 * those are put back.
 */
export function undoable(target: Folder, restored = target): Undoable {
  const back: (() => Promise<void>)[] = [];
  const keep = async (path: string): Promise<void> => {
    const bytes = await target.read(path);
    back.push(async () => {
      await target.remove(path);
      await restored.write(path, bytes);
    });
  };
  const beforeMaking = async (path: string): Promise<void> => {
    const missing = await topmostMissing(target, path);
    if (missing !== undefined) back.push(() => target.remove(missing));
    else if ((await target.kindOf(path)) === 'file') await keep(path);
  };
  const view = (base: string): Folder => {
    const at = (path: string): string => joinPath(base, path) || '.';
    return {
      ...(base === '' ? target : target.sub(base)),
      write: async (path, bytes) => {
        await beforeMaking(at(path));
        await target.write(at(path), bytes);
      },
      makeFolder: async (path) => {
        await beforeMaking(at(path));
        await target.makeFolder(at(path));
      },
      remove: async (path) => {
        const kind = await target.kindOf(at(path));
        if (kind === 'file') await keep(at(path));
        if (kind === 'folder')
          for (const entry of await walk(target, at(path))) if (entry.kind === 'file') await keep(entry.path);
        await target.remove(at(path));
      },
      sub: (path) => view(joinPath(base, path)),
    };
  };
  return {
    folder: view(''),
    async undo() {
      for (const step of back.splice(0).reverse()) await step();
    },
  };
}

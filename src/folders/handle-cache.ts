/** @file Open handles of the folders below a root. */
import { isMissing } from './handle-errors';
import { nameKey } from './names';

/** The folders of one root that were used last, kept open because a session's folder is asked for again and again. */
export class Handles {
  static readonly limit = 2000;
  readonly root: FileSystemDirectoryHandle;
  readonly #kept = new Map<string, FileSystemDirectoryHandle>();

  constructor(root: FileSystemDirectoryHandle) {
    this.root = root;
  }

  /** The folder `names`. Rejects with the browser's own errors. */
  async open(names: readonly string[], create = false): Promise<FileSystemDirectoryHandle> {
    let [handle, depth] = this.#nearest(names);
    for (; depth < names.length; depth++) {
      handle = await handle.getDirectoryHandle(await storedName(handle, names[depth]), { create });
      this.keep(names.slice(0, depth + 1), handle);
    }
    return handle;
  }

  /** Remembers a folder that a listing has opened on the way. */
  keep(names: readonly string[], handle: FileSystemDirectoryHandle): void {
    const path = names.join('/');
    if (this.#kept.size >= Handles.limit && !this.#kept.has(path)) this.#forgetOldest();
    this.#kept.set(path, handle);
  }

  /** The folder `names`, made where it is missing, also when it was deleted behind our back. */
  async make<T>(names: readonly string[], use: (handle: FileSystemDirectoryHandle) => Promise<T>): Promise<T> {
    try {
      return await use(await this.open(names, true));
    } catch (error) {
      if (!isMissing(error) || names.length === 0) throw error;
      this.forget(names.slice(0, 1));
      return use(await this.open(names, true));
    }
  }

  /** Drops what is kept of a folder and of all in it. */
  forget(names: readonly string[]): void {
    const path = names.join('/');
    for (const key of this.#kept.keys()) if (key === path || key.startsWith(`${path}/`)) this.#kept.delete(key);
  }

  #forgetOldest(): void {
    const [oldest] = this.#kept.keys();
    this.#kept.delete(oldest);
  }

  /** The deepest kept folder on the way to `names`, and how many names lead to it. */
  #nearest(names: readonly string[]): [FileSystemDirectoryHandle, number] {
    for (let depth = names.length; depth > 0; depth--) {
      const key = names.slice(0, depth).join('/');
      const kept = this.#kept.get(key);
      if (kept === undefined) continue;
      this.#kept.delete(key);
      this.#kept.set(key, kept); // first in the map is what was not used for longest
      return [kept, depth];
    }
    return [this.root, 0];
  }
}

/** The name as it is stored: systems differ in the Unicode form that they keep. */
export async function storedName(parent: FileSystemDirectoryHandle, name: string): Promise<string> {
  if (/^[ -~]*$/.test(name)) return name;
  for await (const stored of parent.keys()) if (nameKey(stored) === nameKey(name)) return stored;
  return name;
}

/**
 * @file Changes of a folder that could not be made yet, in their order, and how the folder looks with them. The order is kept because
 * readers rely on it: a pointer is never on disk before what it points to.
 */
import type { Entry } from '../folders/folder';

type Bytes = Uint8Array<ArrayBuffer>;

/** Paths without `.`, `..` and slashes at their ends; '' is the folder itself. */
export type Change =
  | { readonly kind: 'write'; readonly path: string; readonly bytes: Bytes }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'remove'; readonly path: string };

export interface UnwrittenFile {
  readonly path: string;
  readonly bytes: Bytes;
}

const isIn = (path: string, folder: string): boolean => folder === '' || path === folder || path.startsWith(`${folder}/`);

export class HeldWrites {
  #changes: readonly Change[] = [];

  get isEmpty(): boolean {
    return this.#changes.length === 0;
  }
  /** The change that must be made first. */
  get first(): Change | undefined {
    return this.#changes[0];
  }
  get files(): readonly UnwrittenFile[] {
    return this.#changes.flatMap((change) => (change.kind === 'write' ? [change] : []));
  }
  get sizeBytes(): number {
    return this.files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** Of several contents of a file the last one counts; what is removed need not be written before. */
  add(change: Change): void {
    const outdated = ({ kind, path }: Change): boolean =>
      change.kind === 'remove' ? isIn(path, change.path) : change.kind === 'write' && kind === 'write' && path === change.path;
    this.#changes = [...this.#changes.filter((earlier) => !outdated(earlier)), change];
  }

  /** A change has been made. */
  drop(change: Change): void {
    this.#changes = this.#changes.filter((held) => held !== change);
  }

  bytesOf(path: string): Bytes | undefined {
    return this.files.find((file) => file.path === path)?.bytes;
  }

  /** What the changes make of a path; undefined where they do not touch it. */
  kindOf(path: string): Entry['kind'] | 'gone' | undefined {
    for (const change of this.#changes.toReversed()) {
      if (change.kind === 'write' && change.path === path) return 'file';
      if (change.kind !== 'remove' && isIn(change.path, path)) return 'folder';
      if (change.kind === 'remove' && isIn(path, change.path)) return 'gone';
    }
    return undefined;
  }

  /** The children of a folder, given those that are there without the changes. Sorted by code unit. */
  list(folder: string, there: readonly Entry[]): readonly Entry[] {
    const inside = folder === '' ? '' : `${folder}/`;
    const kinds = new Map(there.map(({ name, kind }) => [name, kind]));
    const names = new Set(kinds.keys());
    for (const { path } of this.#changes) if (path.startsWith(inside)) names.add(path.slice(inside.length).split('/')[0]);
    return [...names].sort().flatMap((name) => {
      const kind = this.kindOf(inside + name) ?? kinds.get(name);
      return kind === undefined || kind === 'gone' ? [] : [{ name, kind }];
    });
  }
}

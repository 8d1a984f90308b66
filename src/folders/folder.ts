/**
 * @file A folder as the app sees it: on the person's disk, in the browser's private file system, or in memory.
 *
 * Paths are `/`-separated, relative to the folder, without a leading slash; '' or '.' is the folder itself. Paths with `..`,
 * absolute paths and the names of `names.ts` are refused (`name-refused`).
 */

export interface Entry {
  readonly name: string;
  readonly kind: 'file' | 'folder';
}

export interface FileRef {
  readonly name: string;
  /** Inside the folder it was asked from. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Bytes from `start` (0-based) up to, not including, `end`; the whole file without arguments. */
  bytes(start?: number, end?: number): Promise<Uint8Array<ArrayBuffer>>;
}

export interface Folder {
  /** Of the opened folder; of one below it its path there, so that messages say what a line can name. */
  readonly name: string;
  /**
   * Names of a folder's children, sorted by code unit; of `most`, those that come to hand first: a folder of ten thousand takes the
   * system a second. Throws `folder-missing`.
   */
  list(path: string, most?: number): Promise<readonly Entry[]>;
  kindOf(path: string): Promise<Entry['kind'] | undefined>;
  /** Throws `file-missing`. */
  file(path: string): Promise<FileRef>;
  /** Throws `file-missing`. */
  read(path: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Replaces or makes the whole file at once (a reader never sees half of it); makes the folders above it. */
  write(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  makeFolder(path: string): Promise<void>;
  /** A file, or a folder with all it holds; nothing happens when there is none. */
  remove(path: string): Promise<void>;
  /** The same contract one or more levels down; the sub-folder need not exist yet. */
  sub(path: string): Folder;
}

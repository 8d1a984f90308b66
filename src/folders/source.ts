/** @file A folder as plain data that can be posted to a worker or kept in a database, and opened again there. */
import type { Folder } from './folder';
import { pickedFolder, placeOf } from './picked-folder';

export interface HandleSource {
  readonly kind: 'handle';
  readonly handle: FileSystemDirectoryHandle;
  /** Inside the handle; '' is the handle itself. */
  readonly path: string;
}

/** A folder that lies in the memory of the page: a worker is given one that asks the page. It goes with the page. */
export interface MemorySource {
  readonly kind: 'memory';
  readonly folder: Folder;
}

export type FolderSource = HandleSource | MemorySource;

/** The folder of a source. Nothing is read yet: a missing permission shows at the first use. */
export function openSource(source: FolderSource): Folder {
  return source.kind === 'memory' ? source.folder : pickedFolder(source.handle).sub(source.path);
}

/** What opens the folder again; undefined for folders in memory. */
export function sourceOf(folder: Folder): HandleSource | undefined {
  const place = placeOf(folder);
  return place && { kind: 'handle', ...place };
}

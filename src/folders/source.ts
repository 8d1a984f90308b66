/** @file A folder as plain data that can be posted to a worker or kept in a database, and opened again there. */
import type { Folder } from './folder';
import { pickedFolder, placeOf } from './picked-folder';

export interface FolderSource {
  readonly kind: 'handle';
  readonly handle: FileSystemDirectoryHandle;
  /** Inside the handle; '' is the handle itself. */
  readonly path: string;
}

/** The folder of a source. Nothing is read yet: a missing permission shows at the first use. */
export function openSource(source: FolderSource): Folder {
  return pickedFolder(source.handle).sub(source.path);
}

/** What opens the folder again; undefined for folders in memory. */
export function sourceOf(folder: Folder): FolderSource | undefined {
  const place = placeOf(folder);
  return place && { kind: 'handle', ...place };
}

/** @file Files that came without a handle (`<input webkitdirectory>`, a drop in browsers that know no folders) → a folder. */
import { AppError } from '../base/errors';
import { type Issue, issueOf } from '../base/issues';
import type { Progress } from '../base/job';
import type { Folder } from './folder';
import { folderError } from './handle-errors';
import { joinPath, splitPath } from './names';

export interface UploadOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface Uploaded {
  /** Paths inside the folder. */
  readonly written: readonly string[];
  /** Files left out because of their names (`name-refused`). */
  readonly issues: readonly Issue[];
}

/** The path of a file inside the folder that was chosen, whose own name comes first in what the browser tells. */
function pathInside(file: File): string {
  return file.webkitRelativePath.split('/').slice(1).join('/') || file.name;
}

/**
 * Copies files into `path`, under the paths they had in the chosen folder. Files with refused names are left out and told; errors
 * of reading and writing end it, and what was copied stays.
 */
export async function uploadFiles(
  files: readonly File[],
  folder: Folder,
  path: string,
  { signal, onProgress }: UploadOptions = {},
): Promise<Uploaded> {
  const written: string[] = [];
  const issues: Issue[] = [];
  for (const [done, file] of files.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ stage: 'copy', done, total: files.length, unit: 'files' });
    try {
      const target = joinPath(path, splitPath(pathInside(file)).join('/'));
      await folder.write(target, new Uint8Array(await file.arrayBuffer()));
      written.push(target);
    } catch (error) {
      const known = folderError(error, { action: 'read', path: pathInside(file), folder: folder.name });
      if (!(known instanceof AppError) || known.code !== 'name-refused') throw known;
      issues.push(issueOf(known, 'warning'));
    }
  }
  onProgress?.({ stage: 'copy', done: files.length, total: files.length, unit: 'files' });
  return { written, issues };
}

/** @file Folders of the person that cannot be looked into: told, and taken for empty, so that they do not hide the rest. */
import { AppError } from '../base/errors';
import { type Issue, issueOf } from '../base/issues';
import type { Entry, Folder } from './folder';
import { checkName, joinPath } from './names';

/** Says once more whether the opened folder itself can be read: then it is only the one below it that cannot. */
async function isOpen(folder: Folder): Promise<boolean> {
  return folder.list('').then(
    () => true,
    () => false,
  );
}

/**
 * Names of a folder's children. A folder below the opened one that has a name which is not taken, or that the system does not let
 * us read, is told as a warning and has none. `most`: as for `list`. Throws what `list` throws when the opened folder itself cannot be read.
 */
export async function listOrTell(
  folder: Folder,
  path: string,
  tell: (issue: Issue) => void,
  most?: number,
): Promise<readonly Entry[]> {
  try {
    return await folder.list(path, most);
  } catch (error) {
    if (path === '' || !(error instanceof AppError) || !(await isOpen(folder))) throw error;
    tell(issueOf(error, 'warning'));
    return [];
  }
}

/** False, after a warning, for a name in the folder `path` that is not taken (`names.ts`). */
export function isTaken(name: string, path: string, tell: (issue: Issue) => void): boolean {
  try {
    checkName(name, joinPath(path, name));
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    tell(issueOf(error, 'warning'));
    return false;
  }
}

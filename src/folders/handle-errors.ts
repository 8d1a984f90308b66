/** @file What the browser says when a file cannot be reached → an error that names the path and the way out. */
import { AppError, appError } from '../base/errors';

export interface HandleAction {
  readonly action: 'read' | 'write';
  readonly path: string;
  readonly folder: string;
}

/** The name of a browser error; '' for anything else. */
function nameOf(error: unknown): string {
  return error instanceof DOMException ? error.name : '';
}

/** Nothing is there under that name. */
export function isMissing(error: unknown): boolean {
  return nameOf(error) === 'NotFoundError';
}

/** A file is where a folder was expected, or the other way round. */
export function isOtherKind(error: unknown): boolean {
  return nameOf(error) === 'TypeMismatchError';
}

const reasons: Readonly<Record<string, string>> = {
  NotReadableError: 'it was changed or locked after it was opened',
  NoModificationAllowedError: 'another tab or program is writing it',
  InvalidStateError: 'it was changed after it was opened',
  InvalidModificationError: 'the system refused the change',
  UnknownError: 'the drive reported a fault',
};

/**
 * The catalogue's error for a failed call on a handle, with the browser's error as its cause: `permission-withdrawn`,
 * `folder-gone`, `disk-full`, `name-refused`, `file-unreadable`. Errors that it does not know come back unchanged.
 */
export function folderError(error: unknown, { action, path, folder }: HandleAction): unknown {
  if (error instanceof AppError) return error;
  const details = { where: path, cause: error };
  const name = nameOf(error);
  if (name === 'NotAllowedError' || name === 'SecurityError') {
    return appError('permission-withdrawn', { action, path, folder }, details);
  }
  if (name === 'NotFoundError') return appError('folder-gone', { path, folder }, details);
  if (name === 'QuotaExceededError') return appError('disk-full', { path, folder }, details);
  if (error instanceof TypeError && /\bname\b/i.test(error.message)) {
    const last = path.slice(path.lastIndexOf('/') + 1);
    return appError('name-refused', { name: last, reason: 'this browser or system does not allow it' }, details);
  }
  const reason = reasons[name];
  return reason === undefined ? error : appError('file-unreadable', { action, path, folder, reason }, details);
}

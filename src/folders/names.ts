/**
 * @file Which names of files and folders are taken, and how paths are cut into names.
 *
 * Names come from zip files, dropped folders and option files, so they are data: anything that could leave the opened folder,
 * hide what it is, or not exist on another system is refused here, once, for every kind of folder.
 */
import { appError } from '../base/errors';

const windowsDevice = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;
const control = /\p{Cc}/u;
/** Marks that reorder or hide text (Unicode Bidi_Control, line separators, byte order mark). */
const bidi = /[\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/u;
const longestName = 255;
const utf8 = new TextEncoder();

/** Why a single name is refused, as the end of a sentence; undefined when it is fine. */
function nameProblem(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (name === '.' || name === '..') return 'it points to another folder';
  if (name.includes('\0')) return 'it contains a NUL character';
  if (/[/\\]/.test(name)) return 'it contains a slash or a backslash';
  if (/^[a-z]:/i.test(name)) return 'it starts with a drive letter';
  if (control.test(name)) return 'it contains a control character';
  if (bidi.test(name)) return 'it contains a character that changes the direction of text';
  if (/\p{Cs}/u.test(name)) return 'it is not well-formed Unicode';
  if (windowsDevice.test(name)) return 'Windows keeps this name for a device';
  if (/[. ]$/.test(name)) return 'it ends with a dot or a space';
  if (utf8.encode(name).length > longestName) return `it is longer than ${longestName} bytes`;
  return undefined;
}

/** What is shown of a refused name: no characters that could disturb the text around it, at most 80 of them. */
function shown(name: string): string {
  const clean = name.replace(new RegExp(`${control.source}|${bidi.source}`, 'gu'), '\ufffd');
  return clean.length > 80 ? `${clean.slice(0, 79)}…` : clean;
}

/** Throws `name-refused` for a single name that is not taken. `where`: what the message is about. */
export function checkName(name: string, where: string): void {
  const reason = nameProblem(name);
  if (reason !== undefined) throw appError('name-refused', { name: shown(name), reason }, { where });
}

/**
 * The names of a path, checked; `''`, `'.'` and `'./'` are the folder itself and give none. Single dots and doubled or trailing
 * slashes are dropped. Throws `name-refused` (absolute paths, `..`, and names that are not taken).
 */
export function splitPath(path: string): string[] {
  if (path.startsWith('/')) {
    throw appError('name-refused', { name: shown(path), reason: 'it is an absolute path' }, { where: shown(path) });
  }
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  for (const name of names) checkName(name, shown(path));
  return names;
}

/** Joins paths with `/`, leaving out empty parts and the folder itself. */
export function joinPath(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '' && part !== '.').join('/');
}

/** The path without its last name; '' for a name alone. */
export function parentOf(path: string): string {
  return path.split('/').slice(0, -1).join('/');
}

/** Two names that are the same letters in another Unicode form have the same key. */
export function nameKey(name: string): string {
  return name.normalize('NFC');
}

/** @file A path that is not there: what lies where it was looked for, so that the way out names something that exists. */
import type { AppError } from '../base/errors';
import { neighbours } from '../base/neighbours';
import type { Folder } from '../folders/folder';
import { joinPath } from '../folders/names';

const codes: readonly string[] = ['file-missing', 'folder-missing', 'caps-missing', 'maps-missing'];
/** Names shown of a longer list, nearest first. */
const shown = 5;

/** The way out of an error: the error's own, or for a path that is not there the names that are. */
export async function wayOut(error: AppError, workspace: Folder): Promise<string> {
  if (!codes.includes(error.code) || error.where === undefined) return error.hint;
  try {
    return (await namesNear(error.where, error.code === 'file-missing' ? 'file' : 'folder', workspace)) ?? error.hint;
  } catch {
    return error.hint; // the folder itself is gone, or the path is one that no folder takes
  }
}

/** A folder was given where a file is read. */
async function filesIn(path: string, workspace: Folder): Promise<string | undefined> {
  const names = (await workspace.list(path)).flatMap(({ name, kind }) => (kind === 'file' ? [joinPath(path, name)] : []));
  if (names.length === 0) return undefined;
  return `"${path}" is a folder; give a file, such as ${names.slice(0, shown).join(', ')}${names.length > shown ? ', …' : ''}.`;
}

async function namesNear(path: string, kind: 'file' | 'folder', workspace: Folder): Promise<string | undefined> {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  let depth = 0;
  while (depth < parts.length && (await workspace.kindOf(parts.slice(0, depth + 1).join('/'))) === 'folder') depth++;
  const parent = parts.slice(0, depth).join('/');
  if (depth === parts.length) return kind === 'file' ? filesIn(parent, workspace) : undefined;
  if (kind === 'folder' && depth > 0 && depth === parts.length - 1 && (await workspace.kindOf(path)) === 'file')
    return `"${path}" is a file; give a folder, such as "${parent}", in which it lies.`;
  const wanted = depth === parts.length - 1 ? kind : 'folder';
  const ending = /\.[^.]+$/.exec(parts[depth])?.[0];
  const there = (await workspace.list(parent)).filter(({ name, kind: found }) => found === wanted && !name.startsWith('.'));
  const names = there
    .map(({ name }) => name)
    .filter((name) => wanted === 'folder' || ending === undefined || name.endsWith(ending));
  const place = parent === '' ? 'the opened folder' : `"${parent}"`;
  if (names.length === 0) return undefined;
  const near = neighbours(parts[depth], names);
  const sorted = [...near, ...names.filter((name) => !near.includes(name))].slice(0, shown).map((name) => joinPath(parent, name));
  const more = names.length > shown ? ', …' : '';
  return `Give one that is there; ${place} has ${sorted.join(', ')}${more}.`;
}

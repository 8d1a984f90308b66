/** @file A path that is not there: what lies where it was looked for, so that the way out names something that exists. */
import type { AppError } from '../base/errors';
import { neighbours } from '../base/neighbours';
import type { Folder } from '../folders/folder';
import { joinPath } from '../folders/names';
import { findStudies } from './find-studies';

const codes: readonly string[] = ['file-missing', 'folder-missing', 'caps-missing', 'maps-missing'];
/** What is looked for in the whole opened folder. */
const kinds = { 'caps-missing': { list: 'caps', name: 'the CAPS' }, 'maps-missing': { list: 'maps', name: 'the MAPS' } } as const;
/** Names shown of a longer list, nearest first. */
const shown = 5;

/** The way out of an error: the error's own, or for a path that is not there the names that are. */
export async function wayOut(error: AppError, workspace: Folder): Promise<string> {
  if (!codes.includes(error.code) || error.where === undefined) return error.hint;
  try {
    const asked = kinds[error.code as keyof typeof kinds];
    const found = asked === undefined ? [] : (await findStudies(workspace, new AbortController().signal))[asked.list];
    if (asked !== undefined && found.length > 0 && (await workspace.kindOf(error.where)) !== 'file')
      return `Give one that is there; the opened folder has ${asked.name} ${listed(error.where, found)}.`;
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
  const paths = names.map((name) => joinPath(parent, name));
  return `Give one that is there; ${place} has ${listed(joinPath(parent, parts[depth]), paths)}.`;
}

/** The nearest of the paths first, and no more than can be read at a glance. */
function listed(asked: string, paths: readonly string[]): string {
  const near = neighbours(asked, paths);
  const sorted = [...near, ...paths.filter((path) => !near.includes(path))].slice(0, shown);
  return `${sorted.join(', ')}${paths.length > shown ? ', …' : ''}`;
}

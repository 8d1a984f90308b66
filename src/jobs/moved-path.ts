/** @file Paths in the files of a MAPS: often those of another machine, where the same study lay in another place. */
import { appError } from '../base/errors';
import type { JobContext } from './job-context';

const isAbsolute = (path: string): boolean => /^([/\\]|[A-Za-z]:[/\\])/.test(path);

/**
 * The path inside the workspace that a remembered path means: itself, or for an absolute one the longest end of it that is there
 * (`/data/study/caps` → `study/caps` or `caps`), which is said in the log. Throws `path-elsewhere` when there is none.
 */
export async function movedPath(path: string, context: Pick<JobContext, 'workspace' | 'log'>): Promise<string> {
  if (!isAbsolute(path)) return path;
  const parts = path.split(/[/\\]/).filter((part) => part !== '' && !/^[A-Za-z]:$/.test(part));
  for (let from = 0; from < parts.length; from++) {
    const end = parts.slice(from).join('/');
    if ((await context.workspace.kindOf(end)) === undefined) continue;
    context.log(`"${path}" is taken to be "${end}" in the opened folder.`);
    return end;
  }
  throw appError('path-elsewhere', { path, folder: context.workspace.name }, { where: path });
}

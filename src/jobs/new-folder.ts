/**
 * @file A new folder with many files, written wholly or not at all. A tab that is killed leaves a part of it, with a mark that the same
 * command knows and begins again from.
 */
import { appError } from '../base/errors';
import { joinPath } from '../folders/names';
import { undoNewFolder } from './change-at-once';
import type { JobContext } from './job-context';

/** Lies in the folder until it is whole. */
const unfinishedFile = 'unfinished.txt';
const encoder = new TextEncoder();

export interface NewFolder {
  readonly path: string;
  /** What is written, as the beginning of a sentence: `A simulation`. */
  readonly what: string;
  /** What the folder may hold when it is unfinished: with anything else in it, it is left alone. */
  readonly ownNames: readonly string[];
}

/** Names of what a killed tab left, when nothing else lies beside it; null when there is no such folder. */
async function unfinishedIn(
  { workspace }: Pick<JobContext, 'workspace'>,
  { path, ownNames }: NewFolder,
): Promise<string[] | null> {
  if ((await workspace.kindOf(joinPath(path, unfinishedFile))) !== 'file') return null;
  const names = (await workspace.list(path)).map(({ name }) => name).filter((name) => name !== unfinishedFile);
  return names.some((name) => !ownNames.includes(name)) ? null : names;
}

/** Throws `path-taken` for a file, `folder-not-empty` for a folder with anything in it but what a killed tab left. */
export async function checkNew(folder: NewFolder, { workspace }: Pick<JobContext, 'workspace'>): Promise<void> {
  const { path } = folder;
  const kind = await workspace.kindOf(path);
  if (kind === undefined || (kind === 'folder' && (await workspace.list(path)).length === 0)) return;
  if (kind === 'file')
    throw appError('path-taken', { path, folder: workspace.name, found: 'file', expected: 'folder' }, { where: path });
  if ((await unfinishedIn({ workspace }, folder)) === null) throw appError('folder-not-empty', { path }, { where: path });
}

async function removeUnfinished(context: JobContext, folder: NewFolder): Promise<void> {
  const names = await unfinishedIn(context, folder);
  if (names === null) return;
  const { workspace, log } = context;
  const { path, what } = folder;
  log(`${what} into ${path} was cut off before its end: it begins again.`);
  // The mark goes last: it tells of the rest as long as there is any.
  for (const name of [...names, unfinishedFile]) await workspace.remove(joinPath(path, name));
}

/** Throws `folder-not-empty`, and what `write` throws, after all that was written is taken away again. */
export async function writeNew<T>(folder: NewFolder, context: JobContext, write: () => Promise<T>): Promise<T> {
  const { workspace } = context;
  const { path, what } = folder;
  await checkNew(folder, context);
  await removeUnfinished(context, folder);
  const takeAway = await undoNewFolder(workspace, path);
  const mark = joinPath(path, unfinishedFile);
  const text = `${what} is being written here, or was cut off. The same command begins it again.\n`;
  try {
    await workspace.write(mark, encoder.encode(text));
    const result = await write();
    await workspace.remove(mark);
    return result;
  } catch (error) {
    await takeAway().catch(() => {}); // a disk that is gone: the first error tells of it
    throw error;
  }
}

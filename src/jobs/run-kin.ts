/** @file Is the MAPS that goes on the one whose run the browser keeps, or a copy of it? Both have the mark of the same run. */
import { AppError } from '../base/errors';
import type { RunRecord } from '../checkpoints/store';
import type { Folder } from '../folders/folder';
import { splitPath } from '../folders/names';
import { type HandleSource, openSource, sourceOf } from '../folders/source';
import type { JobContext } from './job-context';
import { marksOf } from './run-record';
import { realFolder } from './stand-in';

/**
 * `own`: the MAPS of the run, where it was or moved. `copy`: the run's own MAPS lies elsewhere, unfinished too. `unsure`: the folder
 * that the run was begun in cannot be looked into now.
 */
export type Kin = 'own' | 'copy' | 'unsure';

const sameNames = (a: string, b: string): boolean => splitPath(a).join('/') === splitPath(b).join('/');

/** Path of one place seen from another's handle; null when it does not lie in it. */
async function pathFrom(root: HandleSource, place: HandleSource): Promise<string | null> {
  const down = await root.handle.resolve(place.handle);
  return down === null ? null : [...down, ...splitPath(place.path)].join('/');
}

/** True when both are the same folder, opened as it may be. */
async function isSamePlace(a: HandleSource, b: HandleSource): Promise<boolean> {
  const below = await pathFrom(a, b);
  if (below !== null) return sameNames(below, a.path);
  const above = await pathFrom(b, a);
  return above !== null && sameNames(above, b.path);
}

async function hasMark(maps: Folder, runId: string): Promise<boolean> {
  if ((await maps.kindOf('')) !== 'folder') return false;
  return [...(await marksOf(maps)).values()].some(({ id }) => id === runId);
}

/** Of the MAPS at `path`, which has the mark of the run. */
export async function kinOf(
  record: Pick<RunRecord, 'workspace' | 'maps'>,
  { runId, path }: { readonly runId: string; readonly path: string },
  { workspace }: Pick<JobContext, 'workspace'>,
): Promise<Kin> {
  const here = sourceOf(realFolder(workspace).sub(path));
  const { workspace: begunIn, maps } = record;
  // A folder in memory is in no other place.
  if (begunIn === null || here === undefined) {
    if (sameNames(maps, path)) return 'own';
    return (await hasMark(workspace.sub(maps), runId)) ? 'copy' : 'own';
  }
  const there = sourceOf(openSource(begunIn).sub(maps));
  try {
    if (there === undefined || (await isSamePlace(here, there))) return 'own';
    const folder = openSource(begunIn);
    await folder.list(''); // a folder that is gone may lie on a drive that comes back
    return (await hasMark(folder.sub(maps), runId)) ? 'copy' : 'own';
  } catch (error) {
    if (error instanceof AppError) return 'unsure';
    throw error;
  }
}

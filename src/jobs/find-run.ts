/** @file Where the MAPS of an interrupted run lies now: it may have been moved or renamed. */
import type { Folder } from '../folders/folder';
import { joinPath } from '../folders/names';
import { parametersFile } from '../maps/layout';
import { findStudies } from './find-studies';
import { marksOf } from './run-record';

export interface RunRequest {
  readonly runId: string;
  /** Where it lay. */
  readonly maps: string;
}

/** The path of its MAPS in the opened folder; null when there is none, or only what was begun before its maps.json. */
export async function findRun({ runId, maps }: RunRequest, workspace: Folder, signal: AbortSignal): Promise<string | null> {
  const idsIn = async (path: string): Promise<string[]> => [...(await marksOf(workspace.sub(path))).values()].map(({ id }) => id);
  if ((await workspace.kindOf(joinPath(maps, parametersFile))) === 'file') {
    const ids = await idsIn(maps);
    if (ids.length === 0 || ids.includes(runId)) return maps;
  }
  for (const path of (await findStudies(workspace, signal)).maps) if ((await idsIn(path)).includes(runId)) return path;
  return null;
}

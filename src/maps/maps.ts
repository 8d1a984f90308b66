/** @file The MAPS folder as a whole: create, open, and what is in it. */
import { appError } from '../base/errors';
import type { Folder } from '../folders/folder';
import { joinPath, parentOf } from '../folders/names';
import { readJson } from '../formats/json';
import {
  bestFolder,
  environmentFile,
  metricsName,
  type PredictionLevel,
  parametersFile,
  predictionName,
  splitFolder,
} from './layout';
import { isOlderResults } from './older-results';

export type SplitPrefix = 'split' | 'fold';

/** `path`: of the MAPS, as a person gave it. Throws `maps-missing` when the folder holds no maps.json, `older-results` when ClinicaDL 0.2 wrote it. */
export async function readParameters(maps: Folder, path: string = maps.name): Promise<Record<string, unknown>> {
  if ((await maps.kindOf(parametersFile)) !== 'file') {
    if (await isOlderResults(maps)) throw appError('older-results', { maps: path }, { where: path });
    throw appError('maps-missing', { maps: path }, { where: path });
  }
  const where = `${path}/${parametersFile}`;
  const value = readJson(await maps.read(parametersFile), { where });
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw appError('maps-missing', { maps: path }, { where });
  return value as Record<string, unknown>;
}

/** The text of environment.txt; '' without one. */
export async function readEnvironment(maps: Folder): Promise<string> {
  return (await maps.kindOf(environmentFile)) === 'file' ? new TextDecoder().decode(await maps.read(environmentFile)) : '';
}

/** Throws `path-taken` for a file, `maps-not-empty` for a folder that is not empty, `maps-inside` for one inside a MAPS. */
export async function checkEmpty(workspace: Folder, path: string): Promise<void> {
  for (let above = parentOf(path); above !== ''; above = parentOf(above)) {
    if ((await workspace.kindOf(joinPath(above, parametersFile))) !== 'file') continue;
    const beside = joinPath(parentOf(above), path.split('/').at(-1)!);
    throw appError('maps-inside', { path, maps: above, beside }, { where: path });
  }
  const kind = await workspace.kindOf(path);
  if (kind === undefined) return;
  if (kind === 'file')
    throw appError('path-taken', { path, folder: workspace.name, found: 'file', expected: 'folder' }, { where: path });
  if ((await workspace.list(path)).length > 0) throw appError('maps-not-empty', { path }, { where: path });
}

/** `fold` when any `fold-*` folder exists (older versions), else `split`. */
export async function splitPrefix(maps: Folder): Promise<SplitPrefix> {
  return (await maps.list('')).some((entry) => /^fold-\d+$/.test(entry.name)) ? 'fold' : 'split';
}

/** Trained split numbers, ascending. */
export async function listSplits(maps: Folder): Promise<number[]> {
  const numbers: number[] = [];
  for (const entry of await maps.list('')) {
    const match = /^(?:split|fold)-(\d+)$/.exec(entry.name);
    if (match !== null && entry.kind === 'folder') numbers.push(Number(match[1]));
  }
  return numbers.sort((a, b) => a - b);
}

/** Selection metrics that have a best model in a split, sorted. */
export async function listMetrics(maps: Folder, split: number, prefix: SplitPrefix = 'split'): Promise<string[]> {
  const folder = splitFolder(split, prefix);
  if ((await maps.kindOf(folder)) !== 'folder') return [];
  return (await maps.list(folder)).filter((entry) => entry.name.startsWith('best-')).map((entry) => entry.name.slice(5));
}

/** Groups with results of one best model, sorted. */
export async function listResults(maps: Folder, split: number, metric: string, prefix: SplitPrefix = 'split'): Promise<string[]> {
  const folder = bestFolder(split, metric, prefix);
  if ((await maps.kindOf(folder)) !== 'folder') return [];
  return (await maps.list(folder)).filter((entry) => entry.kind === 'folder').map((entry) => entry.name);
}

const levels: readonly PredictionLevel[] = ['image', 'patch', 'roi', 'slice'];

/** Levels at which a group has predictions, and whether it has metrics there. */
export async function listLevels(
  maps: Folder,
  folder: string,
  group: string,
): Promise<{ readonly level: PredictionLevel; readonly metrics: boolean }[]> {
  const names = new Set((await maps.list(folder)).map((entry) => entry.name));
  return levels
    .filter((level) => names.has(predictionName(group, level)))
    .map((level) => ({ level, metrics: names.has(metricsName(group, level)) }));
}

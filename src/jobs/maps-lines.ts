/** @file The line of a method of MapsManager that runs a command. */
import { appError } from '../base/errors';
import type { Folder } from '../folders/folder';
import { listSplits, readParameters } from '../maps/maps';
import { isUnfinished } from '../maps/maps-writer';
import { printCommandLine } from '../options/derive/argv';
import { checkCommand } from '../options/derive/check';
import { modernMapsJson } from '../options/derive/maps-json-versions';
import type { RunningMethod } from '../options/maps-method-names';
import { mapsMethods, optionsOfMethod } from '../options/maps-methods';
import { mapsSummary } from './maps-queries';

type Values = Readonly<Record<string, unknown>>;

/**
 * Throws `splits-exist` (train), `split-not-begun` (resume), what reading the MAPS throws, and what the command says of its options.
 * Where Python takes the batch size of the training, or the best models that there are, the line says which.
 */
export async function lineOfMethod(method: RunningMethod, path: string, values: Values, workspace: Folder): Promise<string> {
  const maps = workspace.sub(path);
  const parameters = modernMapsJson(await readParameters(maps));
  const { overwrite, ...given } = optionsOfMethod(method, values);
  const options: Record<string, unknown> = { input_maps_directory: path, ...given };
  const asked = (given.split ?? []) as readonly number[];
  const refuse = (code: 'splits-exist' | 'split-not-begun', splits: readonly number[]): void => {
    if (splits.length > 0) throw appError(code, { maps: path, splits: splits.join(', ') }, { where: path });
  };
  if (method === 'train') {
    const there = await listSplits(maps);
    if (overwrite !== true) refuse('splits-exist', asked.length === 0 ? there : asked.filter((split) => there.includes(split)));
    options.anew = true;
  }
  if (method === 'resume') {
    const over: number[] = [];
    for (const split of asked) if (!(await isUnfinished(maps, split))) over.push(split);
    refuse('split-not-begun', over);
  }
  if (method === 'predict' || method === 'interpret') {
    if (overwrite !== undefined) options.overwrite = overwrite;
    if (typeof parameters.batch_size === 'number') options.batch_size ??= parameters.batch_size;
  }
  if (method === 'interpret') options.selection_metrics ??= (await mapsSummary(workspace, path)).metrics;
  const { command } = mapsMethods[method];
  return printCommandLine(command, checkCommand(command, options));
}

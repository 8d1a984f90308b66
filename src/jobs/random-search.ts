/** @file `random-search`: draws a network and options of its training, and trains it into a MAPS of the launch directory. */
import { appError } from '../base/errors';
import { PythonRandom } from '../base/python-random';
import { checkName, joinPath } from '../folders/names';
import { searchFiles } from '../maps/search-record';
import { checkCommand } from '../options/derive/check';
import { readSearchSpace, type SearchSpace } from '../options/derive/search-space';
import { type RandomSearchOptions, searchFile } from '../options/random-search';
import { type TrainOptions, trainOptions } from '../options/train';
import { drawSearch } from './draw-search';
import type { Job } from './job-context';
import { writeSearchRuns } from './search-runs';
import { type TrainResult, trainNew } from './train';

export interface SearchResult extends TrainResult {
  readonly seed: number;
  readonly drawn: Readonly<Record<string, unknown>>;
}

const anySeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0];

/** Options of the file that are no exponents in a training, but are here. */
function tellExponents({ training }: SearchSpace, log: (line: string) => void): void {
  for (const key of ['learning_rate', 'weight_decay']) {
    const least = [training[key]].flat()[0];
    if (typeof least === 'number' && least < 1)
      log(`${key} of a random search is the x of 10⁻ˣ: ${least} stands for ${10 ** -least}. Write 4 for 0.0001.`);
  }
}

export const randomSearchJob: Job<RandomSearchOptions, SearchResult> = async (options, context) => {
  const { launch_directory, name } = options;
  checkName(name, 'NAME');
  const path = joinPath(launch_directory, searchFile);
  if ((await context.workspace.kindOf(path)) !== 'file') throw appError('search-file-missing', { path }, { where: path });
  const toml = await context.workspace.read(path);
  const space = readSearchSpace(toml, path);
  for (const key of space.twice) context.log(`${key} stands twice in ${searchFile}: that outside of [Random_Search] is taken.`);
  tellExponents(space, context.log);
  const seed = options.seed ?? anySeed();
  const { training, record, drawn } = drawSearch(space, new PythonRandom(seed));
  const told = Object.entries(drawn).map(([key, value]) => `${key} ${String(value)}`);
  context.log(`Drawn with seed ${seed}: ${told.length === 0 ? 'nothing, as no value is a list' : told.join(', ')}.`);
  const { task, caps_directory, preprocessing_json, tsv_path: tsv_directory } = space;
  const output_maps_directory = joinPath(launch_directory, name);
  const { architecture: _forced, ...rest } = training;
  if (_forced !== undefined)
    context.log(`architecture = ${String(_forced)} has no effect: a random search trains RandomArchitecture.`);
  const checked = checkCommand(`train ${task}`, {
    ...rest,
    caps_directory,
    preprocessing_json,
    tsv_directory,
    output_maps_directory,
  });
  const drawnOptions: TrainOptions = { ...trainOptions(task, checked), ...record, architecture: 'RandomArchitecture' };
  const result = await trainNew(drawnOptions, context, { files: searchFiles(toml, { seed, drawn }) });
  await writeSearchRuns(context.workspace.sub(launch_directory));
  return { ...result, seed, drawn };
};

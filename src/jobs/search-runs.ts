/** @file The runs of a random search side by side: what each drew, and how its networks do on the validation groups. */
import { printCell } from '../base/python-number';
import type { Folder } from '../folders/folder';
import { metricsName, resultsFolder } from '../maps/layout';
import { listMetrics, listSplits, readParameters } from '../maps/maps';
import { readMetrics } from '../maps/metrics-file';
import { readSearchNote, type SearchNote } from '../maps/search-record';
import { writeTextTable } from '../maps/text-table';
import { modeOf } from './result-view';

/** In the launch directory, beside the runs. */
export const searchRunsFile = 'random_search.tsv';

export interface SearchRun extends SearchNote {
  /** Of the MAPS in the launch directory. */
  readonly name: string;
  /** Splits that are trained and measured; the values below are means over these, null without any. */
  readonly splits: number;
  /** On the validation groups, by the best networks of the first selection metric; by name, e.g. `BA`, `loss`. */
  readonly validation: Readonly<Record<string, number>> | null;
}

/** What is shown of the metrics of a task; the first of each list that a table has. */
const shownMetrics = ['BA', 'MAE', 'loss'];

async function measured(maps: Folder): Promise<Pick<SearchRun, 'splits' | 'validation'>> {
  const mode = modeOf(await readParameters(maps), maps.name);
  const sums = new Map<string, number>();
  let splits = 0;
  for (const split of await listSplits(maps)) {
    const [metric] = await listMetrics(maps, split);
    if (metric === undefined) continue;
    const path = `${resultsFolder(split, metric, 'validation')}/${metricsName('validation', mode)}`;
    if ((await maps.kindOf(path)) !== 'file') continue;
    splits++;
    for (const { name, value } of readMetrics(new TextDecoder().decode(await maps.read(path))))
      if (shownMetrics.includes(name)) sums.set(name, (sums.get(name) ?? 0) + value);
  }
  const means = shownMetrics.flatMap((name) => (sums.has(name) ? [[name, (sums.get(name) ?? 0) / splits] as const] : []));
  return { splits, validation: splits === 0 ? null : Object.fromEntries(means) };
}

/** Every run of the folder, by name. */
export async function searchRuns(launch: Folder): Promise<SearchRun[]> {
  const runs: SearchRun[] = [];
  for (const { name, kind } of await launch.list('')) {
    if (kind !== 'folder') continue;
    const maps = launch.sub(name);
    const note = await readSearchNote(maps);
    if (note !== null) runs.push({ name, ...note, ...(await measured(maps)) });
  }
  return runs;
}

/** Writes the table of all runs into the launch directory. */
export async function writeSearchRuns(launch: Folder): Promise<void> {
  const runs = await searchRuns(launch);
  const drawn = [...new Set(runs.flatMap((run) => Object.keys(run.drawn)))];
  const metrics = shownMetrics.filter((name) => runs.some(({ validation }) => validation?.[name] !== undefined));
  const cell = (value: unknown): string => (typeof value === 'number' ? printCell(value) : String(value ?? ''));
  const rows = runs.map((run) => [
    run.name,
    String(run.seed),
    ...drawn.map((key) => cell(run.drawn[key])),
    String(run.splits),
    ...metrics.map((name) => cell(run.validation?.[name])),
  ]);
  const header = ['name', 'seed', ...drawn, 'splits', ...metrics.map((name) => `validation_${name}`)];
  await launch.write(searchRunsFile, writeTextTable(header, rows));
}

/** @file The learning curves of a split for the page: training.tsv, and over how many batches its losses are summed. Reads only. */
import type { Folder } from '../folders/folder';
import { placeOfGroup } from '../maps/groups';
import { predictionName, resultsFolder, splitFolder } from '../maps/layout';
import { listMetrics, readParameters, type SplitPrefix, splitPrefix } from '../maps/maps';
import { readTextTable } from '../maps/text-table';
import { readTrainingLog } from '../maps/training-log';
import { modeOf } from './result-view';

export interface CurveView {
  readonly columns: readonly string[];
  /** One row per evaluation; NaN where the cell is no number. */
  readonly rows: readonly (readonly number[])[];
  /** Batches of one pass over each group; null where the MAPS does not tell. */
  readonly batches: { readonly train: number | null; readonly valid: number | null };
  /** Logs of single networks, where each element has its own: not among the rows. */
  readonly networkLogs: number;
}

/** `training.tsv` of a split as numbers; empty when the split has none. */
export async function trainingCurves(
  workspace: Folder,
  { path, split }: { readonly path: string; readonly split: number },
): Promise<CurveView> {
  const maps = workspace.sub(path);
  const prefix = await splitPrefix(maps);
  const folder = `${splitFolder(split, prefix)}/training_logs`;
  const file = `${folder}/training.tsv`;
  if ((await maps.kindOf(folder)) !== 'folder' || (await maps.kindOf(file)) !== 'file') {
    const names = (await maps.kindOf(folder)) === 'folder' ? await maps.list(folder) : [];
    const networkLogs = names.filter(({ name }) => /^network-\d+$/.test(name)).length;
    return { columns: [], rows: [], batches: { train: null, valid: null }, networkLogs };
  }
  const log = readTrainingLog(await maps.read(file), file);
  const parameters = await readParameters(maps);
  const batchSize = Number(parameters.batch_size);
  const batchesOf = async (group: 'train' | 'validation'): Promise<number | null> => {
    const elements = await elementsOf(maps, { group, split, prefix }, parameters);
    return elements === null || !(batchSize >= 1) ? null : Math.ceil(elements / batchSize);
  };
  return {
    columns: log.header,
    rows: log.rows.map((row) => row.map((cell) => (cell === '' ? Number.NaN : Number(cell)))),
    batches: { train: await batchesOf('train'), valid: await batchesOf('validation') },
    networkLogs: 0,
  };
}

interface GroupPlace {
  readonly group: 'train' | 'validation';
  readonly split: number;
  readonly prefix: SplitPrefix;
}

/** Elements of a group: the rows of its predictions; before there are any, its images, where each is one element or has a known number. */
async function elementsOf(
  maps: Folder,
  { group, split, prefix }: GroupPlace,
  parameters: Readonly<Record<string, unknown>>,
): Promise<number | null> {
  const mode = modeOf(parameters, maps.name);
  for (const metric of await listMetrics(maps, split, prefix)) {
    const predictions = `${resultsFolder(split, metric, group, prefix)}/${predictionName(group, mode)}`;
    if ((await maps.kindOf(predictions)) === 'file') return rowsOf(maps, predictions);
  }
  const table = `${await placeOfGroup(maps, group, split)}/data.tsv`;
  const perImage = mode === 'image' ? 1 : mode === 'roi' ? regionsOf(parameters) : null;
  if (perImage === null || (await maps.kindOf(table)) !== 'file') return null;
  return perImage * (await rowsOf(maps, table));
}

async function rowsOf(maps: Folder, path: string): Promise<number> {
  return readTextTable(await maps.read(path), path).rows.length;
}

function regionsOf({ preprocessing_dict: extraction }: Readonly<Record<string, unknown>>): number | null {
  const regions = (extraction as { readonly roi_list?: unknown } | undefined)?.roi_list;
  return Array.isArray(regions) && regions.length > 0 ? regions.length : null;
}

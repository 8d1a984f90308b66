/** @file The learning curves of a split for the page: training.tsv, and over how many batches its losses are summed. Reads only. */
import type { Folder } from '../folders/folder';
import { placeOfGroup } from '../maps/groups';
import { logsFolder, type NetworkNumber, predictionName, resultsFolder, targetLogFile, trainingLogFile } from '../maps/layout';
import { listMetrics, readParameters, type SplitPrefix, splitPrefix } from '../maps/maps';
import { readTextTable } from '../maps/text-table';
import { readTargetLog, readTrainingLog, type TrainingLog } from '../maps/training-log';
import { modeOf } from './result-view';

export interface CurveRequest {
  readonly path: string;
  readonly split: number;
  /** Of several networks; the first when it is not given. */
  readonly network?: number;
}

interface BatchCounts {
  readonly train: number | null;
  readonly valid: number | null;
}

export interface CurveView {
  readonly columns: readonly string[];
  /** One row per evaluation; NaN where the cell is no number. */
  readonly rows: readonly (readonly number[])[];
  /** Batches of one pass over each group; null where the MAPS does not tell. */
  readonly batches: BatchCounts;
  /** Of a network that is adapted to a second domain: that one, under the same columns; the rest is about the first. Else null. */
  readonly target: Pick<CurveView, 'rows' | 'batches'> | null;
  /** Networks of the split that have a log, where each element has its own, ascending; else empty. */
  readonly networks: readonly number[];
  /** Which of them these curves are of. */
  readonly network: NetworkNumber;
}

const unknown: BatchCounts = { train: null, valid: null };

const numbersOf = ({ rows }: TrainingLog): number[][] =>
  rows.map((row) => row.map((cell) => (cell === '' ? Number.NaN : Number(cell))));

/** Networks with a log of their own. */
async function networksWithLogs(maps: Folder, folder: string): Promise<number[]> {
  const entries = (await maps.kindOf(folder)) === 'folder' ? await maps.list(folder) : [];
  const numbers = entries.flatMap(({ name, kind }) => (kind === 'folder' ? (/^network-(\d+)$/.exec(name)?.[1] ?? []) : []));
  return numbers.map(Number).sort((a, b) => a - b);
}

/** `training.tsv` of a network as numbers; empty when it has none. */
export async function trainingCurves(workspace: Folder, { path, split, network: asked }: CurveRequest): Promise<CurveView> {
  const maps = workspace.sub(path);
  const prefix = await splitPrefix(maps);
  const networks = await networksWithLogs(maps, logsFolder(split, prefix));
  const network = networks.length === 0 ? null : (networks.find((one) => one === asked) ?? networks[0]);
  const file = trainingLogFile(split, network, prefix);
  if ((await maps.kindOf(file)) !== 'file') return { columns: [], rows: [], batches: unknown, target: null, networks, network };
  const log = readTrainingLog(await maps.read(file), file);
  const parameters = await readParameters(maps);
  const batchSize = Number(parameters.batch_size);
  const batchesOf = async (group: 'train' | 'validation'): Promise<number | null> => {
    const elements = await elementsOf(maps, { group, split, prefix, network }, parameters);
    return elements === null || !(batchSize >= 1) ? null : Math.ceil(elements / batchSize);
  };
  const batches = { train: await batchesOf('train'), valid: await batchesOf('validation') };
  const targetFile = targetLogFile(split, prefix);
  const adapts = parameters.ssda_network === true;
  const target =
    adapts && (await maps.kindOf(targetFile)) === 'file'
      ? { rows: numbersOf(readTargetLog(await maps.read(targetFile), log.header, targetFile)), batches }
      : null;
  return {
    columns: log.header,
    rows: numbersOf(log),
    // Its groups are those of the second domain.
    batches: adapts ? unknown : batches,
    target,
    networks,
    network,
  };
}

interface GroupPlace {
  readonly group: 'train' | 'validation';
  readonly split: number;
  readonly prefix: SplitPrefix;
  readonly network: NetworkNumber;
}

/**
 * Elements of a group that a network sees: the rows of its predictions; before there are any, its images, where each is one element or
 * has a known number. One of several networks sees one element of each image.
 */
async function elementsOf(
  maps: Folder,
  { group, split, prefix, network }: GroupPlace,
  parameters: Readonly<Record<string, unknown>>,
): Promise<number | null> {
  const mode = modeOf(parameters, maps.name);
  const table = `${await placeOfGroup(maps, group, split)}/data.tsv`;
  if (network !== null) return (await maps.kindOf(table)) === 'file' ? rowsOf(maps, table) : null;
  for (const metric of await listMetrics(maps, split, prefix)) {
    const predictions = `${resultsFolder(split, metric, group, prefix)}/${predictionName(group, mode)}`;
    if ((await maps.kindOf(predictions)) === 'file') return rowsOf(maps, predictions);
  }
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

/**
 * @file `voting_elements.tsv` beside the weights of a model that was handed over: of each patch, region or slice how many predictions of
 * the validation group were right. In place of that group's table, which names people, it weights the vote of the elements.
 */
import { appError } from '../base/errors';
import type { Folder } from '../folders/folder';
import { elementCountsFile, type PredictionLevel } from './layout';
import { readTextTable, writeTextTable } from './text-table';

export interface ElementCount {
  readonly element: number;
  readonly right: number;
  readonly all: number;
}

const headerOf = (mode: PredictionLevel): string[] => [`${mode}_id`, 'right', 'all'];

export function writeElementCounts(counts: readonly ElementCount[], mode: PredictionLevel): Uint8Array<ArrayBuffer> {
  return writeTextTable(
    headerOf(mode),
    counts.map(({ element, right, all }) => [element, right, all].map(String)),
  );
}

/** Null where there is no such table. Throws `predict-only-value` for one of other columns or values. */
export async function readElementCounts(
  maps: Folder,
  split: number,
  metric: string,
  mode: PredictionLevel,
): Promise<ElementCount[] | null> {
  const path = elementCountsFile(split, metric);
  if ((await maps.kindOf(path)) !== 'file') return null;
  const where = `${maps.name}/${path}`;
  const { header, rows } = readTextTable(await maps.read(path), where);
  const counts = rows.map((row) => row.map(Number));
  const wrong = counts.find(
    ([, right, all], i) => rows[i].length !== 3 || !counts[i].every(Number.isInteger) || right < 0 || right > all,
  );
  if (header.join('\t') !== headerOf(mode).join('\t') || wrong !== undefined) {
    const values = {
      file: where,
      key: 'the table',
      found: 'damaged',
      expected: `whole numbers under ${headerOf(mode).join(', ')}`,
    };
    throw appError('predict-only-value', values, { where });
  }
  return counts.map(([element, right, all]) => ({ element, right, all }));
}

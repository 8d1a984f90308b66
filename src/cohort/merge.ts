/** @file Two tables of sessions joined on all the columns that both have, as pandas merges them. */
import { pythonNumber, pythonTexts } from '../formats/python-text';
import { type Column, column, rowCount, selectRows, type Table } from '../formats/tsv';
import { optionalColumn, sessionKeys } from './sessions';

export interface Merged {
  /** Rows in the order of `merged`; its columns, then those of `data` only. */
  readonly table: Table;
  /** The columns that were compared. */
  readonly common: readonly string[];
  /** Keys of the sessions of `data` that found no row. */
  readonly lost: readonly string[];
}

/** One text per row, the same for cells that pandas takes for equal: numbers by their value, gaps among themselves. */
function comparable(found: Column): string[] {
  const { texts, numeric } = pythonTexts(found);
  return texts.map((text) => (text === null ? '' : numeric ? `${pythonNumber(text)}` : text));
}

function keysOf(table: Table, names: readonly string[], where: string): string[] {
  const cells = names.map((name) => comparable(column(table, name, where)));
  return Array.from({ length: rowCount(table) }, (_, row) => JSON.stringify(cells.map((values) => values[row])));
}

/** The rows of both that agree in every column of both. Each key of `data` is there once. Throws `column-missing` (of `column`). */
export function mergeSessions(merged: Table, mergedWhere: string, data: Table, where: string): Merged {
  const isCommon = ({ name }: Column): boolean => optionalColumn(data, name) !== undefined;
  const common = merged.columns.filter(isCommon).map(({ name }) => name);
  const places = new Map(keysOf(data, common, where).map((key, row) => [key, row]));
  const pairs = keysOf(merged, common, mergedWhere).flatMap((key, row) => {
    const place = places.get(key);
    return place === undefined ? [] : [{ row, place }];
  });
  const left = selectRows(
    merged,
    pairs.map(({ row }) => row),
  ).columns;
  const right = selectRows(
    data,
    pairs.map(({ place }) => place),
  ).columns;
  const joined = left.map((found): Column => {
    const other = right.find(({ name }) => name === found.name);
    // Whole numbers beside numbers with a point are written with a point.
    return other?.type === 'float' && found.type === 'int' ? { ...found, type: 'float' } : found;
  });
  const used = new Set(pairs.map(({ place }) => place));
  return {
    table: { columns: [...joined, ...right.filter(({ name }) => !common.includes(name))] },
    common,
    lost: sessionKeys(data, where).filter((_, row) => !used.has(row)),
  };
}

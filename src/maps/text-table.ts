/** @file Tables whose cells stay text: MAPS files mix `0`, `0.5` and `N/A` in one column. */
import { readTsv, writeTsv } from '../formats/tsv';

export interface TextTable {
  readonly header: readonly string[];
  /** An empty cell is ''. */
  readonly rows: readonly (readonly string[])[];
}

/** Bytes of a tab-separated file with these header cells and rows. */
export function writeTextTable(header: readonly string[], rows: readonly (readonly string[])[]): Uint8Array<ArrayBuffer> {
  const columns = header.map((name, i) => ({ name, type: 'text' as const, values: rows.map((row) => row[i]) }));
  return writeTsv({ columns });
}

export function readTextTable(bytes: Uint8Array, where: string): TextTable {
  const { columns } = readTsv(bytes, { where, raw: true });
  const count = columns[0]?.values.length ?? 0;
  const rows = Array.from({ length: count }, (_, i) => columns.map((column) => String(column.values[i] ?? '')));
  return { header: columns.map((column) => column.name), rows };
}

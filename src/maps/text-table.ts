/** @file Tables whose cells are already text: MAPS files mix `0`, `0.5` and `N/A` in one column. */
import { writeTsv } from '../formats/tsv';

/** Bytes of a tab-separated file with these header cells and rows. */
export function writeTextTable(header: readonly string[], rows: readonly (readonly string[])[]): Uint8Array<ArrayBuffer> {
  const columns = header.map((name, i) => ({ name, type: 'text' as const, values: rows.map((row) => row[i]) }));
  return writeTsv({ columns });
}

/** @file A column that goes by several names: `age` is also found as `age_bl`, `sex` as `Sex`. */
import type { Column, Table } from '../formats/tsv';
import { optionalColumn } from './sessions';

/**
 * The column of that name, or else the one with the shortest name that contains it in whatever letters (the first of equals), as
 * ClinicaDL looks for it; undefined when there is none. `stage` contains `age`: a column of another name is to be told.
 */
export function likeColumn(table: Table, name: string): Column | undefined {
  const exact = optionalColumn(table, name);
  if (exact !== undefined) return exact;
  const alike = table.columns.filter((found) => found.name.toLowerCase().includes(name.toLowerCase()));
  return alike.reduce<Column | undefined>(
    (best, found) => (best === undefined || found.name.length < best.name.length ? found : best),
    undefined,
  );
}

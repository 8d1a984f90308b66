/**
 * @file Tables with one row per participant and session, read alike by every command: blanks around identifiers (typed or pasted in a
 * spreadsheet, also the ones that do not break) are taken away, and rows of nothing are skipped.
 */
import { appError } from '../base/errors';
import { type Cell, type Column, readTsv, rowCount, selectRows, type Table } from './tsv';

const keyNames = ['participant_id', 'session_id'] as const;

/** What a spreadsheet puts around a text: white space, and characters that nobody sees. */
const around = /^[\s\u00ad\u200b-\u200f\u2060\ufeff]+|[\s\u00ad\u200b-\u200f\u2060\ufeff]+$/g;

export interface SessionTableOptions {
  readonly where: string;
  /** As in `readTsv`. */
  readonly raw?: boolean;
}

/** An identifier without what is around it; null when nothing is left. */
function bare(cell: Cell): Cell {
  return typeof cell === 'string' ? cell.replace(around, '') || null : cell;
}

function isNothing(cell: Cell): boolean {
  return bare(cell) === null || Number.isNaN(cell);
}

/**
 * The table of a TSV file. Throws what `readTsv` throws, and `id-empty` with the line that has no participant or session, where the
 * table has that column.
 */
export function readSessionTable(bytes: Uint8Array, { where, raw = false }: SessionTableOptions): Table {
  const read = readTsv(bytes, { where, raw, severalColumns: true });
  const filled = Array.from({ length: rowCount(read) }, (_, row) => row).filter((row) =>
    read.columns.some(({ values }) => !isNothing(values[row])),
  );
  const table = selectRows({ ...read, columns: read.columns.map((column) => cleaned(column, read)) }, filled);
  for (const { name, values } of table.columns) {
    if (!keyNames.some((key) => key === name)) continue;
    const empty = values.findIndex((value) => isNothing(value));
    if (empty >= 0) throw appError('id-empty', { file: where, line: table.lines![empty], column: name }, { where });
  }
  return table;
}

/** The column itself, or one of identifiers with a bare name and bare values. */
function cleaned(column: Column, { columns }: Table): Column {
  const key = keyNames.find((name) => name === column.name.replace(around, ''));
  const taken = key !== column.name && columns.some(({ name }) => name === key);
  return key === undefined || taken ? column : { ...column, name: key, values: column.values.map(bare) };
}

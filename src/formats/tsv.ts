/**
 * @file Tab-separated tables as pandas 1.5 reads and writes them (`read_csv(sep="\t")`, `to_csv(sep="\t", index=False)`).
 *
 * Types are inferred per column: integers, floats (also integers with gaps), True/False, text. Other than pandas: UTF-16,
 * NUL characters and an unfinished quote are errors; empty cells beyond the header are nothing; integers beyond 2⁵³ stay text, since a JavaScript number cannot hold them.
 *
 * `raw` keeps every cell and header as it stands. Tables of metrics need it: one column holds `0`, `0.5` and `N/A`.
 */
import { appError } from '../base/errors';
import { printFloat } from '../base/python-number';
import { decodeText } from './decode-text';
import { readCells } from './tsv-cells';
import { inferColumn, uniqueNames } from './tsv-types';

export type ColumnType = 'int' | 'float' | 'bool' | 'text';
export type Cell = number | string | boolean | null;

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** One per row; null is a missing value. */
  readonly values: readonly Cell[];
}

export interface Table {
  readonly columns: readonly Column[];
  /** Line of the file on which each row begins, for messages; absent in tables that were put together. */
  readonly lines?: readonly number[];
}

export interface ReadTsvOptions {
  /** File name for messages. */
  readonly where?: string;
  /** Keep cells and header as text, without types; an empty cell is null. Default false. */
  readonly raw?: boolean;
  /** The table has more than one column: remember its lines, and refuse cells that tabs do not separate. Default false. */
  readonly severalColumns?: boolean;
}

const maxBytes = 400 * 2 ** 20;

/**
 * The table of a TSV file, at most 400 MB and 50 000 columns. Empty header cells become `Unnamed: <position>` and repeated ones
 * `name.1`, as in pandas; blank lines are skipped. Throws `text-encoding`, `file-too-large`, `table-ragged`,
 * `table-separator`, `table-damaged`.
 */
export function readTsv(bytes: Uint8Array, { where, raw = false, severalColumns = false }: ReadTsvOptions = {}): Table {
  const { header, cells, lines } = readCells(decodeText(bytes, { format: 'TSV', maxBytes, where }), where, severalColumns);
  const columns: Column[] = raw
    ? header.map((name, i) => ({ name, type: 'text', values: cells[i].map((cell) => cell || null) }))
    : uniqueNames(header).map((name, i) => ({ name, ...inferColumn(cells[i]) }));
  return severalColumns ? { columns, lines } : { columns };
}

/**
 * The bytes of a table: tabs, header line, `\n`, gaps empty, shortest floats that read back the same, cells quoted only where
 * they must be (a carriage return counts). A column named '' gets an empty header cell, as an index of pandas.
 */
export function writeTsv(table: Table): Uint8Array<ArrayBuffer> {
  // The reader skips blank lines, so a gap in a table of one column is written as "", as pandas does.
  const visible = (line: string) => (table.columns.length === 1 && /^ *$/.test(line) ? `"${line}"` : line);
  const columns = table.columns.map((column) => column.values.map(printerOf(column.type)));
  const lines = [visible(table.columns.map((column) => quote(column.name)).join('\t'))];
  for (let row = 0; row < rowCount(table); row++) lines.push(visible(columns.map((column) => column[row]).join('\t')));
  return new TextEncoder().encode(`${lines.join('\n')}\n`);
}

function printerOf(type: ColumnType): (cell: Cell) => string {
  return (cell) => {
    if (cell === null || Number.isNaN(cell)) return '';
    if (typeof cell === 'string') return quote(cell);
    if (typeof cell === 'boolean') return cell ? 'True' : 'False';
    return type === 'float' || !Number.isInteger(cell) ? printFloat(cell) : String(cell);
  };
}

function quote(text: string): string {
  return /[\t"\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Number of rows. */
export function rowCount(table: Table): number {
  return table.columns[0]?.values.length ?? 0;
}

/** The column of that name. Throws `column-missing`, which names the file (`where`) and the columns there are. */
export function column(table: Table, name: string, where?: string): Column {
  const found = table.columns.find((candidate) => candidate.name === name);
  if (found !== undefined) return found;
  const columns = table.columns.map((candidate) => candidate.name).join(', ');
  throw appError('column-missing', { file: where ?? 'table', column: name, columns }, { where });
}

/** A table of these rows, in this order; an index may occur more than once. Types stay as they are. */
export function selectRows({ columns, lines }: Table, indices: readonly number[]): Table {
  const chosen = columns.map((column) => ({ ...column, values: indices.map((index) => column.values[index]) }));
  return lines === undefined ? { columns: chosen } : { columns: chosen, lines: indices.map((index) => lines[index]) };
}

/** A table from rows of cells in the order of the columns. */
export function fromRows(columns: readonly Omit<Column, 'values'>[], rows: readonly (readonly Cell[])[]): Table {
  return { columns: columns.map(({ name, type }, i) => ({ name, type, values: rows.map((row) => row[i]) })) };
}

/**
 * @file Tables as spreadsheets leave them → the same cells as tab-separated UTF-8: UTF-16, a byte order mark, semicolons or commas between
 * cells, decimal commas, an index column of pandas. Only what the file itself states is changed; what could be read in two ways stays.
 */
import { decodeText } from './decode-text';
import { type Column, writeTsv } from './tsv';
import { readCells } from './tsv-cells';

export type TableFault =
  | { readonly kind: 'utf16' }
  | { readonly kind: 'mark' }
  | { readonly kind: 'separator'; readonly separator: string }
  /** Numbers with a decimal comma, in these columns. */
  | { readonly kind: 'decimals'; readonly columns: readonly string[]; readonly cells: number }
  /** A first column that numbers the rows and has no name. */
  | { readonly kind: 'index' }
  /** Cells such as `1,234`, which may be thousands: not changed. */
  | { readonly kind: 'decimals-unsure'; readonly columns: readonly string[] };

export interface TextTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface MendedTable extends TextTable {
  readonly faults: readonly TableFault[];
}

export interface MendOptions {
  readonly where: string;
  /** A column that the table has; without tabs, it tells which character is between its cells. */
  readonly key: string;
}

const maxBytes = 400 * 2 ** 20;

/** The encoding of bytes that are UTF-16 by their mark, or since every other byte of a text of plain letters is zero. */
function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const start = bytes.subarray(0, 64);
  if (start.length < 4 || start.length % 2 !== 0) return undefined;
  if (start.every((byte, i) => (byte === 0) === (i % 2 === 1))) return 'utf-16le';
  return start.every((byte, i) => (byte === 0) === (i % 2 === 0)) ? 'utf-16be' : undefined;
}

function textOf(bytes: Uint8Array, where: string, faults: TableFault[]): string {
  const utf16 = utf16Of(bytes);
  if (utf16 !== undefined && bytes.length <= maxBytes) {
    try {
      const text = new TextDecoder(utf16, { fatal: true }).decode(bytes);
      faults.push({ kind: 'utf16' });
      return text;
    } catch {
      // half a character: the usual way says what is wrong
    }
  }
  const text = decodeText(bytes, { format: 'TSV', maxBytes, where });
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) faults.push({ kind: 'mark' });
  return text;
}

const separators = [
  { name: 'semicolons', character: ';' },
  { name: 'commas', character: ',' },
] as const;

/** The cells of a text without tabs in its first line, by the character that gives every row as many as the header has. */
function separated(text: string, { where, key }: MendOptions, faults: TableFault[]): TextTable | undefined {
  const first = /^[^\r\n]*/.exec(text)![0];
  if (first.includes('\t')) return undefined;
  for (const { name, character } of separators) {
    if (!first.includes(character)) continue;
    try {
      const table = rowsOf(readCells(text, where, false, character));
      if (!table.header.some((cell) => cell.trim().toLowerCase() === key)) continue;
      faults.push({ kind: 'separator', separator: name });
      return table;
    } catch {
      // rows of other lengths: this character is not what is between the cells
    }
  }
  return undefined;
}

function rowsOf({ header, cells }: { readonly header: readonly string[]; readonly cells: readonly string[][] }): TextTable {
  const rows = (cells[0] ?? []).map((_, row) => cells.map((column) => column[row]));
  return { header, rows: rows.filter((row) => row.some((cell) => cell.trim() !== '')) };
}

const isIndexName = (name: string): boolean => /^(?:Unnamed: \d+)?$/.test(name.trim());

/** The table without a first column that counts its rows from 0 or 1. */
function withoutIndex(table: TextTable, faults: TableFault[]): TextTable {
  const [name] = table.header;
  if (table.header.length < 2 || !isIndexName(name) || table.rows.length === 0) return table;
  const first = Number(table.rows[0][0]);
  if (first !== 0 && first !== 1) return table;
  if (!table.rows.every((row, i) => row[0].trim() === String(first + i))) return table;
  faults.push({ kind: 'index' });
  return { header: table.header.slice(1), rows: table.rows.map((row) => row.slice(1)) };
}

const decimal = /^-?\d+,\d+$/;
const whole = /^-?\d+$/;
/** May be thousands as well. */
const unsure = /^-?[1-9]\d{0,2},\d{3}$/;

/** Which columns hold numbers with a decimal comma, and which may hold thousands instead. */
function commaColumns({ header, rows }: TextTable, isSure: boolean): { decimals: number[]; unsure: number[]; cells: number } {
  const found = { decimals: [] as number[], unsure: [] as number[], cells: 0 };
  for (const at of header.keys()) {
    const cells = rows.map((row) => row[at].trim()).filter((cell) => cell !== '' && cell !== 'n/a' && cell !== 'NaN');
    const commas = cells.filter((cell) => decimal.test(cell));
    if (commas.length === 0 || !cells.every((cell) => decimal.test(cell) || whole.test(cell))) continue;
    if (!isSure && commas.every((cell) => unsure.test(cell))) found.unsure.push(at);
    else {
      found.decimals.push(at);
      found.cells += commas.length;
    }
  }
  return found;
}

function withPoints(table: TextTable, faults: TableFault[]): TextTable {
  const { header, rows } = table;
  // Spreadsheets put semicolons between cells where the comma is their decimal sign.
  const isSure = faults.some((fault) => fault.kind === 'separator' && fault.separator === 'semicolons');
  const { decimals, unsure: kept, cells } = commaColumns(table, isSure);
  if (kept.length > 0) faults.push({ kind: 'decimals-unsure', columns: kept.map((at) => header[at]) });
  if (decimals.length === 0) return table;
  faults.push({ kind: 'decimals', columns: decimals.map((at) => header[at]), cells });
  const points = (cell: string): string => (decimal.test(cell.trim()) ? cell.trim().replace(',', '.') : cell);
  return { header, rows: rows.map((row) => row.map((cell, at) => (decimals.includes(at) ? points(cell) : cell))) };
}

/** The cells, and what was wrong. Throws what `decodeText` and `readCells` throw for what cannot be read in one way. */
export function mendTable(bytes: Uint8Array, options: MendOptions): MendedTable {
  const faults: TableFault[] = [];
  const text = textOf(bytes, options.where, faults);
  const read = separated(text, options, faults) ?? rowsOf(readCells(text, options.where, true));
  const { header, rows } = withPoints(withoutIndex(read, faults), faults);
  return { header, rows, faults };
}

/** The bytes of a table of texts. */
export function printTextTable({ header, rows }: TextTable): Uint8Array<ArrayBuffer> {
  const columns = header.map((name, at): Column => ({ name, type: 'text', values: rows.map((row) => row[at]) }));
  return writeTsv({ columns });
}

/**
 * @file Text → cells of a tab-separated table, column by column.
 *
 * Our own scanner, because messages need line numbers and an unfinished quote must be an error; d3-dsv offers neither.
 * Quoting as the reader of pandas takes it: only a quote at the start of a cell opens one, "" inside stands for one quote, and
 * what follows the closing quote belongs to the cell. Lines end with \n, \r\n or \r; lines of nothing but spaces are skipped.
 */
import { appError } from '../base/errors';
import { checkSeparator } from './tsv-separator';

export interface Cells {
  readonly header: readonly string[];
  /** One array per column, all of the same length. */
  readonly cells: readonly string[][];
  /** Line of the file on which each row begins; the header is on line 1 unless blank lines come first. */
  readonly lines: readonly number[];
}

/** Each column costs memory of its own, however short it is. */
const maxColumns = 50_000;

const lineFeed = 10;
const carriageReturn = 13;
const quoteMark = 34;

/**
 * Header and cells. A short row is filled with empty cells, as pandas does: editors trim the tabs at the end of a line. A long one is
 * taken when what is too much is empty. `severalColumns`: the table has more than one, so a line of one cell may be one of other
 * separators. `separator`: a character between cells that is no tab. Throws `table-ragged`, `table-separator` and `table-damaged` with the
 * number of the line (the first is 1).
 */
export function readCells(text: string, where?: string, severalColumns = false, separator = '\t'): Cells {
  const scanner = new Scanner(text, where, separator);
  const header: string[] = [];
  if (!scanner.nextRow()) throw scanner.damaged('there is no header');
  const headerLine = scanner.line;
  do {
    header.push(scanner.cell());
    if (header.length > maxColumns) throw scanner.damaged(`it has more than ${maxColumns} columns`);
  } while (scanner.takeSeparator());
  if (severalColumns && header.length === 1) checkSeparator(text, headerLine, null, where);
  const cells = header.map((): string[] => []);
  const lines: number[] = [];
  while (scanner.nextRow()) {
    const { line } = scanner;
    let count = 0;
    let filled = cells.length;
    do {
      const cell = scanner.cell();
      if (count < cells.length) cells[count].push(cell);
      else if (cell.trim() !== '') filled = count + 1;
      count++;
    } while (scanner.takeSeparator());
    if (filled > cells.length)
      throw appError('table-ragged', { file: where ?? 'The table', line, found: filled, expected: cells.length }, { where });
    if (severalColumns && count === 1 && cells.length > 1) checkSeparator(text, line, cells.length, where);
    for (; count < cells.length; count++) cells[count].push('');
    lines.push(line);
  }
  return { header, cells, lines };
}

/** A position in the text. */
class Scanner {
  line = 1;
  #at = 0;
  readonly #text: string;
  readonly #where: string | undefined;
  readonly #separator: number;

  constructor(text: string, where: string | undefined, separator: string) {
    this.#text = text;
    this.#where = where;
    this.#separator = separator.charCodeAt(0);
  }

  damaged(reason: string): Error {
    return appError('table-damaged', { line: this.line, reason }, { where: this.#where });
  }

  /** Goes past line ends and blank lines to the next row; false at the end of the text. */
  nextRow(): boolean {
    for (;;) {
      let probe = this.#at;
      while (this.#text.charCodeAt(probe) === 32) probe++;
      const code = this.#text.charCodeAt(probe);
      if (code === lineFeed || code === carriageReturn) {
        this.#at = probe + (code === carriageReturn && this.#text.charCodeAt(probe + 1) === lineFeed ? 2 : 1);
        this.line++;
      } else {
        return probe < this.#text.length;
      }
    }
  }

  takeSeparator(): boolean {
    if (this.#text.charCodeAt(this.#at) !== this.#separator) return false;
    this.#at++;
    return true;
  }

  /** The cell at the position; afterwards the position is at the separator, the line end or the end of the text. */
  cell(): string {
    return this.#text.charCodeAt(this.#at) === quoteMark ? this.#quoted() + this.#plain() : this.#plain();
  }

  #plain(): string {
    const start = this.#at;
    const text = this.#text;
    let at = start;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === this.#separator || code === lineFeed || code === carriageReturn) break;
    }
    this.#at = at;
    return text.slice(start, at);
  }

  #quoted(): string {
    const text = this.#text;
    const start = this.#at + 1;
    let end = text.indexOf('"', start);
    while (end >= 0 && text.charCodeAt(end + 1) === quoteMark) end = text.indexOf('"', end + 2);
    if (end < 0) throw this.damaged('a quote is opened and never closed');
    this.#at = end + 1;
    const content = text.slice(start, end);
    this.line += content.split(/\r\n|[\r\n]/).length - 1;
    return content.replaceAll('""', '"');
  }
}

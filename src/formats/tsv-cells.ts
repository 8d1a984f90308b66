/**
 * @file Text → cells of a tab-separated table, column by column.
 *
 * Our own scanner, because messages need line numbers and an unfinished quote must be an error; d3-dsv offers neither.
 * Quoting as the reader of pandas takes it: only a quote at the start of a cell opens one, "" inside stands for one quote, and
 * what follows the closing quote belongs to the cell. Lines end with \n, \r\n or \r; lines of nothing but spaces are skipped.
 */
import { appError } from '../base/errors';

export interface Cells {
  readonly header: readonly string[];
  /** One array per column, all of the same length. */
  readonly cells: readonly string[][];
}

const tab = 9;
const lineFeed = 10;
const carriageReturn = 13;
const quoteMark = 34;

/** Header and cells. Throws `table-ragged` and `table-damaged` with the number of the line (the first is 1). */
export function readCells(text: string, where?: string): Cells {
  const scanner = new Scanner(text, where);
  const header: string[] = [];
  if (!scanner.nextRow()) throw scanner.damaged('there is no header');
  do header.push(scanner.cell());
  while (scanner.takeTab());
  const cells = header.map((): string[] => []);
  while (scanner.nextRow()) {
    const { line } = scanner;
    let count = 0;
    do {
      const cell = scanner.cell();
      if (count < cells.length) cells[count].push(cell);
      count++;
    } while (scanner.takeTab());
    if (count !== cells.length) throw appError('table-ragged', { line, found: count, expected: cells.length }, { where });
  }
  return { header, cells };
}

/** A position in the text. */
class Scanner {
  line = 1;
  #at = 0;
  readonly #text: string;
  readonly #where: string | undefined;

  constructor(text: string, where: string | undefined) {
    this.#text = text;
    this.#where = where;
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

  takeTab(): boolean {
    if (this.#text.charCodeAt(this.#at) !== tab) return false;
    this.#at++;
    return true;
  }

  /** The cell at the position; afterwards the position is at the tab, the line end or the end of the text. */
  cell(): string {
    return this.#text.charCodeAt(this.#at) === quoteMark ? this.#quoted() + this.#plain() : this.#plain();
  }

  #plain(): string {
    const start = this.#at;
    const text = this.#text;
    let at = start;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === tab || code === lineFeed || code === carriageReturn) break;
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

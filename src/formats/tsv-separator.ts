/** @file Tables whose cells are not separated by tabs, whatever their name ends in: what separates them instead. */
import { appError } from '../base/errors';

interface Separator {
  readonly name: string;
  readonly expression: RegExp;
}

/** In the order in which they are tried: what stands inside cells most often comes last. */
const separators: readonly Separator[] = [
  { name: 'the two characters \\t', expression: /\\t/ },
  { name: 'semicolons', expression: /;/ },
  { name: 'vertical bars', expression: /\|/ },
  { name: 'commas', expression: /,/ },
  { name: 'runs of blanks', expression: /[ \u00a0]{2,}/ },
  { name: 'blanks', expression: /[ \u00a0]+/ },
];

/** Lines that are compared with the first. */
const compared = 20;

/**
 * Throws `table-separator` when a line without tabs is one of several cells. A header is, when half of the lines after it fall into as
 * many parts (a quoted cell may hold the separator); a row is, when it falls into as many parts as the header has cells (`expected`).
 */
export function checkSeparator(text: string, line: number, expected: number | null, where?: string): void {
  const lines = text.split(/\r\n|[\r\n]/, line + compared).slice(line - 1);
  const rows = lines.slice(1).filter((row) => row.trim() !== '');
  for (const { name, expression } of separators) {
    const parts = (row: string): number => row.trim().split(expression).length;
    const count = parts(lines[0]);
    const alike =
      expected === null
        ? 2 * rows.filter((row) => row.includes('\t') || parts(row) === count).length >= rows.length
        : count === expected;
    if (count > 1 && alike) throw appError('table-separator', { file: where ?? 'The table', line, separator: name }, { where });
  }
}

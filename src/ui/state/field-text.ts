/** @file What stands in the text field of an option, and back. What cannot be read stays as typed, and the check tells what is expected. */
import type { FormRow } from '../../options/derive/form-model';

type TextRow = Pick<FormRow, 'control' | 'nullable' | 'default'>;

/** The text of a value. */
export function textOfValue(row: TextRow, value: unknown): string {
  if (value === null || value === undefined || value === false) return '';
  if (Array.isArray(value)) return value.join(' ');
  if (row.control === 'table' && typeof value === 'object') {
    return Object.entries(value)
      .map(([name, number]) => `${name}=${number}`)
      .join(' ');
  }
  return String(value);
}

/** The value of a text. An empty text is "not given" where the option may be without a value. */
export function valueOfText(row: TextRow, text: string): unknown {
  const trimmed = text.trim();
  switch (row.control) {
    case 'integer':
    case 'number':
      if (trimmed === '' && row.nullable) return null;
      return numberOf(trimmed);
    case 'list': {
      const words = trimmed.split(/[\s,;]+/).filter((word) => word !== '');
      if (words.length === 0 && row.default === false) return false;
      return words.map((word) => (Array.isArray(row.default) && isNumeric(row.default, words) ? numberOf(word) : word));
    }
    case 'table':
      return tableOf(trimmed);
    default:
      return trimmed === '' && row.nullable ? (row.default === false ? false : null) : trimmed;
  }
}

function numberOf(text: string): number | string {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
}

/** Lists of numbers and of words look alike when they are empty: digits alone are taken for numbers. */
function isNumeric(usual: readonly unknown[], words: readonly string[]): boolean {
  if (usual.length > 0) return typeof usual[0] === 'number';
  return words.every((word) => typeof numberOf(word) === 'number');
}

function tableOf(text: string): unknown {
  const entries = text
    .split(/[\s,;]+/)
    .filter((word) => word !== '')
    .map((word) => /^(.+)[=:](\d+)$/.exec(word));
  if (entries.some((entry) => entry === null)) return text;
  return Object.fromEntries(entries.map((entry) => [entry?.[1] ?? '', Number(entry?.[2])]));
}

/** @file Option values as the words of a command line, both ways. */
import { appError } from '../../base/errors';
import type { Field } from '../field';
import { checkValue, expectedOf } from './check';
import type { PlacedField } from './fields';

/** Spellings of a boolean that follow `=`. */
const booleans: Readonly<Record<string, boolean>> = { true: true, false: false, '1': true, '0': false, yes: true, no: false };

/** True for kinds that are given by repeating the option. */
export function isRepeated({ kind }: Field<unknown>): boolean {
  return kind === 'ints' || kind === 'numbers' || kind === 'texts' || kind === 'choices' || kind === 'table';
}

/**
 * The value that the words after an option mean; of a single value the last word counts. An empty word stands for no path, an
 * empty list or an empty table. Throws `option-value`.
 */
export function valueOfWords(placed: PlacedField, words: readonly string[]): unknown {
  const last = words[words.length - 1];
  const value = typedValue(placed, last, words.length === 1 && last === '' ? [] : words);
  checkValue(placed, value);
  return value;
}

function typedValue(placed: PlacedField, last: string, items: readonly string[]): unknown {
  const { field } = placed;
  switch (field.kind) {
    case 'int':
    case 'number':
      return numberOf(last);
    case 'flag':
      return booleans[last.toLowerCase()] ?? last;
    case 'choice':
    case 'text':
      return last;
    case 'path':
      return last === '' && typeof field.default !== 'string' ? field.default : last;
    case 'ints':
    case 'numbers':
      return items.map(numberOf);
    case 'texts':
    case 'choices':
      return items.length === 0 && field.default === false ? false : items;
    case 'table':
      return tableOf(placed, items);
  }
}

function numberOf(word: string): number | string {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word) ? Number(word) : word;
}

function tableOf({ key, field, where }: PlacedField, words: readonly string[]): Readonly<Record<string, unknown>> {
  const entries = words.map((word) => {
    const split = word.lastIndexOf('=');
    if (split < 1)
      throw appError('option-value', { option: key, found: `"${word}"`, expected: `${expectedOf(field)}, as AD=0,` }, { where });
    return [word.slice(0, split), numberOf(word.slice(split + 1))] as const;
  });
  return Object.fromEntries(entries);
}

/** The words after the option, one for each time it is given: the inverse of `valueOfWords`. */
export function wordsOfValue(field: Field<unknown>, value: unknown): string[] {
  if (value === null || value === false) return [''];
  if (Array.isArray(value)) return value.length === 0 ? [''] : value.map(String);
  if (field.kind === 'table') {
    const entries = Object.entries(value as Readonly<Record<string, number>>);
    return entries.length === 0 ? [''] : entries.map(([name, number]) => `${name}=${number}`);
  }
  return [String(value)];
}

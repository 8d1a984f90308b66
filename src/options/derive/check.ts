/** @file Types, bounds, choices, and what is not available yet: the checks that a schema alone can make. */
import { appError } from '../../base/errors';
import { nearNames } from '../../base/neighbours';
import { printFloat } from '../../base/python-number';
import { type CommandName, commandOf, type OptionsOf } from '../commands';
import type { Field, Positional, Schema, Values } from '../field';
import { availableChoices, isLocked } from './availability';
import { fieldsOf, metavar, type PlacedField } from './fields';

/** What a field accepts here, in words: `a whole number from 1`, `one of Adam, SGD`. */
export function expectedOf(field: Field<unknown>): string {
  switch (field.kind) {
    case 'int':
      return `a whole number${range(field)}`;
    case 'number':
      return `a number${range(field)}`;
    case 'flag':
      return 'true or false';
    case 'choice':
      return isLocked(field)
        ? 'nothing'
        : `one of ${availableChoices(field)}${field.orFile === undefined ? '' : `, or a file ${field.orFile}`}`;
    case 'text':
      return 'text';
    case 'path':
      return 'a path';
    case 'ints':
      return `a list of whole numbers${range(field)}`;
    case 'numbers':
      return `a list of numbers${range(field)}`;
    case 'texts':
      return 'a list of texts';
    case 'choices':
      return `a list of ${availableChoices(field)}`;
    case 'table':
      return 'a table of names with whole numbers from 0';
  }
}

function range({ min, max }: Field<unknown>): string {
  if (min === undefined) return max === undefined ? '' : ` up to ${max}`;
  return max === undefined ? ` from ${min}` : ` from ${min} to ${max}`;
}

/** True for the path of a file that a choice may be instead of a word. */
function isFileOf({ orFile }: Field<unknown>, value: unknown): boolean {
  return orFile !== undefined && typeof value === 'string' && value.endsWith(orFile) && value.length > orFile.length;
}

/** True when the field may hold the value. */
export function accepts(field: Field<unknown>, value: unknown): boolean {
  if (value === null) return field.nullable;
  if (value === false && field.default === false) return true;
  const { min = -Infinity, max = Infinity, choices = [] } = field;
  const inRange = (x: unknown): boolean => typeof x === 'number' && Number.isFinite(x) && x >= min && x <= max;
  const isList = (check: (item: unknown) => boolean): boolean => Array.isArray(value) && value.every(check);
  switch (field.kind) {
    case 'int':
      return Number.isSafeInteger(value) && inRange(value);
    case 'number':
      return inRange(value);
    case 'flag':
      return typeof value === 'boolean';
    case 'choice':
      return choices.some((choice) => choice === value) || isFileOf(field, value);
    case 'text':
    case 'path':
      return typeof value === 'string';
    case 'ints':
      return isList((item) => Number.isSafeInteger(item) && inRange(item));
    case 'numbers':
      return isList(inRange);
    case 'texts':
      return isList((item) => typeof item === 'string' && item !== '');
    case 'choices':
      return isList((item) => choices.some((choice) => choice === item));
    case 'table':
      return (
        typeof value === 'object' &&
        !Array.isArray(value) &&
        Object.entries(value).every(([name, item]) => name !== '' && Number.isSafeInteger(item) && item >= 0)
      );
  }
}

const longestShown = 200;

/** A value as messages show it: as JSON, but with `nan`, `inf` and integers beyond 2⁵³ as themselves; its beginning when it is long. */
export function shown(value: unknown): string {
  const text = printed(value);
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}

function printed(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return printFloat(value);
  if (Array.isArray(value)) return `[${value.map(printed).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${printed(item)}`)
    .join(',')}}`;
}

/** The items of a list whose values were joined by commas into one; undefined for any other value. */
function separated(field: Field<unknown>, value: unknown): readonly unknown[] | undefined {
  if (!Array.isArray(value) || !value.some((item) => typeof item === 'string' && item.includes(','))) return undefined;
  const words = value.flatMap((item) => String(item).split(',')).map((word) => word.trim());
  const items = field.kind === 'choices' ? words : words.map(Number);
  return accepts(field, items) ? items : undefined;
}

/** Throws `option-commas` and `option-value` when the field cannot hold the value. */
export function checkValue({ key, field, where }: PlacedField, value: unknown): void {
  if (!accepts(field, value)) {
    const several = separated(field, value);
    if (several !== undefined) {
      const [flag = `--${key}`] = field.flags;
      const values = { option: key, found: shown(value), written: several.map((one) => `${flag} ${told(one)}`).join(' ') };
      throw appError('option-commas', values, { where });
    }
    throw appError('option-value', { option: key, found: shown(value), expected: expectedOf(field) }, { where });
  }
}

/** The value of an option in the words of a command line. */
export function told(value: unknown): string {
  return typeof value === 'string' ? value : Array.isArray(value) ? value.join(', ') : String(value);
}

/** Throws `option-not-available` for a value that exists in ClinicaDL and not here. */
export function checkAvailable({ key, field, where }: PlacedField, value: unknown): void {
  if (!field.notYet?.(value)) return;
  throw appError(
    'option-not-available',
    { option: key, value: told(value), available: field.available ?? 'another value' },
    { where },
  );
}

function checkPositional(key: string, positional: Positional, value: unknown): string {
  if (typeof value !== 'string' && value !== undefined && value !== null)
    throw appError('option-value', { option: metavar(key), found: shown(value), expected: 'text' }, { where: key });
  if (typeof value !== 'string' || value === '') {
    throw appError('option-needed', { option: metavar(key), reason: 'the command needs it' }, { where: key });
  }
  const { choices, notYet = [] } = positional;
  if (choices !== undefined && !choices.includes(value)) {
    throw appError(
      'option-value',
      { option: metavar(key), found: shown(value), expected: `one of ${availableChoices(positional)}` },
      { where: key },
    );
  }
  if (notYet.includes(value)) {
    throw appError(
      'option-not-available',
      { option: metavar(key), value, available: availableChoices(positional) },
      { where: key },
    );
  }
  return value;
}

/**
 * The values with defaults filled in, in the order of the schema. Throws `option-value`, `option-needed` (a positional),
 * `option-not-available` and `option-unknown`, with `where` = `Section.key`, or the key of a positional.
 */
export function checkOptions<S extends Schema>(schema: S, values: Readonly<Record<string, unknown>>): Values<S> {
  const fields = fieldsOf(schema);
  const known = [...Object.keys(schema.positionals), ...fields.map(({ key }) => key)];
  for (const key of Object.keys(values)) {
    if (known.includes(key)) continue;
    throw appError(
      'option-unknown',
      { option: key, command: 'this command', near: nearNames(key, known, `the options are ${known.join(', ')}`) },
      { where: key },
    );
  }
  const checked: Record<string, unknown> = {};
  for (const [key, positional] of Object.entries(schema.positionals)) {
    checked[key] = checkPositional(key, positional, values[key]);
  }
  for (const placed of fields) {
    const value = values[placed.key] === undefined ? placed.field.default : values[placed.key];
    checkValue(placed, value);
    checkAvailable(placed, value);
    checked[placed.key] = value;
  }
  return checked as Values<S>;
}

/** `checkOptions` of a command, and the rules that join its options. */
export function checkCommand<N extends CommandName>(name: N, values: Readonly<Record<string, unknown>>): OptionsOf<N> {
  const { schema, check } = commandOf(name);
  const options = checkOptions(schema, values);
  check?.(options);
  return options as OptionsOf<N>;
}

/**
 * @file TOML, the format of option files, over smol-toml (TOML 1.0).
 *
 * Refused: dates, the keys `__proto__` and `constructor`, nesting deeper than 100, texts over 128 KiB (the
 * longest that ClinicaDL writes has 3). TOML tells `1` from `1.0`: `readPythonToml` and
 * `printToml` keep the difference with `PyFloat`. ClinicaDL's own reader is older and refuses lists that mix `0` and `0.5`, so
 * write such lists with `PyFloat` throughout.
 */
import { parse, stringify, TomlDate, TomlError, type TomlTable, type TomlValue } from 'smol-toml';
import { appError } from '../base/errors';
import { PyFloat } from '../base/python-number';
import type { JsonObject, PythonObject, PythonValue } from './json';

/** Reading costs time and memory for each key and each dot in a key; a file for people holds few. */
export const maxTomlBytes = 128 * 2 ** 10;
const maxDepth = 100;

/** Plain values; integers and floats are both numbers. Throws `toml-damaged` (with line and key) and `file-too-large`. */
export function readToml(text: string, where?: string): JsonObject {
  return readTable(text, where, (value) => value) as JsonObject;
}

/** The same with floats as `PyFloat`. */
export function readPythonToml(text: string, where?: string): PythonObject {
  return readTable(text, where, (value) => new PyFloat(value)) as PythonObject;
}

function readTable(text: string, where: string | undefined, float: (value: number) => PythonValue): PythonValue {
  if (text.length > maxTomlBytes)
    throw appError('file-too-large', { format: 'TOML', found: text.length, limit: maxTomlBytes }, { where });
  try {
    return convert(parse(text, { integersAsBigInt: true, unsafeKeyBehaviour: 'throw', maxDepth }), float, []);
  } catch (cause) {
    if (cause instanceof TomlError) throw damaged(text, cause, where);
    if (cause instanceof UnsupportedValue) throw unsupported(text, cause, where);
    throw cause;
  }
}

/** A value that TOML knows and option files do not. */
class UnsupportedValue extends Error {
  readonly path: readonly string[];

  constructor(reason: string, path: readonly string[]) {
    super(reason);
    this.path = path;
  }
}

function convert(value: TomlValue, float: (value: number) => PythonValue, path: readonly string[]): PythonValue {
  if (path.length > maxDepth) throw new UnsupportedValue(`it is nested deeper than ${maxDepth} levels`, path);
  if (typeof value === 'number') return float(value);
  if (typeof value === 'bigint') {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw new UnsupportedValue(`the integer ${value} is larger than 2^53`, path);
    return number;
  }
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((item) => convert(item, float, path));
  if (value instanceof TomlDate) throw new UnsupportedValue('it is a date, and no option is one; put it in quotes', path);
  return Object.fromEntries(Object.entries(value as TomlTable).map(([key, item]) => [key, convert(item, float, [...path, key])]));
}

function damaged(text: string, cause: TomlError, where: string | undefined): Error {
  const source = text.split(/\r?\n/)[cause.line - 1] ?? '';
  const reason = cause.message.split('\n')[0].replace(/^Invalid TOML document: /, '');
  return appError('toml-damaged', { line: cause.line, key: keyOf(source) ?? 'no key', reason }, { where, cause });
}

function unsupported(text: string, cause: UnsupportedValue, where: string | undefined): Error {
  const last = cause.path[cause.path.length - 1];
  const line = text.split(/\r?\n/).findIndex((source) => keyOf(source) === last) + 1;
  const values = { line: line === 0 ? '?' : line, key: cause.path.slice(0, 8).join('.'), reason: cause.message };
  return appError('toml-damaged', values, { where, cause });
}

/** The key that a line of TOML sets, or undefined. */
function keyOf(line: string): string | undefined {
  return /^\s*"?([\w.-]+)"?\s*=/.exec(line)?.[1];
}

/**
 * TOML text with one table per object, in the order of the keys. Whole numbers print as integers, other numbers and `PyFloat` as
 * floats. TOML has no null: keys that hold it are left out, and null inside a list is a TypeError.
 */
export function printToml(value: PythonObject): string {
  return stringify(forStringify(value), { numbersAsFloat: true });
}

/** The value with integers as bigint, which smol-toml prints without a point, and floats as number, printed with one. */
function forStringify(value: PythonValue): unknown {
  if (value instanceof PyFloat) return value.value;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(forStringify);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, forStringify(item)]));
}

/**
 * @file What pandas 1.5 makes of header cells and columns of text: names, missing values, types, numbers.
 *
 * Its default float parser is fast and not correctly rounded; its steps are repeated here, so that a value read and written
 * again has the same last digit as in the original.
 */

/** Cells that mean "missing" (pandas' default `na_values`). */
const missing: ReadonlySet<string> = new Set([
  '',
  '#N/A',
  '#N/A N/A',
  '#NA',
  '-1.#IND',
  '-1.#QNAN',
  '-NaN',
  '-nan',
  '1.#IND',
  '1.#QNAN',
  '<NA>',
  'N/A',
  'NA',
  'NULL',
  'NaN',
  'n/a',
  'nan',
  'null',
]);

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['True', true],
  ['TRUE', true],
  ['true', true],
  ['False', false],
  ['FALSE', false],
  ['false', false],
]);

/** Header cells made unique: empty ones become `Unnamed: <position>`, the second `a` becomes `a.1` (or the next free number). */
export function uniqueNames(header: readonly string[]): string[] {
  const names = header.map((name, i) => (name === '' ? `Unnamed: ${i}` : name));
  const counts = new Map<string, number>();
  /** How often each name is in `names` now; a search of the list for each repeated name would take quadratic time. */
  const present = new Map<string, number>();
  for (const name of names) present.set(name, (present.get(name) ?? 0) + 1);
  const positions = header.map((_, i) => i);
  const named = positions.filter((i) => header[i] !== '');
  const unnamed = positions.filter((i) => header[i] === '');
  for (const i of [...named, ...unnamed]) {
    const original = names[i];
    let name = original;
    let count = counts.get(name) ?? 0;
    while (count > 0) {
      counts.set(original, count + 1);
      name = `${original}.${count}`;
      count = (present.get(name) ?? 0) > 0 ? count + 1 : (counts.get(name) ?? 0);
    }
    present.set(original, (present.get(original) ?? 0) - 1);
    present.set(name, (present.get(name) ?? 0) + 1);
    names[i] = name;
    counts.set(name, 1);
  }
  return names;
}

export type InferredColumn =
  | { readonly type: 'int' | 'float'; readonly values: readonly (number | null)[] }
  | { readonly type: 'bool'; readonly values: readonly (boolean | null)[] }
  | { readonly type: 'text'; readonly values: readonly (string | null)[] };

/**
 * The first type that fits every cell that is not missing: int (float when cells are missing), float, bool, text. A column of
 * nothing but gaps is float, one of no rows text.
 */
export function inferColumn(cells: readonly string[]): InferredColumn {
  if (cells.length === 0) return { type: 'text', values: [] };
  const floats = convert(cells, parseFloatAsPandas);
  if (floats !== undefined) {
    const whole = cells.every((cell) => missing.has(cell) || /^\s*[+-]?\d+\s*$/.test(cell));
    if (!whole) return { type: 'float', values: floats };
    if (floats.every((value) => value === null || Number.isSafeInteger(value))) {
      return floats.includes(null) ? { type: 'float', values: floats } : { type: 'int', values: floats };
    }
  } else {
    const flags = convert(cells, (cell) => booleans.get(cell));
    if (flags !== undefined) return { type: 'bool', values: flags };
  }
  return { type: 'text', values: cells.map((cell) => (missing.has(cell) ? null : cell)) };
}

/** Every cell converted, gaps as null; undefined as soon as one does not convert. */
function convert<T>(cells: readonly string[], parse: (cell: string) => T | undefined): (T | null)[] | undefined {
  const values = new Array<T | null>(cells.length);
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i];
    const value = missing.has(cell) ? null : parse(cell);
    if (value === undefined) return undefined;
    values[i] = value;
  }
  return values;
}

const powersOfTen = Array.from({ length: 309 }, (_, exponent) => Number(`1e${exponent}`));
const maxDigits = 17;

/**
 * The number pandas reads from a cell, or undefined when it is none: at most 17 digits are gathered in a float, which is then
 * multiplied or divided once by a power of ten.
 */
export function parseFloatAsPandas(cell: string): number | undefined {
  const match = /^\s*([+-]?)(?:(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?|(inf|infinity))\s*$/i.exec(cell);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', power = '0', infinite] = match;
  if (infinite !== undefined) return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (whole === '' && fraction === '') return undefined;
  const digits = (whole + fraction).slice(0, maxDigits);
  let number = 0;
  for (let i = 0; i < digits.length; i++) number = number * 10 + (digits.charCodeAt(i) - 48);
  const exponent = Number(power) + whole.length - digits.length;
  const size = exponent > 308 ? Number.POSITIVE_INFINITY : scale(number, exponent);
  // What overflows is no number to pandas: the column stays text.
  if (size === Number.POSITIVE_INFINITY) return undefined;
  return sign === '-' ? -size : size;
}

function scale(number: number, exponent: number): number {
  if (exponent > 0) return number * powersOfTen[exponent];
  if (exponent >= -308) return number / powersOfTen[-exponent];
  return exponent < -616 ? 0 : number / powersOfTen[-308 - exponent] / powersOfTen[308];
}

/**
 * @file Cells as Python's `str` prints them once pandas has typed their column, and the order in which Python sorts them.
 * ClinicaDL makes class names of labels in this way, so that 2.0, True and 10000000000000000009 are named and sorted alike.
 */
import { printFloat } from '../base/python-number';
import type { Cell, Column, ColumnType } from './tsv';

export interface PythonTexts {
  /** One per row; null is a missing value. */
  readonly texts: readonly (string | null)[];
  /** The column holds numbers or flags: they are sorted and compared as numbers. */
  readonly numeric: boolean;
}

/** The column as Python prints it. */
export function pythonTexts({ type, values }: Column): PythonTexts {
  const whole = type === 'text' ? wholeNumbers(values) : undefined;
  if (whole !== undefined) return { texts: whole, numeric: true };
  return { texts: values.map((cell) => pythonText(cell, type)), numeric: type !== 'text' };
}

function pythonText(cell: Cell, type: ColumnType): string | null {
  if (cell === null) return null;
  if (typeof cell === 'boolean') return cell ? 'True' : 'False';
  return typeof cell === 'number' && type === 'float' ? printFloat(cell) : String(cell);
}

const [smallest, largest, largestUnsigned] = [-(2n ** 63n), 2n ** 63n - 1n, 2n ** 64n - 1n];

/** Integers that a JavaScript number cannot hold, where all cells are such and fit 64 bits; other columns are text to pandas. */
function wholeNumbers(values: readonly Cell[]): string[] | undefined {
  const cells = values.map((cell) => (typeof cell === 'string' ? cell.trim() : ''));
  if (cells.length === 0 || !cells.every((cell) => /^[+-]?\d+$/.test(cell))) return undefined;
  const numbers = cells.map((cell) => BigInt(cell.replace('+', '')));
  const within = (low: bigint, high: bigint): boolean => numbers.every((number) => number >= low && number <= high);
  return within(smallest, largest) || within(0n, largestUnsigned) ? numbers.map(String) : undefined;
}

const words: Readonly<Record<string, number>> = { True: 1, False: 0, inf: Infinity, '-inf': -Infinity };
/** The number in a text of Python; flags are 1 and 0. */
export const pythonNumber = (text: string): number => words[text] ?? Number(text);
const isWhole = (text: string): boolean => /^-?\d+$/.test(text);

/** True for a number or a flag as Python prints it. */
export function isPythonNumber(text: string): boolean {
  return Object.hasOwn(words, text) || /^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text);
}

/** The order of two numbers or flags that Python printed. */
export function compareNumbers(a: string, b: string): number {
  const [left, right] = isWhole(a) && isWhole(b) ? [BigInt(a), BigInt(b)] : [pythonNumber(a), pythonNumber(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A unit of UTF-16, moved so that the halves of surrogate pairs come after all others. */
const unitRank = (unit: number): number => (unit < 0xd800 ? unit : unit <= 0xdfff ? unit + 0x2000 : unit - 0x800);

/** The order of two texts by code points, as in Python; JavaScript compares the halves of surrogate pairs. */
export function compareTexts(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (left !== right) return unitRank(left) - unitRank(right);
  }
  return a.length - b.length;
}

/** @file States of the real networks after construction (`test/golden/networks`), and the same summaries of ours. */
import { readFileSync } from 'node:fs';

export interface GoldenCase {
  readonly name: string;
  readonly args: { readonly input_size: readonly number[]; readonly output_size: number; readonly dropout: number };
  readonly rand_after_construction: readonly number[];
  /** [key, shape, first 4, sum, dot] */
  readonly state: readonly (readonly [string, readonly number[], readonly number[], number, number])[];
}

export function goldenCases(network: string): readonly GoldenCase[] {
  const file = JSON.parse(readFileSync(`test/golden/networks/${network}.json`, 'utf8')) as { cases: readonly GoldenCase[] };
  return file.cases;
}

export interface Summary {
  readonly first: readonly number[];
  readonly sum: number;
  readonly dot: number;
  readonly l2: number;
}

export function summary(values: ArrayLike<number>): Summary {
  let sum = 0;
  let dot = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    sum += values[i];
    dot += (values[i] * ((i % 101) - 50)) / 50;
    squares += values[i] ** 2;
  }
  return { first: Array.from(values).slice(0, 4), sum, dot, l2: Math.sqrt(squares) };
}

export function largestDifference(found: ArrayLike<number>, expected: readonly number[]): number {
  return Math.max(...expected.map((value, i) => Math.abs(found[i] - value)));
}

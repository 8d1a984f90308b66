/** @file Numbers of the real networks (`test/golden/networks`), and the same summaries of ours. */
import { readFileSync } from 'node:fs';

export interface GoldenCase {
  readonly name: string;
  readonly args: { readonly input_size: readonly number[]; readonly output_size: number; readonly dropout: number };
  readonly task: string;
  /** With the batch axis, channel-first. */
  readonly input_shape: readonly number[];
  readonly rand_after_construction: readonly number[];
  /** [key, shape, first 4, sum, dot] */
  readonly state: readonly (readonly [string, readonly number[], readonly number[], number, number])[];
  readonly eval: { readonly output: { readonly values: readonly number[] } };
  readonly eval_loss: { readonly loss: number };
  readonly train: { readonly outputs: { readonly output: { readonly values: readonly number[] } }; readonly loss: number };
  /** [key, first 4, sum, dot, l2, l2 in float64, rel64] */
  readonly grads: readonly (readonly [string, readonly number[], number, number, number, number, number])[];
  /** [key, first 4, sum, dot] */
  readonly buffers: readonly (readonly [string, readonly number[], number, number])[];
  /** [key, first 4, sum, dot, max abs diff to float64, sum of abs diff to float64] */
  readonly adam: readonly (readonly [string, readonly number[], number, number, number, number])[];
}

export function goldenCases(network: string): readonly GoldenCase[] {
  const file = JSON.parse(readFileSync(`test/golden/networks/${network}.json`, 'utf8')) as { cases: readonly GoldenCase[] };
  return file.cases;
}

/** The input of every golden pass, channel-first. */
export function goldenInput(size: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: size }, (_, i) => Math.sin(0.37 * i + 0.11 * (i % 13)) * 0.5 + 0.5);
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

/** @file The networks of `test/golden/networks` built here, and summaries of tensors as those files hold them. */
import { readFileSync } from 'node:fs';
import type { NetworkOptions } from '../src/networks/builders';
import type { Network } from '../src/networks/graph';
import { constructNetwork } from '../src/networks/registry';
import { dropoutOf, isNetworkName, type NetworkName, networkNames } from '../src/vocabulary/networks';

export interface GoldenArguments extends Omit<NetworkOptions, 'inputSize' | 'outputSize'> {
  readonly input_size?: readonly number[];
  readonly output_size?: number;
}

export interface GoldenCase {
  readonly name: string;
  readonly args: GoldenArguments;
  readonly task: 'classification' | 'regression' | 'reconstruction';
  /** [n, c, …space] */
  readonly input_shape: readonly number[];
  readonly rand_after_construction: readonly number[];
  readonly n_parameters: number;
  /** [key, shape, first 4, sum, dot] */
  readonly state: readonly (readonly [string, readonly number[], readonly number[], number, number])[];
  /** [module, class, output shape with batch, …] of every leaf module in the order of the calls. */
  readonly eval_trace: readonly (readonly [string, string, readonly number[], ...unknown[]])[];
}

export function goldenCases(network: string): readonly GoldenCase[] {
  const file = JSON.parse(readFileSync(`test/golden/networks/${network}.json`, 'utf8')) as { cases: readonly GoldenCase[] };
  return file.cases;
}

/** Classes that cannot be constructed in ClinicaDL, so that there is no file. */
const withoutFile: readonly NetworkName[] = ['CAE_half', 'Vanilla3DspacialVAE'];

/** Every case of every network. */
export const allGoldenCases: readonly (readonly [label: string, network: NetworkName, golden: GoldenCase])[] = networkNames
  .filter((network) => !withoutFile.includes(network))
  .flatMap((network) => goldenCases(network).map((golden) => [`${network} ${golden.name}`, network, golden] as const));

/** The network that a class makes of its arguments. `dropout`: its own where they say nothing. */
export function networkOfArguments(network: string, args: GoldenArguments, inputSize: readonly number[]): Network {
  if (!isNetworkName(network)) throw new Error(`${network} is no network`);
  const { input_size: _, output_size: outputSize = 2, ...rest } = args;
  return constructNetwork(network, { ...rest, dropout: dropoutOf(network, args.dropout ?? null), inputSize, outputSize });
}

/** The network of a case. */
export function goldenNetwork(network: string, { args, input_shape }: GoldenCase): Network {
  return networkOfArguments(network, args, args.input_size ?? input_shape.slice(1));
}

/** Value i of the inputs of the golden files. */
export const goldenValue = (i: number): number => Math.sin(0.37 * i + 0.11 * (i % 13)) * 0.5 + 0.5;

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
  return { first: Array.from({ length: Math.min(4, values.length) }, (_, i) => values[i]), sum, dot, l2: Math.sqrt(squares) };
}

export function largestDifference(found: ArrayLike<number>, expected: readonly number[]): number {
  return Math.max(...expected.map((value, i) => Math.abs(found[i] - value)));
}

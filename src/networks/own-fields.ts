/** @file The fields of a layer in a network file: which each operation has, and what they may hold. */
import type { Attributes, Op } from './operations';

/** What is wrong with a layer, as the end of a sentence. */
export class LayerFault extends Error {}

export type Fields = Readonly<Record<string, unknown>>;

/** Most layers, channels, features and values along an axis that a file may ask for. */
const largest = 1_000_000;

const shown = (value: unknown): string => (typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value)));

/** A whole number from `low`; `fallback` when the field is absent, which is required without. */
export function whole(fields: Fields, key: string, low: number, fallback?: number): number {
  const value = fields[key] ?? fallback;
  if (value === undefined) throw new LayerFault(`"${key}" is missing; a whole number is expected`);
  if (typeof value !== 'number' || !Number.isInteger(value) || value < low || value > largest)
    throw new LayerFault(`"${key}" is ${shown(value)}; a whole number from ${low} to ${largest} is expected`);
  return value;
}

export function real(fields: Fields, key: string, low: number, high: number, fallback?: number): number {
  const value = fields[key] ?? fallback;
  if (typeof value !== 'number' || !(value >= low && value <= high))
    throw new LayerFault(`"${key}" is ${shown(value)}; a number from ${low} to ${high} is expected`);
  return value;
}

export function flag(fields: Fields, key: string, fallback: boolean): boolean {
  const value = fields[key] ?? fallback;
  if (typeof value !== 'boolean') throw new LayerFault(`"${key}" is ${shown(value)}; true or false is expected`);
  return value;
}

export function choice<T extends string>(fields: Fields, key: string, choices: readonly T[]): T {
  const value = fields[key];
  const found = choices.find((one) => one === value);
  if (found === undefined) throw new LayerFault(`"${key}" is ${shown(value)}; ${choices.join(', ')} are possible`);
  return found;
}

/** A list of whole numbers, one per spatial axis; a single number stands for all. */
export function perAxis(fields: Fields, key: string, rank: number, fallback: number): number[] {
  const value = fields[key] ?? fallback;
  const list = Array.isArray(value) ? value : new Array<unknown>(rank).fill(value);
  if (list.length !== rank) throw new LayerFault(`"${key}" has ${list.length} numbers; ${rank} axes have one each`);
  return list.map((one) => whole({ [key]: one }, key, 0));
}

/** A list of whole numbers from 1. */
export function sizes(fields: Fields, key: string): number[] {
  const value = fields[key];
  if (!Array.isArray(value) || value.length === 0)
    throw new LayerFault(`"${key}" is ${shown(value)}; a list of sizes is expected`);
  return value.map((one) => whole({ [key]: one }, key, 1));
}

/** `kernel` is required; stride 1, padding 0. */
export function window(fields: Fields): Attributes['max-pool'] {
  return { kernel: whole(fields, 'kernel', 1), stride: whole(fields, 'stride', 1, 1), padding: whole(fields, 'padding', 0, 0) };
}

const windowKeys = ['kernel', 'stride', 'padding'];

/** Fields of each operation that a file can name, beside `op`, `name` and `from`. `flatten` is a reshape to one row. */
export const layerFields = {
  conv: ['outChannels', ...windowKeys, 'bias'],
  'conv-transpose': ['outChannels', ...windowKeys, 'bias', 'outputPadding'],
  linear: ['outFeatures'],
  'batch-norm': [],
  'instance-norm': [],
  activation: ['kind', 'slope'],
  dropout: ['probability'],
  'pad-max-pool': [],
  'max-unpool': ['of'],
  'max-pool': windowKeys,
  mean: [],
  flatten: [],
  reshape: ['shape'],
  upsample: ['by'],
  add: [],
  concat: [],
  scale: [],
} as const satisfies { readonly [K in Op | 'flatten']?: readonly string[] };

export type LayerOp = keyof typeof layerFields;

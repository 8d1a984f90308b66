/** @file The networks of ClinicaDL 0.2 as networks of today: the same layers under today's names, or as a list of layers. */
import { product } from '../base/shape';
import type { StateDict, StateTensor } from '../networks/state-dict';

export interface OlderNetwork {
  /** ClinicaDL's class that has the same layers; null: `layers` lists them. */
  readonly architecture: 'Conv5_FC3' | null;
  readonly layers: readonly Readonly<Record<string, unknown>>[];
  /** Today's name of a weight; undefined for a name that the network did not have. */
  readonly rename: (key: string) => string | undefined;
  /** The last linear layer, by its old name. */
  readonly last: string;
}

interface Design {
  readonly channels: readonly number[];
  readonly padding: 0 | 1;
  readonly hidden: readonly number[];
  /** A dropout before the second linear layer too. */
  readonly secondDropout: boolean;
}

const designs: Readonly<Record<string, Design>> = {
  Conv4_FC3: { channels: [15, 25, 50, 50], padding: 0, hidden: [50, 40], secondDropout: true },
  Conv6_FC3: { channels: [8, 16, 32, 64, 128, 256], padding: 1, hidden: [1000, 50], secondDropout: false },
};

/** They differ in the size of their input alone. */
const sameAsToday = new Set(['Conv5_FC3', 'Conv5_FC3_mni']);

/** Undefined for a network that is not known here. */
export function olderNetwork(name: string, dropout: number): OlderNetwork | undefined {
  if (sameAsToday.has(name)) {
    const rename = (key: string): string | undefined => {
      const [, part, rest] = /^(features|classifier)(\..+)$/.exec(key) ?? [];
      return part === undefined ? undefined : `${part === 'features' ? 'convolutions' : 'fc'}${rest}`;
    };
    return { architecture: 'Conv5_FC3', layers: [], rename, last: 'classifier.6' };
  }
  if (!Object.hasOwn(designs, name)) return undefined;
  const design = designs[name];
  const layers = layersOf(design, dropout);
  const names = new Set(layers.map((layer) => layer.name));
  const rename = (key: string): string | undefined => {
    const [, part, number, rest] = /^(features|classifier)\.(\d+)\.(\w+)$/.exec(key) ?? [];
    const layer = `${part}_${number}`;
    return names.has(layer) ? `layers.${layer}.${rest}` : undefined;
  };
  const last = String(layers[layers.length - 1].name).replace('_', '.');
  return { architecture: null, layers, rename, last };
}

function layersOf({ channels, padding, hidden, secondDropout }: Design, probability: number): Record<string, unknown>[] {
  const named = (part: string, ops: readonly Record<string, unknown>[]): Record<string, unknown>[] =>
    ops.map((fields, i) => ({ ...fields, name: `${part}_${i}` }));
  const relu = { op: 'activation', kind: 'relu' };
  const dropout = { op: 'dropout', probability };
  return [
    ...named(
      'features',
      channels.flatMap((outChannels) => [
        { op: 'conv', outChannels, kernel: 3, padding },
        { op: 'batch-norm' },
        relu,
        { op: 'pad-max-pool' },
      ]),
    ),
    ...named('classifier', [
      { op: 'flatten' },
      dropout,
      { op: 'linear', outFeatures: hidden[0] },
      relu,
      ...(secondDropout ? [dropout] : []),
      { op: 'linear', outFeatures: hidden[1] },
      relu,
      { op: 'linear', outFeatures: 'outputs' },
    ]),
  ];
}

/**
 * Weights of 0.2 under today's names, with the two outputs in today's order: 0.2 counted its positive class as 1, and now it is 0.
 * Null, with the first name, when the weights are not those of the network.
 */
export function todaysWeights(network: OlderNetwork, found: StateDict): StateDict | { readonly stray: string } {
  const state = new Map<string, StateTensor>();
  for (const [key, value] of found) {
    const name = network.rename(key);
    if (name === undefined) return { stray: key };
    state.set(name, key.startsWith(`${network.last}.`) ? swapped(value) : value);
  }
  return state;
}

/** Both rows of the first axis, exchanged. */
function swapped({ shape, data }: StateTensor): StateTensor {
  if (shape[0] !== 2 || data instanceof BigInt64Array) return { shape, data };
  const row = product(shape) / 2;
  const other = new Float32Array(data.length);
  other.set(data.subarray(row), 0);
  other.set(data.subarray(0, row), row);
  return { shape, data: other };
}

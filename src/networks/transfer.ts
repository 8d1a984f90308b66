/** @file What a network takes over from one that was trained before, and which of its parameters are trained then. */
import { appError } from '../base/errors';
import { isNetworkName, type NetworkRow, networkRow } from '../vocabulary/networks';
import { fittingEntries } from './check-state';
import type { Network } from './graph';
import { isParameter, stateEntries } from './parameters';
import type { StateDict, StateTensor } from './state-dict';

export interface TransferSource {
  /** ClinicaDL's class name, or the file of a network of one's own. */
  readonly architecture: string;
  readonly state: StateDict;
  /** The file. */
  readonly path: string;
}

const featuresOf = (architecture: string): NetworkRow['features'] =>
  isNetworkName(architecture) ? networkRow(architecture).features : undefined;

/**
 * The state that a network begins with, of the one drawn. Between networks of one kind all weights are taken, so that names and shapes must
 * be the same; between a CNN and an autoencoder those of the features: `encoder` for `convolutions` and the other way round, the rest stays
 * as drawn. Throws `transfer-class` for a source that has no such features, `transfer-mismatch` naming the first difference.
 */
export function transferredState(network: Network, drawn: StateDict, { architecture, state, path }: TransferSource): StateDict {
  const refuse = (difference: string) =>
    appError('transfer-mismatch', { path, architecture: network.architecture, difference }, { where: path });
  const entries = stateEntries(network);
  const [from, to] = [featuresOf(architecture), featuresOf(network.architecture)];
  if (to !== undefined && from === undefined)
    throw appError('transfer-class', { path, from: architecture, to: network.architecture }, { where: path });
  if (to === undefined || from === to) return fittingEntries(entries, state, refuse).state;
  const features = [...state].flatMap(([name, value]): [string, StateTensor][] =>
    name.includes(`${from}.`) ? [[`${to}.${name.slice(name.indexOf(`${from}.`) + `${from}.`.length)}`, value]] : [],
  );
  const own = entries.filter(({ name }) => name.startsWith(`${to}.`));
  return new Map([...drawn, ...fittingEntries(own, new Map(features), refuse).state]);
}

/**
 * The names of the parameters that stay as they are when only the last `layers` layers are trained: all but the last 2·`layers` tensors in
 * the order of the state dict, as ClinicaDL counts them (weight and bias, of norms too). 0: none is frozen. Statistics of norms
 * change all the same.
 */
export function frozenParameters(network: Network, layers: number): ReadonlySet<string> {
  if (layers === 0) return new Set();
  const names = stateEntries(network)
    .filter(isParameter)
    .map(({ name }) => name);
  return new Set(names.slice(0, Math.max(0, names.length - 2 * layers)));
}

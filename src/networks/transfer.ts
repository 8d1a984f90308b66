/** @file What a transfer of weights leaves untouched: which parameters are trained. */
import type { Network } from './graph';
import { isParameter, stateEntries } from './parameters';

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

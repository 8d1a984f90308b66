/** @file Do weights from a file fit a network? Asked before any of them reaches a device. */
import { type AppError, appError } from '../base/errors';
import type { Network } from './graph';
import { type StateEntry, stateEntries } from './parameters';
import type { StateDict, StateTensor } from './state-dict';

export interface FittingState {
  readonly state: StateDict;
  /** What stood in front of every name, as `module.` of DataParallel or `model.` of Lightning; usually ''. */
  readonly prefix: string;
}

/**
 * The weights by the names of the network. Wrappers put their own name in front of all of them, which is left away. Throws
 * `weights-mismatch` naming the first parameter that is missing, superfluous or of another shape or kind. `where`: the file.
 */
export function fittingState(network: Network, found: StateDict, where: string): FittingState {
  return fittingEntries(stateEntries(network), found, (difference) =>
    appError('weights-mismatch', { path: where, difference }, { where }),
  );
}

/** The same for some entries of a network; `refuse` makes the error of a difference. */
export function fittingEntries(
  entries: readonly StateEntry[],
  found: StateDict,
  refuse: (difference: string) => AppError,
): FittingState {
  const prefix = prefixOf(
    entries.map((entry) => entry.name),
    found,
  );
  const state = new Map([...found].map(([name, value]): [string, StateTensor] => [name.slice(prefix.length), value]));
  for (const { name, shape, role } of entries) {
    const tensor = state.get(name);
    if (tensor === undefined) throw refuse(`"${name}" is missing, and its first name is "${[...found.keys()][0] ?? 'none'}"`);
    const size = tensor.shape.join('×');
    if (size !== shape.join('×')) throw refuse(`"${name}" is ${size} and ${shape.join('×')} is expected`);
    if (role !== 'batches' && tensor.data instanceof BigInt64Array) throw refuse(`"${name}" holds whole numbers`);
  }
  const known = new Set(entries.map((entry) => entry.name));
  const stray = [...state.keys()].find((name) => !known.has(name));
  if (stray !== undefined) throw refuse(`"${prefix}${stray}" belongs to another network`);
  return { state, prefix };
}

/** What all names of the file have in front of those of the network; '' when they do not. */
function prefixOf(names: readonly string[], found: StateDict): string {
  if (found.has(names[0])) return '';
  const first = [...found.keys()].find((name) => name.endsWith(`.${names[0]}`));
  const prefix = first?.slice(0, -names[0].length) ?? '';
  return [...found.keys()].every((name) => name.startsWith(prefix)) ? prefix : '';
}

/** Throws what `fittingState` throws, and for names with something in front of them too. */
export function checkStateFits(network: Network, state: StateDict, where: string): void {
  const { prefix } = fittingState(network, state, where);
  if (prefix !== '')
    throw appError('weights-mismatch', { path: where, difference: `its names begin with "${prefix}"` }, { where });
}

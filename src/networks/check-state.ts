/** @file Do weights from a file fit a network? Asked before any of them reaches a device. */
import { appError } from '../base/errors';
import type { NetworkSpec } from './network-spec';
import type { StateDict } from './state-dict';
import { stateEntries } from './state-entries';

/** Throws `weights-mismatch` naming the first parameter that is missing, superfluous or of another shape. `where`: the file. */
export function checkStateFits(spec: NetworkSpec, state: StateDict, where: string): void {
  const refuse = (difference: string) => appError('weights-mismatch', { path: where, difference }, { where });
  const entries = stateEntries(spec);
  for (const { name, shape } of entries) {
    const found = state.get(name)?.shape;
    if (found === undefined) throw refuse(`"${name}" is missing`);
    if (found.join('×') !== shape.join('×')) throw refuse(`"${name}" is ${found.join('×')} and ${shape.join('×')} is expected`);
  }
  const known = new Set(entries.map((entry) => entry.name));
  const stray = [...state.keys()].find((name) => !known.has(name));
  if (stray !== undefined) throw refuse(`"${stray}" belongs to another network`);
}

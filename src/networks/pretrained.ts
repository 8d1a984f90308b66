/**
 * @file Weights that a network begins with instead of those drawn: resnet18's, trained on ImageNet, as torchvision publishes them. Its own
 * last layer stays as drawn. Files of before PyTorch 0.4.1 have no `num_batches_tracked`, which then begins at 0.
 */
import { appError } from '../base/errors';
import { type NetworkName, networkRow } from '../vocabulary/networks';
import type { Network } from './graph';
import { stateEntries } from './parameters';
import type { StateDict, StateTensor } from './state-dict';

/** torchvision's name of an entry of resnet18; null for the layer that its file does not have. */
export function torchvisionName(name: string): string | null {
  const [part, index, ...rest] = name.split('.');
  const inner = rest.join('.');
  if (part === 'fc') return index === '1' ? `fc.${inner}` : null;
  if (index === '0') return `conv1.${inner}`;
  return index === '1' ? `bn1.${inner}` : `layer${Number(index) - 3}.${inner}`;
}

/** The public file with this SHA-256, whose first digits are in its name; undefined for any other file. */
export function publicFile(architecture: NetworkName, sha256: string): string | undefined {
  return networkRow(architecture).pretrained?.find((name) => name.includes(`-${sha256.slice(0, 8)}.`));
}

/**
 * The state of a resnet18 with the weights of a file, `found`, in the place of those drawn. Throws `pretrained-mismatch`, which names the
 * first entry that is missing, superfluous or of another shape or kind. `where`: the file.
 */
export function withPretrained(network: Network, drawn: StateDict, found: StateDict, where: string): StateDict {
  const files = (networkRow('resnet18').pretrained ?? []).join(' or ');
  const refuse = (difference: string) => appError('pretrained-mismatch', { path: where, difference, files }, { where });
  const known = new Set<string>();
  const state = new Map<string, StateTensor>(drawn);
  for (const { name, shape, role } of stateEntries(network)) {
    const theirs = torchvisionName(name);
    if (theirs === null) continue;
    known.add(theirs);
    const tensor = found.get(theirs);
    if (role === 'batches') {
      if (tensor !== undefined && !(tensor.data instanceof BigInt64Array)) throw refuse(`"${theirs}" is no whole number`);
      state.set(name, { shape, data: BigInt64Array.of(tensor === undefined ? 0n : (tensor.data[0] as bigint)) });
      continue;
    }
    if (tensor === undefined) throw refuse(`"${theirs}" is missing, and its first name is "${[...found.keys()][0] ?? 'none'}"`);
    const size = tensor.shape.join('×');
    if (size !== shape.join('×')) throw refuse(`"${theirs}" is ${size} and ${shape.join('×')} is expected`);
    if (tensor.data instanceof BigInt64Array) throw refuse(`"${theirs}" holds whole numbers`);
    state.set(name, tensor);
  }
  const stray = [...found.keys()].find((name) => !known.has(name));
  if (stray !== undefined) throw refuse(`"${stray}" belongs to another network`);
  return state;
}

/**
 * @file A training between two steps, as bytes: the two weight files that ClinicaDL keeps in `tmp`, and `loop.json` with the
 * random state and the counters.
 */
import { appError } from '../base/errors';
import type { TorchRandom } from '../base/torch-random';
import type { KernelChoice, OptimizerOptions } from '../engine/executor';
import { decodeText } from '../formats/decode-text';
import { type JsonValue, readJson } from '../formats/json';
import { plateauStart } from '../learning/plateau';
import type { BesideState, LoopState, TrainSnapshot } from '../learning/training';
import { parameterNames, readOptimizerFile, writeOptimizerFile } from '../maps/optimizer-file';
import { readCheckpoint, writeCheckpoint } from '../maps/weights';
import type { Network } from '../networks/graph';
import { moduleVersions } from '../networks/print';

export interface SnapshotParts {
  readonly 'checkpoint.pth.tar': Uint8Array<ArrayBuffer>;
  readonly 'optimizer.pth.tar': Uint8Array<ArrayBuffer>;
  readonly 'loop.json': Uint8Array<ArrayBuffer>;
}

const MAX_LOOP_BYTES = 1 << 26;

/** JSON has no infinity, and "no best value yet" is one. */
const replacer = (_key: string, value: unknown): unknown => {
  if (typeof value === 'number' && !Number.isFinite(value)) return { number: String(value) };
  if (value instanceof Uint32Array) return { words: [...value] };
  return value;
};

function revive(value: JsonValue): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0][0] === 'number') return Number(entries[0][1]);
  if (entries.length === 1 && entries[0][0] === 'words') return Uint32Array.from(entries[0][1] as readonly number[]);
  return Object.fromEntries(entries.map(([key, inner]) => [key, revive(inner)]));
}

/** A state, and the kernels that it was computed with; absent: the standard ones, or a backend that has no others. */
export interface SavedSnapshot extends TrainSnapshot {
  readonly kernels?: KernelChoice;
}

/** What a snapshot is of. */
export interface SnapshotOwner {
  readonly network: Network;
  /** Parameters that the optimiser is not given. */
  readonly frozen: ReadonlySet<string>;
  readonly options: OptimizerOptions;
}

/** `epoch`: the one being trained, or just ended; 0-based. */
export function encodeSnapshot(
  { network, frozen, options }: SnapshotOwner,
  snapshot: SavedSnapshot,
  epoch: number,
): SnapshotParts {
  const { state, optimizer, loop, random, kernels, beside } = snapshot;
  const name = network.architecture;
  return {
    'checkpoint.pth.tar': writeCheckpoint({ model: state, modules: moduleVersions(network), epoch, name }),
    'optimizer.pth.tar': writeOptimizerFile({
      state: optimizer,
      model: state,
      frozen,
      options: { ...options, learning_rate: loop.plateau.rate },
      epoch,
      name,
    }),
    'loop.json': new TextEncoder().encode(JSON.stringify({ loop, random, kernels, beside }, replacer)),
  };
}

/** Throws `checkpoint-unreadable` when a part is missing; the readers' own errors otherwise. */
export function decodeSnapshot(
  parts: Readonly<Record<string, Uint8Array>>,
  { frozen, options }: Omit<SnapshotOwner, 'network'>,
  where: string,
): SavedSnapshot {
  const part = (name: keyof SnapshotParts): Uint8Array => {
    const bytes = parts[name];
    if (bytes === undefined) throw appError('checkpoint-unreadable', { part: name, run: where }, { where });
    return bytes;
  };
  const text = decodeText(part('loop.json'), { format: 'JSON', maxBytes: MAX_LOOP_BYTES, where });
  const { loop, random, kernels, beside } = revive(readJson(text, { where, maxBytes: MAX_LOOP_BYTES })) as {
    loop: Omit<LoopState, 'plateau'> & Partial<Pick<LoopState, 'plateau'>>;
    random: ReturnType<TorchRandom['state']>;
    kernels?: KernelChoice;
    beside?: BesideState;
  };
  const { model } = readCheckpoint(part('checkpoint.pth.tar'), where);
  const { state } = readOptimizerFile(part('optimizer.pth.tar'), parameterNames(model, frozen), options.optimizer, where);
  // States saved before there was a learning rate that falls have none.
  return {
    state: model,
    optimizer: state,
    loop: { ...loop, plateau: loop.plateau ?? plateauStart(options.learning_rate) },
    random,
    ...(kernels === undefined ? {} : { kernels }),
    ...(beside === undefined ? {} : { beside }),
  };
}

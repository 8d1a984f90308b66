/** @file `model.pth.tar` as ClinicaDL writes it, both directions; weights by PyTorch's names. */
import { appError } from '../base/errors';
import { OrderedDict, readTorch, type TorchKey, TorchTensor, type TorchValue, tensor, writeTorch } from '../formats/torch';
import type { StateDict, StateTensor } from '../networks/state-dict';

/** Folder name inside the archive: every model file is a copy of `tmp/checkpoint.pth.tar`. */
const CHECKPOINT_ARCHIVE = 'checkpoint.pth';

export interface Checkpoint {
  readonly model: StateDict;
  /** 0-based epoch of the save; null in a file of weights alone. */
  readonly epoch: number | null;
  /** ClinicaDL's class name; empty in a file of weights alone. */
  readonly name: string;
  /** How the file differs from those of ClinicaDL; null when it does not. */
  readonly how: string | null;
}

export interface CheckpointSource {
  readonly model: StateDict;
  /** Null where it is not known. */
  readonly epoch: number | null;
  readonly name: string;
  /** Module path → version, for `_metadata`. */
  readonly modules: ReadonlyMap<string, number>;
}

export const dict = (entries: readonly (readonly [TorchKey, TorchValue])[]): ReadonlyMap<TorchKey, TorchValue> =>
  new Map(entries);

export function writeCheckpoint({ model, epoch, name, modules }: CheckpointSource): Uint8Array<ArrayBuffer> {
  const state = new OrderedDict();
  for (const [key, { shape, data }] of model) {
    state.set(key, data instanceof BigInt64Array ? tensor('int64', shape, data) : tensor('float32', shape, data));
  }
  const metadata = new OrderedDict();
  for (const [module, version] of modules) metadata.set(module, dict([['version', version]]));
  state.metadata = metadata;
  return writeTorch(
    dict([
      ['model', state],
      ['epoch', epoch],
      ['name', name],
    ]),
    { archiveName: CHECKPOINT_ARCHIVE },
  );
}

export const isMap = (value: TorchValue | undefined): value is ReadonlyMap<TorchKey, TorchValue> => value instanceof Map;

function refuse(where: string, found: string, expected: string): Error {
  return appError('checkpoint-content', { file: where, found, expected }, { where });
}

const isState = (value: TorchValue | undefined): boolean =>
  isMap(value) && value.size > 0 && [...value.values()].every((item) => item instanceof TorchTensor);

interface FoundState {
  readonly state: ReadonlyMap<TorchKey, TorchValue>;
  /** How the file differs from those of ClinicaDL; null when it does not. */
  readonly how: string | null;
}

/** The weights: under "model", or under the only key with nothing but tensors, or the file itself when it is a state_dict. */
function findState(value: TorchValue, where: string): FoundState {
  const expected = 'a dictionary with the weights under the key "model"';
  if (!isMap(value)) throw refuse(where, 'no dictionary', expected);
  if (isMap(value.get('model'))) return { state: value.get('model') as ReadonlyMap<TorchKey, TorchValue>, how: null };
  if (isState(value)) return { state: value, how: 'it is the state_dict itself' };
  const others = [...value].filter(([, item]) => isState(item));
  if (others.length === 1) {
    const [[key, state]] = others;
    return { state: state as ReadonlyMap<TorchKey, TorchValue>, how: `its weights are under the key "${String(key)}"` };
  }
  const keys = [...value.keys()].slice(0, 8).map((key) => `"${String(key)}"`);
  throw refuse(
    where,
    others.length === 0 ? `the keys ${keys.join(', ')}` : `several sets of weights (${keys.join(', ')})`,
    expected,
  );
}

/** Throws `checkpoint-content` for a torch file that holds something else, and what `readTorch` throws. `where`: the file. */
export function readCheckpoint(bytes: Uint8Array, where: string): Checkpoint {
  const value = readTorch(bytes, { where });
  const { state: found, how } = findState(value, where);
  const state = new Map<string, StateTensor>();
  for (const [key, item] of found) {
    if (!(item instanceof TorchTensor)) throw refuse(where, `no tensor under "${String(key)}" of its weights`, 'one');
    const shape = item.shape;
    if (item.dtype === 'int64') state.set(String(key), { shape, data: item.toContiguous() as BigInt64Array<ArrayBuffer> });
    else state.set(String(key), { shape, data: item.toFloat32() });
  }
  const epoch = isMap(value) ? value.get('epoch') : undefined;
  const name = isMap(value) ? value.get('name') : undefined;
  return {
    model: state,
    epoch: typeof epoch === 'number' ? epoch : null,
    name: typeof name === 'string' ? name : '',
    how,
  };
}

/** The epoch of a checkpoint. Throws `checkpoint-content` for a file of weights alone. */
export function epochOf({ epoch }: Checkpoint, where: string): number {
  if (epoch === null) throw refuse(where, 'no number under "epoch"', 'the epoch of its weights');
  return epoch;
}

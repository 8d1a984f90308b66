/** @file The names that files of PyTorch use, and what they make here: tensors over shared storages, ordered dicts. */
import type { AppError } from '../base/errors';
import { PyFloat } from '../base/python-number';
import { PickleGlobal, PickleOpaque, type PickleRules, type PickleValue } from './pickle';
import { type Dtype, dtypeOfStorage, dtypes, type StorageArray } from './torch-dtypes';
import { claimsTooMuch, geometryProblem, OrderedDict, PyTuple, TorchTensor } from './torch-tensor';

interface Storage {
  readonly dtype: Dtype;
  readonly data: StorageArray;
}

export interface RebuildStart {
  readonly where?: string;
  readonly damaged: (reason: string) => AppError;
  readonly refused: (name: string) => AppError;
  /** The array of `length` elements with this key; called once per key. */
  readonly storage: (key: string, dtype: Dtype, length: number) => StorageArray;
}

/** As in PyTorch. */
const maxAxes = 64;

/** Numbers of NumPy that checkpoints hold beside their weights (a metric), by the letters of their type. */
const numpyNumbers: Readonly<Record<string, (view: DataView) => number>> = {
  f8: (view) => view.getFloat64(0, true),
  f4: (view) => view.getFloat32(0, true),
  i8: (view) => Number(view.getBigInt64(0, true)),
  i4: (view) => view.getInt32(0, true),
};

class NumpyType {
  readonly letters: string;

  constructor(letters: string) {
    this.letters = letters;
  }
}

/** The rules for one file. */
export function torchRules({ where, damaged, refused, storage }: RebuildStart): PickleRules {
  const storages = new Map<string, Storage>();

  /** ('storage', class, key, device, length), in the legacy format with a sixth item, the view, that is always None. */
  const persistent = (id: PickleValue): PickleValue => {
    const [kind, storageClass, key, device, length, view = null] =
      id instanceof PyTuple ? (id.items as readonly PickleValue[]) : [];
    const dtype = storageClass instanceof PickleGlobal ? dtypeOfStorage(storageClass.name.replace('torch.', '')) : undefined;
    if (kind !== 'storage' || dtype === undefined || typeof key !== 'string' || typeof device !== 'string') {
      throw damaged('a storage is not described as PyTorch does it');
    }
    if (view !== null) throw damaged('it has views of storages, as PyTorch wrote them before 0.4');
    if (!isCount(length)) throw damaged(`the storage "${key}" has the length ${String(length)}`);
    let known = storages.get(key);
    if (known === undefined) {
      known = { dtype, data: storage(key, dtype, length) };
      storages.set(key, known);
    }
    if (known.dtype !== dtype || known.data.length !== length) throw damaged(`the storage "${key}" is described in two ways`);
    return new PickleOpaque(known);
  };

  const rebuild = (args: readonly PickleValue[]): TorchTensor => {
    const [opaque, offset, shape, strides, requiresGrad = false] = args;
    if (!(opaque instanceof PickleOpaque) || !isCount(offset) || !isCounts(shape) || !isCounts(strides)) {
      throw damaged('a tensor is not described as PyTorch does it');
    }
    const { dtype, data } = opaque.value as Storage;
    const parts = {
      dtype,
      storage: data,
      offset,
      shape: shape.items,
      strides: strides.items,
      requiresGrad: requiresGrad === true,
    };
    const problem = geometryProblem(parts, data.length);
    if (problem !== undefined) throw damaged(problem);
    const tensor = new TorchTensor(parts);
    if (claimsTooMuch(tensor.shape, data.length))
      throw damaged(`a tensor claims ${tensor.size} elements, and ${data.length} are stored`);
    return tensor;
  };

  const parameter = (args: readonly PickleValue[]): TorchTensor => {
    const [inner, requiresGrad] = args;
    if (!(inner instanceof TorchTensor)) throw damaged('a parameter holds no tensor');
    return new TorchTensor({ ...tensorParts(inner), requiresGrad: requiresGrad === true, parameter: true });
  };

  /** Before 0.4 a state dict held parameters themselves: made of a tensor, or empty. */
  const oldParameter = (args: readonly PickleValue[]): TorchTensor | PickleOpaque<unknown> =>
    args.length === 0 ? emptyParameter() : parameter([args[0], args[1] ?? true]);

  /** State of such a parameter: (requires_grad, volatile, hooks), or (tensor, gradient, hooks, requires_grad, volatile). */
  const build = (target: PickleValue, state: PickleValue): PickleValue | undefined => {
    if (!(state instanceof PyTuple)) return undefined;
    // (version, byte order, …): the bytes of a number are told by its type.
    if (target instanceof PickleOpaque && target.value instanceof NumpyType) return state.items[1] === '<' ? target : undefined;
    const items = state.items as readonly PickleValue[];
    if (target instanceof TorchTensor && target.parameter && items.length === 3) return parameter([target, items[0]]);
    return isEmptyParameter(target) && items.length === 5 ? parameter([items[0], items[3]]) : undefined;
  };

  /** Python 2 gives the items of one as a list of lists of two. */
  const orderedDict = (args: readonly PickleValue[]): OrderedDict => {
    const [items = []] = args;
    const wrong = () => damaged('an ordered dictionary is not described as PyTorch does it');
    if (args.length > 1 || !Array.isArray(items)) throw wrong();
    const dict = new OrderedDict();
    for (const item of items) {
      if (!Array.isArray(item) || item.length !== 2 || typeof item[0] !== 'string') throw wrong();
      dict.set(item[0], item[1]);
    }
    return dict;
  };

  const size = (args: readonly PickleValue[]): PyTuple => {
    const [items] = args;
    if (!(items instanceof PyTuple)) throw damaged('a torch.Size holds no tuple');
    return items;
  };

  const numpyType = (args: readonly PickleValue[]): PickleOpaque<unknown> => {
    const [letters] = args;
    if (typeof letters !== 'string' || !Object.hasOwn(numpyNumbers, letters))
      throw damaged('a number of NumPy has a strange type');
    return new PickleOpaque(new NumpyType(letters));
  };

  /** Bytes, which protocol 2 writes as text of 8 bits. */
  const encoded = (args: readonly PickleValue[]): PickleOpaque<unknown> => {
    const [text, coding] = args;
    if (typeof text !== 'string' || coding !== 'latin1' || text.length > 8) throw damaged('it encodes a text');
    return new PickleOpaque(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
  };

  const numpyScalar = (args: readonly PickleValue[]): PyFloat | number => {
    const [type, bytes] = args.map((arg) => (arg instanceof PickleOpaque ? arg.value : undefined));
    if (!(type instanceof NumpyType) || !(bytes instanceof Uint8Array) || bytes.length !== Number(type.letters[1]))
      throw damaged('a number of NumPy is not described as NumPy does it');
    const value = numpyNumbers[type.letters](new DataView(bytes.buffer));
    return type.letters.startsWith('f') ? new PyFloat(value) : value;
  };

  const notCallable = (): never => {
    throw damaged('it calls a storage class');
  };

  const makers: [string, (args: readonly PickleValue[]) => PickleValue][] = [
    ['collections OrderedDict', orderedDict],
    ['torch._utils _rebuild_tensor', rebuild],
    ['torch._utils _rebuild_tensor_v2', rebuild],
    ['torch._utils _rebuild_parameter', parameter],
    ['torch.nn.parameter Parameter', oldParameter],
    ['torch Size', size],
    ['numpy dtype', numpyType],
    ['_codecs encode', encoded],
    ['numpy.core.multiarray scalar', numpyScalar],
    ['numpy._core.multiarray scalar', numpyScalar],
    ...Object.values(dtypes).map((row): [string, () => never] => [`torch ${row.storage}`, notCallable]),
  ];
  const globals = new Map(makers.map(([name, make]) => [name, new PickleGlobal(name.replace(' ', '.'), make)]));
  return { where, globals, persistent, build, damaged, refused };
}

const EMPTY_PARAMETER = 'empty parameter';
const emptyParameter = (): PickleOpaque<unknown> => new PickleOpaque(EMPTY_PARAMETER);
const isEmptyParameter = (value: PickleValue): boolean => value instanceof PickleOpaque && value.value === EMPTY_PARAMETER;

function tensorParts({ dtype, storage, offset, shape, strides }: TorchTensor) {
  return { dtype, storage, offset, shape, strides };
}

function isCount(value: PickleValue): value is number {
  return typeof value === 'number' && value >= 0;
}

function isCounts(value: PickleValue): value is PyTuple & { readonly items: readonly number[] } {
  return value instanceof PyTuple && value.items.length <= maxAxes && value.items.every((item) => typeof item === 'number');
}

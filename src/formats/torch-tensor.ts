/**
 * @file A tensor as PyTorch stores it: a typed array, an offset into it, sizes and strides; and the values that surround it.
 *
 * float16 and bfloat16 have no typed array everywhere, so their storage holds the raw 16 bits; `toFloat32` decodes them.
 */

import type { PyFloat } from '../base/python-number';
import { contiguousStrides, product } from '../base/shape';
import { gather } from './gather';
import { type Dtype, dtypes, type StorageArray, storageToFloat32 } from './torch-dtypes';

export interface TensorParts {
  readonly dtype: Dtype;
  /** Tensors that share memory in PyTorch hold the same array object. */
  readonly storage: StorageArray;
  /** Of the first element, in elements. */
  readonly offset: number;
  readonly shape: readonly number[];
  /** In elements, per axis; 0 on an expanded axis. */
  readonly strides: readonly number[];
  readonly requiresGrad?: boolean;
  /** A `torch.nn.Parameter`. */
  readonly parameter?: boolean;
}

export class TorchTensor implements TensorParts {
  readonly dtype: Dtype;
  readonly storage: StorageArray;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly requiresGrad: boolean;
  readonly parameter: boolean;

  constructor(parts: TensorParts) {
    this.dtype = parts.dtype;
    this.storage = parts.storage;
    this.offset = parts.offset;
    this.shape = parts.shape;
    this.strides = parts.strides;
    this.requiresGrad = parts.requiresGrad ?? false;
    this.parameter = parts.parameter ?? false;
  }

  /** Number of elements. */
  get size(): number {
    return product(this.shape);
  }

  /** A copy of the elements in C order, in the array type of the storage (bits are kept, NaN payloads too). */
  toContiguous(): StorageArray {
    return gather(this.storage, this.offset, this.shape, this.strides);
  }

  /** The elements in C order as float32, whatever the dtype; bool gives 0 and 1. Always a copy. */
  toFloat32(): Float32Array<ArrayBuffer> {
    return storageToFloat32(this.dtype, this.toContiguous());
  }
}

/**
 * The tensor that owns `data`. Without strides the data is in C order. Throws RangeError when data is of another array type than the
 * dtype needs or too short: that is a mistake of the caller.
 */
export function tensor(
  dtype: Dtype,
  shape: readonly number[],
  data: StorageArray,
  strides: readonly number[] = contiguousStrides(shape.map((size) => Math.max(1, size))),
): TorchTensor {
  if (!(data instanceof dtypes[dtype].array)) throw new RangeError(`${dtype} is stored in ${dtypes[dtype].array.name}`);
  const problem = geometryProblem({ offset: 0, shape, strides }, data.length);
  if (problem !== undefined) throw new RangeError(problem);
  return new TorchTensor({ dtype, storage: data, offset: 0, shape, strides });
}

/** What is wrong with sizes, strides and offset over a storage of `length` elements, or undefined. */
export function geometryProblem(parts: Pick<TensorParts, 'offset' | 'shape' | 'strides'>, length: number): string | undefined {
  const { offset, shape, strides } = parts;
  if (shape.length !== strides.length) return `a tensor has ${shape.length} sizes but ${strides.length} strides`;
  const numbers = [offset, ...shape, ...strides];
  const wrong = numbers.find((number) => !Number.isSafeInteger(number) || number < 0);
  if (wrong !== undefined) return `a tensor has the offset, size or stride ${wrong}`;
  if (shape.includes(0)) return undefined;
  let last = offset;
  for (const [axis, size] of shape.entries()) last += (size - 1) * strides[axis];
  return last < length ? undefined : `a tensor needs element ${last} of a storage with ${length} elements`;
}

/** What an expanded tensor may have without being suspect: 16 MB as float32. */
const freeElements = 2 ** 22;
const mostRepeats = 4;

/**
 * True for sizes that no file of a study has over `stored` elements: strides of 0 repeat elements, so a file of 500 bytes could claim
 * a tensor of gigabytes. Slices of three equal channels repeat each element three times.
 */
export function claimsTooMuch(shape: readonly number[], stored: number): boolean {
  return product(shape) > Math.max(freeElements, mostRepeats * stored);
}

/** A Python tuple; lists are arrays. */
export class PyTuple {
  readonly items: readonly TorchValue[];

  constructor(items: readonly TorchValue[]) {
    this.items = items;
  }
}

/** `collections.OrderedDict`, as state dicts are. A plain Python dict is a plain Map. */
export class OrderedDict extends Map<TorchKey, TorchValue> {
  /** The attribute `_metadata` of a state dict: module path → its versions. */
  metadata: OrderedDict | undefined = undefined;
}

export type TorchKey = string | number | bigint | boolean | null;

/**
 * What a torch file can hold. A number is a Python int; ints over 2⁵³ are bigint; floats are PyFloat. `instanceof Map` is true for both
 * kinds of dict.
 */
export type TorchValue = TorchKey | PyFloat | TorchTensor | PyTuple | readonly TorchValue[] | ReadonlyMap<TorchKey, TorchValue>;

/** @file The element types of PyTorch tensors: their storage class, typed array and conversion to float32. */
import { fromHalf } from '../base/half';

export type StorageArray =
  | Float64Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

interface DtypeRow {
  /** Name of the class in the module `torch`. */
  readonly storage: string;
  /** Array type of the storage. All platforms of the web are little-endian, as the files are. */
  readonly array: {
    new (buffer: ArrayBuffer): StorageArray;
    readonly name: string;
    readonly BYTES_PER_ELEMENT: number;
  };
}

/** By PyTorch's name of the type. float16 and bfloat16 hold raw bits; bool holds one byte, 0 or 1, per element. */
export const dtypes = {
  float64: { storage: 'DoubleStorage', array: Float64Array },
  float32: { storage: 'FloatStorage', array: Float32Array },
  float16: { storage: 'HalfStorage', array: Uint16Array },
  bfloat16: { storage: 'BFloat16Storage', array: Uint16Array },
  int64: { storage: 'LongStorage', array: BigInt64Array },
  int32: { storage: 'IntStorage', array: Int32Array },
  int16: { storage: 'ShortStorage', array: Int16Array },
  int8: { storage: 'CharStorage', array: Int8Array },
  uint8: { storage: 'ByteStorage', array: Uint8Array },
  bool: { storage: 'BoolStorage', array: Uint8Array },
} as const satisfies Record<string, DtypeRow>;

export type Dtype = keyof typeof dtypes;

/** dtype of a storage class of the module `torch`, or undefined. */
export function dtypeOfStorage(storageClass: string): Dtype | undefined {
  return dtypeNames.find((name) => dtypes[name].storage === storageClass);
}

const dtypeNames = Object.keys(dtypes) as Dtype[];

/** Elements as float32: raw halves are decoded, integers and doubles rounded to the nearest float32. */
export function storageToFloat32(dtype: Dtype, data: StorageArray): Float32Array<ArrayBuffer> {
  if (data instanceof Float32Array) return data;
  if (data instanceof BigInt64Array) return Float32Array.from(data, Number);
  if (dtype === 'float16') return Float32Array.from(data, fromHalf);
  if (dtype === 'bfloat16') return new Float32Array(Uint32Array.from(data, (bits) => bits << 16).buffer);
  return Float32Array.from(data);
}

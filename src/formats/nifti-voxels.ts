/**
 * @file Voxel types of NIfTI, and raw voxels ⇄ numbers.
 *
 * Scaling repeats what nibabel's `get_fdata(dtype=…)` does, down to the precision of each step: types of at most 16 bits and
 * float32 are scaled in float32, wider ones in float64 and rounded once at the end.
 */
import { appError } from '../base/errors';

interface VoxelType {
  /** `datatype` in the header. */
  readonly code: number;
  readonly sizeBytes: number;
  /** Smallest and largest integer; absent for floats. */
  readonly range?: readonly [number, number];
}

export const voxelTypes = {
  uint8: { code: 2, sizeBytes: 1, range: [0, 255] },
  int8: { code: 256, sizeBytes: 1, range: [-128, 127] },
  uint16: { code: 512, sizeBytes: 2, range: [0, 65535] },
  int16: { code: 4, sizeBytes: 2, range: [-32768, 32767] },
  uint32: { code: 768, sizeBytes: 4, range: [0, 2 ** 32 - 1] },
  int32: { code: 8, sizeBytes: 4, range: [-(2 ** 31), 2 ** 31 - 1] },
  uint64: { code: 1280, sizeBytes: 8, range: [0, 2 ** 64] },
  int64: { code: 1024, sizeBytes: 8, range: [-(2 ** 63), 2 ** 63] },
  float32: { code: 16, sizeBytes: 4 },
  float64: { code: 64, sizeBytes: 8 },
} as const satisfies Record<string, VoxelType>;

export type VoxelTypeName = keyof typeof voxelTypes;

/** Types that exist and are refused: they are not one real number per voxel, or JavaScript has no such number. */
const refusedTypes: ReadonlyMap<number, string> = new Map([
  [0, 'unknown'],
  [1, 'binary (1 bit)'],
  [32, 'complex64'],
  [128, 'RGB24'],
  [1536, 'float128'],
  [1792, 'complex128'],
  [2048, 'complex256'],
  [2304, 'RGBA32'],
]);

/** The name of a `datatype` code. Throws `nifti-voxel-type`. */
export function voxelTypeOf(code: number, where?: string): VoxelTypeName {
  for (const [name, type] of Object.entries(voxelTypes)) if (type.code === code) return name as VoxelTypeName;
  throw appError('nifti-voxel-type', { type: refusedTypes.get(code) ?? `number ${code}` }, { where });
}

export interface Scaling {
  readonly slope: number;
  readonly inter: number;
}

export interface RawVoxels {
  readonly type: VoxelTypeName;
  /** Exactly the bytes of the voxels; not changed. */
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  /** Null: numbers as stored. */
  readonly scaling: Scaling | null;
}

type NumberArray = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** Scaled float32 values in file order. Float32 voxels without scaling, when aligned, are a view of the given bytes. */
export function decodeFloat32(raw: RawVoxels): Float32Array {
  const stored = storedNumbers(raw);
  const scaling = roundedScaling(raw.scaling);
  if (scaling === null) return stored instanceof Float32Array ? stored : Float32Array.from(stored);
  const { slope, inter } = scaling;
  const scaled = new Float32Array(stored.length);
  if (scalesInFloat32(raw.type, scaling)) {
    for (let i = 0; i < scaled.length; i++) scaled[i] = Math.fround(stored[i] * slope) + inter;
  } else {
    for (let i = 0; i < scaled.length; i++) scaled[i] = stored[i] * slope + inter;
  }
  return scaled;
}

/** Scaled float64 values in file order. */
export function decodeFloat64(raw: RawVoxels): Float64Array {
  const stored = storedNumbers(raw);
  if (raw.scaling === null) return stored instanceof Float64Array ? stored : Float64Array.from(stored);
  const { slope, inter } = raw.scaling;
  const scaled = new Float64Array(stored.length);
  for (let i = 0; i < scaled.length; i++) scaled[i] = stored[i] * slope + inter;
  return scaled;
}

/** The factors as float32 where they fit, and null when they then change nothing. */
function roundedScaling(scaling: Scaling | null): Scaling | null {
  if (scaling === null) return null;
  const rounded = (x: number) => (Number.isFinite(Math.fround(x)) ? Math.fround(x) : x);
  const slope = rounded(scaling.slope);
  const inter = rounded(scaling.inter);
  return slope === 1 && inter === 0 ? null : { slope, inter };
}

/** Whether numpy multiplies this type by a float32 in float32; integers only when no value of the type overflows. */
function scalesInFloat32(type: VoxelTypeName, { slope, inter }: Scaling): boolean {
  if (Math.fround(slope) !== slope || Math.fround(inter) !== inter) return false;
  if (type === 'float32') return true;
  const { sizeBytes, range }: VoxelType = voxelTypes[type];
  if (sizeBytes > 2 || range === undefined) return false;
  return range.every((end) => Number.isFinite(Math.fround(Math.fround(end * slope) + inter)));
}

/** The stored numbers; 64-bit integers are rounded to float64. */
function storedNumbers({ type, bytes, littleEndian }: RawVoxels): NumberArray {
  const { sizeBytes } = voxelTypes[type];
  const aligned = littleEndian && bytes.byteOffset % sizeBytes === 0 ? bytes : bytes.slice();
  if (!littleEndian) swapBytes(aligned, sizeBytes);
  const { buffer, byteOffset } = aligned;
  const length = bytes.length / sizeBytes;
  switch (type) {
    case 'uint8':
      return new Uint8Array(buffer, byteOffset, length);
    case 'int8':
      return new Int8Array(buffer, byteOffset, length);
    case 'uint16':
      return new Uint16Array(buffer, byteOffset, length);
    case 'int16':
      return new Int16Array(buffer, byteOffset, length);
    case 'uint32':
      return new Uint32Array(buffer, byteOffset, length);
    case 'int32':
      return new Int32Array(buffer, byteOffset, length);
    case 'uint64':
      return Float64Array.from(new BigUint64Array(buffer, byteOffset, length), Number);
    case 'int64':
      return Float64Array.from(new BigInt64Array(buffer, byteOffset, length), Number);
    case 'float32':
      return new Float32Array(buffer, byteOffset, length);
    case 'float64':
      return new Float64Array(buffer, byteOffset, length);
  }
}

/** Reverses each element in place. */
function swapBytes(bytes: Uint8Array, sizeBytes: number): void {
  for (let start = 0; start < bytes.length; start += sizeBytes) {
    for (let low = start, high = start + sizeBytes - 1; low < high; low++, high--) {
      const byte = bytes[low];
      bytes[low] = bytes[high];
      bytes[high] = byte;
    }
  }
}

/** Types that the writer offers. */
export type WritableVoxelType = 'uint8' | 'int16' | 'float32' | 'float64';

/** Little-endian bytes of the values. Throws `nifti-value` when an integer type cannot hold one exactly. */
export function encodeVoxels(data: ArrayLike<number>, type: WritableVoxelType): Uint8Array<ArrayBuffer> {
  const arrays = { uint8: Uint8Array, int16: Int16Array, float32: Float32Array, float64: Float64Array } as const;
  const stored = new arrays[type](data);
  const { range }: VoxelType = voxelTypes[type];
  if (range !== undefined) {
    for (let i = 0; i < data.length; i++) {
      if (stored[i] !== data[i]) throw appError('nifti-value', { index: i, found: data[i], type });
    }
  }
  return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
}

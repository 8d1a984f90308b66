/** @file New voxels under the header of another image, as nibabel writes them: same type in the file, same place, same description. */
import { product } from '../base/shape';
import { type NiftiImage, writeNifti } from './nifti';
import { type VoxelTypeName, voxelTypes } from './nifti-voxels';

const headerBytes = 352;

/** Arrays of the types that are kept. 64-bit integers are not: no number here holds them. */
const arrays = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const satisfies Partial<Record<VoxelTypeName, unknown>>;

const isKept = (type: VoxelTypeName): type is keyof typeof arrays => type in arrays;

/** To the nearest, halves to the even one. */
function rint(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}

interface Scaled {
  readonly values: ArrayLike<number>;
  readonly slope: number;
  readonly inter: number;
}

/** Numbers in the whole range of an integer type, and what brings them back. */
function scaled(data: Float64Array, [low, high]: readonly [number, number]): Scaled {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of data) {
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (min > max) return { values: data.map(() => 0), slope: 1, inter: 0 };
  if (min === max) return { values: data.map(() => 0), slope: 1, inter: Math.fround(min) };
  // The factors stand in the header as float32, which holds no integer of 32 bits near the ends.
  const top = high > 2 ** 24 ? high + 1 - (low < 0 ? 128 : 256) : high;
  const exact = (max - min) / (top - low);
  // Unsigned numbers are finest near 0: there the end lies whose values are smaller.
  const isFlipped = low === 0 && Math.abs(max) < Math.abs(min);
  const slope = Math.fround(isFlipped ? -exact : exact);
  const inter = Math.fround(isFlipped ? max : min - low * exact);
  const clipped = (value: number): number => Math.min(top, Math.max(low, rint((value - inter) / slope)));
  return { values: data.map((value) => (Number.isNaN(value) ? clipped(0) : clipped(value))), slope, inter };
}

/**
 * A little-endian NIfTI-1 file with the header of `image`, whose whole file is `bytes`, and other voxels. Integers get a new scale. Where the
 * header cannot be kept (NIfTI-2, big-endian, integers of 64 bits), a fresh one says where the image lies. Extensions are not kept.
 */
export function rewriteNifti(bytes: Uint8Array, image: NiftiImage, data: Float64Array): Uint8Array<ArrayBuffer> {
  const { shape, affine, datatype, header } = image;
  if (data.length !== product(shape)) throw new RangeError(`${data.length} values do not fill the shape ${shape.join(' × ')}`);
  if (header.version !== 1 || !header.littleEndian || !isKept(datatype)) {
    const isFloat32 = datatype === 'float32';
    return writeNifti({ shape, data, affine, datatype: isFloat32 ? 'float32' : 'float64' });
  }
  const type = voxelTypes[datatype];
  const { values, slope, inter } = 'range' in type ? scaled(data, type.range) : { values: data, slope: 1, inter: 0 };
  const stored = new arrays[datatype](values);
  const file = new Uint8Array(headerBytes + stored.byteLength);
  file.set(bytes.subarray(0, 348));
  const view = new DataView(file.buffer);
  view.setInt32(0, 348, true);
  view.setInt16(72, 8 * type.sizeBytes, true);
  for (const [i, value] of [headerBytes, slope, inter].entries()) view.setFloat32(108 + 4 * i, value, true);
  file.set(new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength), headerBytes);
  return file;
}

/**
 * @file NIfTI images, uncompressed single files (`.nii`): NIfTI-1 and NIfTI-2 in, NIfTI-1 out.
 *
 * Read: both byte orders, integers of 8 to 64 bits, float32, float64. Refused: complex, RGB, 1 and 128 bits (`nifti-voxels.ts`),
 * and wrong headers (`nifti-header.ts`). The s-form wins over the q-form. Extensions are skipped and not written again.
 */

import { appError } from '../base/errors';
import { product } from '../base/shape';
import type { Codec } from './codec';
import { type Affine, quaternionOfAffine } from './nifti-affine';
import { type HeaderOptions, type NiftiHeader, readNiftiHeader } from './nifti-header';
import {
  decodeFloat32,
  decodeFloat64,
  encodeVoxels,
  type VoxelTypeName,
  voxelTypes,
  type WritableVoxelType,
} from './nifti-voxels';

export { type NiftiHeader, readNiftiHeader } from './nifti-header';

export interface NiftiImage<Data extends Float32Array | Float64Array = Float32Array | Float64Array> {
  /** Voxels per axis, fastest first. */
  readonly shape: readonly number[];
  /** Scaled values in the order of the file: the first axis varies fastest. */
  readonly data: Data;
  readonly affine: Affine;
  /** Type of the voxels in the file. */
  readonly datatype: VoxelTypeName;
  readonly header: NiftiHeader;
}

export interface ReadNiftiOptions extends HeaderOptions {
  /** Precision of the values; default float32. */
  readonly as?: 'float32' | 'float64';
}

/**
 * The image of an uncompressed file. `data` may be a view of `bytes` (float32 voxels without scaling), so do not reuse them.
 * Throws what `readNiftiHeader` throws, and `nifti-truncated`.
 */
export function readNifti(bytes: Uint8Array, options: ReadNiftiOptions & { readonly as: 'float64' }): NiftiImage<Float64Array>;
export function readNifti(bytes: Uint8Array, options?: HeaderOptions & { readonly as?: 'float32' }): NiftiImage<Float32Array>;
export function readNifti(bytes: Uint8Array, options: ReadNiftiOptions = {}): NiftiImage {
  const header = readNiftiHeader(bytes, options);
  const { shape, datatype, affine, offsetBytes, littleEndian, scaling } = header;
  const end = offsetBytes + product(shape) * voxelTypes[datatype].sizeBytes;
  if (end > bytes.length) throw appError('nifti-truncated', { found: bytes.length, expected: end }, { where: options.where });
  const raw = { type: datatype, bytes: bytes.subarray(offsetBytes, end), littleEndian, scaling };
  return { shape, data: options.as === 'float64' ? decodeFloat64(raw) : decodeFloat32(raw), affine, datatype, header };
}

/** What is written: an image that was read, or one put together from parts. */
export interface NiftiSource {
  /** Voxels per axis, fastest first; 1 to 7 axes. */
  readonly shape: readonly number[];
  /** First axis fastest. */
  readonly data: ArrayLike<number>;
  readonly affine: Affine;
  readonly datatype: VoxelTypeName;
}

export interface WriteNiftiOptions {
  /** Default 2, "aligned", as a new image of nibabel. */
  readonly sformCode?: 1 | 2 | 3 | 4 | 5;
  /** Default 0, "unknown". */
  readonly qformCode?: 0 | 1 | 2 | 3 | 4 | 5;
  /** Says that lengths are in mm and times in s, where a new image of nibabel says nothing. */
  readonly isMillimetres?: boolean;
}

const headerBytes = 352;

/**
 * A little-endian NIfTI-1 file without scaling; affine in the s-form, its nearest rotation in the q-form, by default with code 0, as
 * nibabel writes a new image. Throws `nifti-voxel-type` unless the type is uint8, int16, float32 or float64, `nifti-value` for
 * a value that an integer type cannot hold exactly, `nifti-too-large` for more than 32767 voxels along an axis.
 */
export function writeNifti(
  image: NiftiSource,
  { sformCode = 2, qformCode = 0, isMillimetres = false }: WriteNiftiOptions = {},
): Uint8Array<ArrayBuffer> {
  const { shape, data, affine, datatype } = image;
  if (!isWritable(datatype)) throw appError('nifti-voxel-type', { type: datatype });
  if (data.length !== product(shape)) throw new RangeError(`${data.length} values do not fill the shape ${shape.join(' × ')}`);
  if (shape.some((size) => size > 32767)) {
    throw appError('nifti-too-large', { found: data.length, shape: shape.join(' × '), limit: '32767 along each axis' });
  }
  const voxels = encodeVoxels(data, datatype);
  const bytes = new Uint8Array(headerBytes + voxels.length);
  const view = new DataView(bytes.buffer);
  const { bcd, offset, qfac, voxelSizeMm } = quaternionOfAffine(affine);
  const int16 = (at: number, values: readonly number[]) => {
    for (const [i, value] of values.entries()) view.setInt16(at + 2 * i, value, true);
  };
  const float32 = (at: number, values: readonly number[]) => {
    for (const [i, value] of values.entries()) view.setFloat32(at + 4 * i, value, true);
  };

  view.setInt32(0, 348, true);
  int16(40, [shape.length, ...Array.from({ length: 7 }, (_, i) => shape[i] ?? 1)]); // dim
  int16(70, [voxelTypes[datatype].code, 8 * voxelTypes[datatype].sizeBytes]); // datatype, bitpix
  float32(76, [qfac, ...voxelSizeMm, 1, 1, 1, 1]); // pixdim
  float32(108, [headerBytes, 1, 0]); // vox_offset, scl_slope, scl_inter
  if (isMillimetres) view.setUint8(123, 2 | 8); // xyzt_units
  int16(252, [qformCode, sformCode]); // qform_code, sform_code
  float32(256, [...bcd, ...offset]); // quatern, qoffset
  float32(280, affine.slice(0, 3).flat()); // srow_x, srow_y, srow_z
  bytes.set([0x6e, 0x2b, 0x31, 0], 344); // "n+1"
  bytes.set(voxels, headerBytes);
  return bytes;
}

function isWritable(type: VoxelTypeName): type is WritableVoxelType {
  return type === 'uint8' || type === 'int16' || type === 'float32' || type === 'float64';
}

/** Values as float32 in, NIfTI-1 with the s-form code of the image out. */
export const niftiCodec: Codec<NiftiImage> = {
  name: 'NIfTI',
  read: (bytes) => readNifti(bytes),
  write: (image) => writeNifti(image),
};

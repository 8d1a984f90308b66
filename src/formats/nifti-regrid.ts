/**
 * @file The file of an image whose stored numbers moved to another grid: the header stays as it is, but for dimensions, voxel sizes and
 * where the voxels lie. Nothing is decoded, so no number changes. Extensions are not kept.
 */
import { product } from '../base/shape';
import { type Affine, quaternionOfAffine } from './nifti-affine';
import type { NiftiHeader } from './nifti-header';
import { voxelTypes } from './nifti-voxels';

/** Arrays of numbers as wide as those of the file, whatever they mean. */
export type StoredNumbers = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

const arrays = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array } as const;

/** The voxels of an uncompressed file as whole numbers of their width: their bytes stay what they are, also those of NaN. */
export function storedVoxels(bytes: Uint8Array<ArrayBuffer>, { shape, datatype, offsetBytes }: NiftiHeader): StoredNumbers {
  const { sizeBytes } = voxelTypes[datatype];
  const voxels = bytes.slice(offsetBytes, offsetBytes + product(shape) * sizeBytes);
  return new arrays[sizeBytes](voxels.buffer);
}

/** Room for the voxels of another grid. */
export function emptyVoxels(like: StoredNumbers, count: number): StoredNumbers {
  return new arrays[like.BYTES_PER_ELEMENT as keyof typeof arrays](count);
}

/** True when a voxel stored as 0 is 0 as a value, so that padding needs no number that the file cannot hold. */
export function storesZero({ scaling }: NiftiHeader): boolean {
  return scaling === null || scaling.inter === 0;
}

const places = {
  1: { header: 348, start: 352, pixdim: 76, quaternion: 256, srow: 280, codes: 252, real: 4, dim: 40 },
  2: { header: 540, start: 544, pixdim: 104, quaternion: 352, srow: 400, codes: 344, real: 8, dim: 16 },
} as const;

/** An uncompressed file of the version and byte order of `bytes`, with three axes. */
export function regridNifti(
  bytes: Uint8Array<ArrayBuffer>,
  { version, littleEndian }: NiftiHeader,
  grid: { readonly shape: readonly number[]; readonly affine: Affine },
  voxels: StoredNumbers,
): Uint8Array<ArrayBuffer> {
  const at = places[version];
  const file = new Uint8Array(at.start + voxels.byteLength);
  file.set(bytes.subarray(0, at.header));
  const view = new DataView(file.buffer);
  const real = (place: number, values: readonly number[]): void => {
    for (const [i, value] of values.entries())
      if (at.real === 4) view.setFloat32(place + 4 * i, value, littleEndian);
      else view.setFloat64(place + 8 * i, value, littleEndian);
  };
  const whole = (place: number, i: number, value: number): void => {
    if (version === 1) view.setInt16(place + 2 * i, value, littleEndian);
    else view.setBigInt64(place + 8 * i, BigInt(value), littleEndian);
  };
  for (const [i, value] of [3, ...grid.shape, 1, 1, 1, 1].entries()) whole(at.dim, i, value);
  const { bcd, offset, qfac, voxelSizeMm } = quaternionOfAffine(grid.affine);
  real(at.pixdim, [qfac, ...voxelSizeMm]);
  if (version === 1) view.setFloat32(108, at.start, littleEndian);
  else view.setBigInt64(168, BigInt(at.start), littleEndian);
  // Of both forms: what one of them says must not contradict the other. A code that was not set stays so, unless none was.
  const code = (i: number): number =>
    version === 1 ? view.getInt16(at.codes + 2 * i, littleEndian) : view.getInt32(at.codes + 4 * i, littleEndian);
  if (code(1) <= 0) {
    const own = code(0) > 0 ? code(0) : 2;
    if (version === 1) view.setInt16(at.codes + 2, own, littleEndian);
    else view.setInt32(at.codes + 4, own, littleEndian);
  }
  real(at.quaternion, [...bcd, ...offset]);
  real(at.srow, grid.affine.slice(0, 3).flat());
  file.set(new Uint8Array(voxels.buffer, voxels.byteOffset, voxels.byteLength), at.start);
  return file;
}

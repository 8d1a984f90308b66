/**
 * @file The header of a NIfTI-1 or NIfTI-2 file, checked before anything it says is used.
 *
 * nifti-reader-js picks the fields apart but believes all of them, so every field we use is judged here: number and size of the
 * axes, voxel type, offset, scaling, matrices. Judgements follow nibabel 5, which also mends small faults (wrong sizeof_hdr,
 * bitpix, qfac, negative voxel sizes, unknown form codes). Refused besides: images without voxels, an offset of 0, and headers
 * of .hdr/.img pairs. Sources: nifti1.h, nifti2.h.
 */
import { NIFTI1, NIFTI2 } from 'nifti-reader-js';
import { appError } from '../base/errors';
import { product } from '../base/shape';
import { foreignFile } from './foreign-file';
import { type Affine, affineOfQuaternion, affineOfVoxelSizes } from './nifti-affine';
import { type Scaling, type VoxelTypeName, voxelTypeOf } from './nifti-voxels';

export interface NiftiHeader {
  readonly version: 1 | 2;
  readonly littleEndian: boolean;
  /** Voxels per axis, fastest axis first, as `dim[1…]`; 1 to 7 axes. */
  readonly shape: readonly number[];
  readonly datatype: VoxelTypeName;
  /** Where the voxels begin in the file. */
  readonly offsetBytes: number;
  /** Null: the stored numbers are the values. */
  readonly scaling: Scaling | null;
  /** One per axis, positive: mm, seconds for the fourth axis. */
  readonly voxelSize: readonly number[];
  readonly qformCode: number;
  readonly sformCode: number;
  /** From the s-form if its code is set, else the q-form, else the voxel sizes. */
  readonly affine: Affine;
  readonly description: string;
}

export interface HeaderOptions {
  readonly where?: string;
  /** Most voxels accepted; default 2²⁷, 16 brains of 1 mm. */
  readonly maxVoxels?: number;
}

const layouts = {
  1: { headerBytes: 348, magicAt: 344, magic: 'n+1\0', pairMagic: 'ni1\0', firstOffset: 352, srowAt: 280 },
  2: { headerBytes: 540, magicAt: 4, magic: 'n+2\0', pairMagic: 'ni2\0', firstOffset: 544, srowAt: 400 },
} as const;

const defaultMaxVoxels = 2 ** 27;

/**
 * The header from the first bytes of an uncompressed file (348 bytes for NIfTI-1, 540 for NIfTI-2). Throws `nifti-damaged`,
 * `nifti-voxel-type`, `nifti-too-large`, and what `foreignFile` finds in place of an image.
 */
export function readNiftiHeader(bytes: Uint8Array, { where, maxVoxels = defaultMaxVoxels }: HeaderOptions = {}): NiftiHeader {
  const damaged = (field: string, found: string | number, expected: string) =>
    appError('nifti-damaged', { field, found, expected }, { where });
  if (!hasMagic(bytes)) {
    const foreign = foreignFile(bytes, 'a NIfTI image', where);
    if (foreign !== undefined) throw foreign;
  }
  const version = versionOf(bytes, damaged);
  const layout = layouts[version];
  const littleEndian = byteOrderOf(bytes, version, damaged);
  const fields = pickFields(bytes, version, littleEndian);

  const shape = fields.dims.slice(1, fields.dims[0] + 1);
  shape.forEach((size, i) => {
    if (!Number.isSafeInteger(size) || size < 1) throw damaged(`dim[${i + 1}]`, size, 'at least 1');
  });
  const datatype = voxelTypeOf(fields.datatypeCode, where);
  if (product(shape) > maxVoxels) {
    throw appError('nifti-too-large', { found: product(shape), shape: shape.join(' × '), limit: maxVoxels }, { where });
  }
  const offsetBytes = Math.trunc(fields.vox_offset);
  if (!(offsetBytes >= layout.firstOffset && offsetBytes <= Number.MAX_SAFE_INTEGER)) {
    throw damaged('vox_offset', fields.vox_offset, `at least ${layout.firstOffset}`);
  }
  const voxelSize = fields.pixDims
    .slice(1, 8)
    .map((size, i) => (i < 3 ? Math.abs(size) || (Number.isNaN(size) ? size : 1) : size));
  const qformCode = knownCode(fields.qform_code);
  const sformCode = knownCode(fields.sform_code);
  const scaling = scalingOf(fields, damaged);
  const affine =
    sformCode > 0
      ? sform(bytes, layout.srowAt, version, littleEndian)
      : qformCode > 0
        ? qform(fields, version, voxelSize)
        : affineOfVoxelSizes(shape, voxelSize);
  if (affine === undefined) {
    throw damaged('quatern_b, c, d', [fields.quatern_b, fields.quatern_c, fields.quatern_d].join(', '), 'a length of at most 1');
  }
  return {
    version,
    littleEndian,
    shape,
    datatype,
    offsetBytes,
    scaling,
    voxelSize: voxelSize.slice(0, shape.length),
    qformCode,
    sformCode,
    affine,
    description: fields.description,
  };
}

type Damaged = (field: string, found: string | number, expected: string) => Error;

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** True when one of the magic words stands where it belongs. */
function hasMagic(bytes: Uint8Array): boolean {
  return Object.values(layouts).some(({ magicAt, magic, pairMagic }) => {
    const found = String.fromCharCode(...bytes.subarray(magicAt, magicAt + 4));
    return found === magic || found === pairMagic;
  });
}

/** NIfTI-1 by its magic word, else NIfTI-2 by the length of its header, as nibabel recognises them. */
function versionOf(bytes: Uint8Array, damaged: Damaged): 1 | 2 {
  const text = (at: number, length = 4) => String.fromCharCode(...bytes.subarray(at, at + length));
  if (bytes.length < layouts[1].headerBytes) throw damaged('its length', `${bytes.length} bytes`, 'at least 348 bytes');
  const view = viewOf(bytes);
  const isOne = text(layouts[1].magicAt) === layouts[1].magic;
  const version = !isOne && (view.getInt32(0, true) === 540 || view.getInt32(0, false) === 540) ? 2 : 1;
  const { headerBytes, magicAt, magic, pairMagic } = layouts[version];
  if (bytes.length < headerBytes) throw damaged('its length', `${bytes.length} bytes`, `at least ${headerBytes} bytes`);
  const found = text(magicAt);
  if (found === pairMagic)
    throw damaged('its magic word', `"${found.slice(0, 3)}"`, 'a single file; this is half of a .hdr/.img pair');
  if (found !== magic) throw damaged('its magic word', JSON.stringify(found), `"${magic.slice(0, 3)}"`);
  const lineEnds = text(8);
  if (version === 2 && lineEnds !== '\r\n\x1a\n' && lineEnds !== '\0\0\0\0') {
    throw damaged('eol_check', JSON.stringify(lineEnds), 'as written; the file was changed as if it were text');
  }
  return version;
}

/** True for little endian: the order in which the number of axes makes sense. */
function byteOrderOf(bytes: Uint8Array, version: 1 | 2, damaged: Damaged): boolean {
  const view = viewOf(bytes);
  const axes = (littleEndian: boolean) =>
    version === 1 ? view.getInt16(40, littleEndian) : Number(view.getBigInt64(16, littleEndian));
  if (axes(true) >= 1 && axes(true) <= 7) return true;
  if (axes(false) >= 1 && axes(false) <= 7) return false;
  throw damaged('dim[0]', axes(true), '1 to 7 axes');
}

/** The fields by nifti-reader-js, from a copy that holds the header alone and the header length it insists on. */
function pickFields(bytes: Uint8Array, version: 1 | 2, littleEndian: boolean): NIFTI1 | NIFTI2 {
  const { headerBytes } = layouts[version];
  const copy = bytes.slice(0, headerBytes);
  viewOf(copy).setInt32(0, headerBytes, littleEndian);
  const fields = version === 1 ? new NIFTI1() : new NIFTI2();
  fields.readHeader(copy.buffer);
  return fields;
}

function knownCode(code: number): number {
  return code >= 0 && code <= 5 ? code : 0;
}

function scalingOf({ scl_slope: slope, scl_inter: inter }: NIFTI1 | NIFTI2, damaged: Damaged): Scaling | null {
  if (slope === 0 || !Number.isFinite(slope)) return null;
  if (!Number.isFinite(inter)) throw damaged('scl_inter', inter, `a finite number beside scl_slope ${slope}`);
  return slope === 1 && inter === 0 ? null : { slope, inter };
}

function sform(bytes: Uint8Array, at: number, version: 1 | 2, littleEndian: boolean): Affine {
  const view = viewOf(bytes);
  const value = (i: number) =>
    version === 1 ? view.getFloat32(at + 4 * i, littleEndian) : view.getFloat64(at + 8 * i, littleEndian);
  const row = (r: number) => [0, 1, 2, 3].map((c) => value(4 * r + c));
  return [row(0), row(1), row(2), [0, 0, 0, 1]];
}

function qform(fields: NIFTI1 | NIFTI2, version: 1 | 2, voxelSize: readonly number[]): Affine | undefined {
  const epsilon = version === 1 ? 2 ** -23 : 2 ** -52;
  return affineOfQuaternion(
    {
      bcd: [fields.quatern_b, fields.quatern_c, fields.quatern_d],
      offset: [fields.qoffset_x, fields.qoffset_y, fields.qoffset_z],
      qfac: fields.pixDims[0] === -1 ? -1 : 1,
      voxelSizeMm: [voxelSize[0], voxelSize[1], voxelSize[2]],
    },
    3 * epsilon,
  );
}

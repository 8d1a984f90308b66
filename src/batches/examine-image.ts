/** @file One image file looked at: its header and whether the file is as long as that says; if asked, its voxels, with their hash. */
import { appError } from '../base/errors';
import { sha256 } from '../base/sha256';
import { product } from '../base/shape';
import type { FileRef, Folder } from '../folders/folder';
import { gzip } from '../formats/gzip';
import { readNifti, readNiftiHeader } from '../formats/nifti';
import { emptyVoxels, regridNifti, storedVoxels, storesZero } from '../formats/nifti-regrid';
import { voxelTypes } from '../formats/nifti-voxels';
import { type Grid, rearrange, rearrangementTo } from '../images/grid';
import { factsOf, judgeValues } from '../images/judge-values';
import { tripleOf } from '../images/volume';
import { openImage, readImageBytes } from './read-image';
import type { ExamineImageRequest, ImageExamination, MendImageRequest } from './readers';

/** What may follow the voxels in a file. */
const trailingBytes = 2 ** 20;

/** True when the end of a packed file does not tell the length that the header asks for: it may be cut, or in several members. */
async function endsOddly(file: FileRef, isPacked: boolean, path: string, expected: number): Promise<boolean> {
  if (!isPacked) {
    if (file.sizeBytes < expected) throw appError('nifti-truncated', { found: file.sizeBytes, expected }, { where: path });
    return false;
  }
  const end = await file.bytes(Math.max(0, file.sizeBytes - 4), file.sizeBytes);
  if (end.length < 4) return true;
  const declared = new DataView(end.buffer, end.byteOffset).getUint32(0, true);
  return declared < expected % 2 ** 32 || declared > (expected % 2 ** 32) + trailingBytes;
}

/**
 * Throws what reading the header throws, `image-not-3d`, and for what the file itself shows `gzip-damaged` and `nifti-truncated`; with
 * voxels also `values-infinite` and `image-constant`.
 */
export async function examineImage(folder: Folder, request: ExamineImageRequest): Promise<ImageExamination> {
  const { path, voxels } = request;
  const { header, file, isPacked } = await openImage(folder, path);
  const { affine, datatype, offsetBytes, qformCode, sformCode } = header;
  const shape = tripleOf(header.shape, path);
  const expected = offsetBytes + product(shape) * voxelTypes[datatype].sizeBytes;
  const isOdd = await endsOddly(file, isPacked, path, expected);
  const found = { shape, affine, isPlaced: qformCode > 0 || sformCode > 0, storesZero: storesZero(header) };
  if (!voxels && !isOdd) return { ...found, nanCount: 0, hash: null };
  const { data } = readNifti(await readImageBytes(folder, path), { where: path });
  if (!voxels) return { ...found, nanCount: 0, hash: null };
  const values = data as Float32Array<ArrayBuffer>;
  const facts = factsOf(values);
  judgeValues(facts, { normalize: true, whole: true }, path);
  const hash = await sha256(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return { ...found, nanCount: facts.nanCount, hash: `${shape.join('x')} ${hash}` };
}

/** Writes an image on another grid; the original is not changed. Throws what reading throws, and `doctor-grid-resample`. */
export async function mendImage(source: Folder, target: Folder, request: MendImageRequest): Promise<void> {
  const { path, outputPath, grid } = request;
  const bytes = await readImageBytes(source, path);
  const header = readNiftiHeader(bytes, { where: path });
  const own: Grid = { shape: tripleOf(header.shape, path), affine: header.affine };
  readNifti(bytes, { where: path }); // refuses what is cut short
  const way = rearrangementTo(own, grid);
  if (way === undefined) throw appError('doctor-grid-resample', { file: path }, { where: path });
  const voxels = storedVoxels(bytes, header);
  const moved = emptyVoxels(voxels, product(grid.shape));
  rearrange<number | bigint>(voxels, own.shape, way, grid.shape, moved);
  const file = regridNifti(bytes, header, grid, moved);
  await target.write(outputPath, /\.gz$/i.test(outputPath) ? await gzip(file) : file);
}

/** @file Image files of a CAPS → voxels in memory, and what their first bytes tell without reading the rest. */
import { product } from '../base/shape';
import type { FileRef, Folder } from '../folders/folder';
import { gunzip, isGzip } from '../formats/gzip';
import { gunzipStart } from '../formats/gzip-start';
import { type NiftiHeader, readNifti, readNiftiHeader } from '../formats/nifti';
import { voxelTypes } from '../formats/nifti-voxels';
import { makeRoiMask, type RoiMask } from '../images/roi-mask';
import { type Volume, volumeInFileOrder } from '../images/volume';

/** Compressed bytes that surely hold a header of 540 bytes. */
const startBytes = 16 * 1024;
const headerBytes = 540;
/** What may follow the voxels in a file. */
const trailingBytes = 2 ** 20;

/** The header, from the beginning of a `.nii` or `.nii.gz` file. */
function headerOf(start: Uint8Array<ArrayBuffer>, where: string): NiftiHeader {
  return readNiftiHeader(isGzip(start) ? gunzipStart(start, headerBytes, where) : start, { where });
}

/** The header of a `.nii` or `.nii.gz` file, and the file to read on in; no voxels are read. Throws as `readImageHeader`. */
export async function openImage(
  folder: Folder,
  path: string,
): Promise<{ readonly header: NiftiHeader; readonly file: FileRef; readonly isPacked: boolean }> {
  const file = await folder.file(path);
  const start = await file.bytes(0, Math.min(startBytes, file.sizeBytes));
  return { header: headerOf(start, path), file, isPacked: isGzip(start) };
}

/** The header of a `.nii` or `.nii.gz` file; no voxels are read. Throws as `readNiftiHeader` and `gunzipStart`. */
export async function readImageHeader(folder: Folder, path: string): Promise<NiftiHeader> {
  return (await openImage(folder, path)).header;
}

/** The unpacked bytes of a `.nii` or `.nii.gz` file: never more than its header announces. */
export async function readImageBytes(folder: Folder, path: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await folder.read(path);
  if (!isGzip(bytes)) return bytes;
  const header = headerOf(bytes.slice(0, startBytes), path);
  const voxelBytes = product(header.shape) * voxelTypes[header.datatype].sizeBytes;
  return gunzip(bytes, { maxBytes: header.offsetBytes + voxelBytes + trailingBytes, where: path });
}

/** The voxels of a `.nii` or `.nii.gz` file, as float32. Throws as `readNifti` and `gunzip`, and `image-not-3d`. */
export async function readImage(folder: Folder, path: string): Promise<Volume> {
  const { shape, data } = readNifti(await readImageBytes(folder, path), { where: path });
  return volumeInFileOrder(shape, data as Float32Array<ArrayBuffer>, path);
}

/** The mask of the region `name`. Throws as `readNifti`, `gunzip` and `makeRoiMask`. */
export async function readMask(folder: Folder, path: string, name: string): Promise<RoiMask> {
  const { shape, data, affine } = readNifti(await readImageBytes(folder, path), { where: path, as: 'float64' });
  return makeRoiMask(name, shape, data, path, affine);
}

/** @file Tensor files of a CAPS, both directions, and their shapes from the first bytes alone. */
import { contiguousStrides } from '../base/shape';
import type { Folder } from '../folders/folder';
import { readTensorShape, tensorHeadBytes } from '../formats/torch-head';
import { readTensorFile } from '../formats/torch-read';
import { claimsTooMuch, tensor } from '../formats/torch-tensor';
import { archiveNameOf, writeTorch } from '../formats/torch-write';
import type { Element } from '../images/extract';
import { type Volume, volumeOfTensor } from '../images/volume';

/** The tensor of a file, as float32: a view of the file's bytes where it can be, of which readers copy what they hand out. Throws what `readTensorFile` throws. */
export async function readElement(folder: Folder, path: string): Promise<Element> {
  return elementOf(await folder.read(path), path);
}

function elementOf(bytes: Uint8Array<ArrayBuffer>, path: string): Element {
  const found = readTensorFile(bytes, path, true);
  const { shape, strides, storage, offset } = found;
  // a whole image keeps the order of its file: no copy of 25 MB
  if (storage instanceof Float32Array && offset === 0 && storage.length === found.size) return { shape, strides, data: storage };
  return { shape, strides: contiguousStrides(shape), data: found.toFloat32() };
}

/** Where the voxels of an image lie in its file, which was read once, as a whole, and found sound. */
export interface ImagePlace extends Pick<Volume, 'shape' | 'strides'> {
  readonly startBytes: number;
  readonly fileBytes: number;
}

/**
 * The whole image in a file, and where its voxels lie there; null where they are not float32 or begin between two of them.
 * Throws what `readTensorFile` throws, and `tensor-not-image`.
 */
export async function readWholeImage(folder: Folder, path: string): Promise<{ volume: Volume; place: ImagePlace | null }> {
  const bytes = await folder.read(path);
  const { shape, strides, data } = elementOf(bytes, path);
  const volume = volumeOfTensor(shape, strides, data, path);
  const place =
    data.buffer === bytes.buffer
      ? { shape: volume.shape, strides: volume.strides, startBytes: data.byteOffset - bytes.byteOffset, fileBytes: bytes.length }
      : null;
  return { volume, place };
}

/** The voxels of element i alone, of a file whose place is known; undefined when the file has another size than it had. */
export async function readPart(
  folder: Folder,
  path: string,
  { shape, strides, startBytes, fileBytes }: ImagePlace,
  [first, end]: readonly [number, number],
): Promise<Volume | undefined> {
  const file = await folder.file(path);
  if (file.sizeBytes !== fileBytes) return undefined;
  const bytes = await file.bytes(startBytes + 4 * first, startBytes + 4 * end);
  const data =
    bytes.byteOffset % 4 === 0
      ? new Float32Array(bytes.buffer, bytes.byteOffset, end - first)
      : new Float32Array(bytes.slice().buffer);
  return { shape, strides, data, start: first };
}

/** The shape of the tensor in a file; its numbers are not read. */
export async function readElementShape(folder: Folder, path: string): Promise<readonly number[]> {
  const file = await folder.file(path);
  const start = await file.bytes(0, Math.min(tensorHeadBytes, file.sizeBytes));
  const shape = readTensorShape(start);
  // No element takes less than a byte: more of them than that is for the reader of the whole file to judge.
  return shape === undefined || claimsTooMuch(shape, file.sizeBytes) ? (await readElement(folder, path)).shape : shape;
}

/** The bytes of the file that `torch.save(element, path)` writes. */
export function elementFile({ shape, strides, data }: Element, path: string): Uint8Array<ArrayBuffer> {
  return writeTorch(tensor('float32', shape, data, strides), { archiveName: archiveNameOf(path) });
}

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
  const found = readTensorFile(await folder.read(path), path, true);
  const { shape, strides, storage, offset } = found;
  // a whole image keeps the order of its file: no copy of 25 MB
  if (storage instanceof Float32Array && offset === 0 && storage.length === found.size) return { shape, strides, data: storage };
  return { shape, strides: contiguousStrides(shape), data: found.toFloat32() };
}

/** The whole image in a file. Throws what `readTensorFile` throws, and `tensor-not-image`. */
export async function readWholeImage(folder: Folder, path: string): Promise<Volume> {
  const { shape, strides, data } = await readElement(folder, path);
  return volumeOfTensor(shape, strides, data, path);
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

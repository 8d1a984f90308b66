/** @file Writes files of torch.save (zip format, PyTorch 1.13), byte for byte. */
import { writePickle } from './pickle-write';
import type { TorchValue } from './torch-tensor';
import { writeZip } from './zip-write';

export interface WriteTorchOptions {
  /** Folder inside the archive; `archiveNameOf(fileName)` gives what PyTorch takes. */
  readonly archiveName: string;
}

/**
 * The file that torch.save writes for this value. Tensors over the same storage array share it in the file. Throws RangeError when one
 * storage is used with two dtypes or the file would reach 4 GiB: mistakes of the caller.
 */
export function writeTorch(value: TorchValue, { archiveName }: WriteTorchOptions): Uint8Array<ArrayBuffer> {
  const { pickle, storages } = writePickle(value);
  const members = storages
    .map((storage, key) => ({
      name: `${archiveName}/data/${key}`,
      data: new Uint8Array(storage.buffer, storage.byteOffset, storage.byteLength),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return writeZip([
    { name: `${archiveName}/data.pkl`, data: pickle },
    ...members,
    { name: `${archiveName}/version`, data: new TextEncoder().encode('3\n') },
  ]);
}

/** The folder that PyTorch uses inside the archive: the file name without its last extension (`model.pth` of `model.pth.tar`). */
export function archiveNameOf(fileName: string): string {
  const name = fileName.slice(fileName.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

/** @file A folder that tells which files are written through it, at any depth, here or by a reader. */

import type { FolderAddress, Readers } from '../batches/readers';
import type { Folder } from '../folders/folder';
import { joinPath } from '../folders/names';
import { realOf, standsFor } from './stand-in';

/** The same folder; `told` gets the path, inside this folder, of each file after it was written, `removed` that of a file or folder that went. */
export function recordWrites(
  folder: Folder,
  told: (path: string) => void,
  removed: (path: string) => void = () => {},
  prefix = '',
): Folder {
  const recording: Folder = {
    name: folder.name,
    list: (path, most) => folder.list(path, most),
    kindOf: (path) => folder.kindOf(path),
    file: (path) => folder.file(path),
    read: (path) => folder.read(path),
    makeFolder: (path) => folder.makeFolder(path),
    remove: async (path) => {
      await folder.remove(path);
      removed(joinPath(prefix, path));
    },
    write: async (path, bytes) => {
      await folder.write(path, bytes);
      told(joinPath(prefix, path));
    },
    sub: (path) => recordWrites(folder.sub(path), told, removed, joinPath(prefix, path)),
  };
  standsFor(recording, folder, prefix);
  return recording;
}

/** Readers that are handed the folder behind a recording one, and whose writes are told too. */
export function recordReaders(readers: Readers, told: (path: string) => void): Readers {
  const realAddress = (address: FolderAddress): FolderAddress => realOf(address)?.folder ?? address;
  const open = <R extends { readonly caps: FolderAddress; readonly images?: FolderAddress }>(request: R): R => {
    const { caps, images } = request;
    return { ...request, caps: realAddress(caps), ...(images === undefined ? {} : { images: realAddress(images) }) };
  };
  const prefixOf = (caps: FolderAddress): string => realOf(caps)?.prefix ?? '';
  return {
    size: readers.size,
    extractSession: async (request, signal) => {
      const result = await readers.extractSession(open(request), signal);
      for (const path of result.written) told(joinPath(prefixOf(request.caps), path));
      return result;
    },
    simulateSession: async (request, signal) => {
      await readers.simulateSession(open(request), signal);
      const { outputPath, truth, caps } = request;
      for (const path of truth === undefined ? [outputPath] : [outputPath, truth.path]) told(joinPath(prefixOf(caps), path));
    },
    generateImage: async (request, signal) => {
      await readers.generateImage(open(request), signal);
      told(joinPath(prefixOf(request.caps), request.outputPath));
    },
    countLost: (request, signal) => readers.countLost(open(request), signal),
    lookAtQuality: (request, signal) => readers.lookAtQuality(open(request), signal),
    readSample: (request, signal) => readers.readSample(open(request), signal),
    examineImage: (request, signal) => readers.examineImage(open(request), signal),
    mendImage: async (request, signal) => {
      await readers.mendImage(open(request), signal);
      told(joinPath(prefixOf(request.caps), request.outputPath));
    },
    inspectImage: (request, signal) => readers.inspectImage(open(request), signal),
    dispose: () => readers.dispose(),
  };
}

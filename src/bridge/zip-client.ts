/**
 * @file Zip files in and out of a folder, in a worker of their own: inflating and deflating keep a thread busy for seconds, and the
 * page must go on answering. A folder in memory cannot be posted, and is worked on here.
 */
import * as Comlink from 'comlink';
import type { Folder } from '../folders/folder';
import { sourceOf } from '../folders/source';
import { exportZip, importZip, largestImportBytes, type ZipOptions } from '../folders/zip-folder';
import { installWire } from './wire';
import { startWorker } from './worker-url';
import type { ZipApi } from './zip-api';

export interface ZipClient {
  /** As `importZip`; never more bytes than the browser has room for where `folder` lies in its private storage. */
  importZip(zip: Blob | Uint8Array<ArrayBuffer>, folder: Folder, path: string, options?: ZipOptions): Promise<readonly string[]>;
  exportZip(folder: Folder, path: string, options?: ZipOptions): Promise<Blob>;
}

/** What may be unpacked into the folder, in bytes: the free part of the browser's storage, for folders that lie there. */
async function roomFor(handle: FileSystemDirectoryHandle): Promise<number> {
  const root = await navigator.storage.getDirectory().catch(() => undefined); // no storage for this page: the folder is on the disk
  if (root === undefined || (await root.resolve(handle)) === null) return largestImportBytes;
  const { quota, usage } = await navigator.storage.estimate();
  return quota === undefined ? largestImportBytes : Math.max(0, Math.min(largestImportBytes, quota - (usage ?? 0)));
}

/** @param address of the worker entry, as Vite gives it. */
export function zipClient(address: string): ZipClient {
  const inWorker = async <T>(
    { signal = new AbortController().signal, onProgress = () => {} }: ZipOptions,
    work: (remote: ZipApi, signal: AbortSignal, report: NonNullable<ZipOptions['onProgress']>) => Promise<T>,
  ): Promise<T> => {
    signal.throwIfAborted();
    installWire();
    const worker = startWorker(address, 'zip');
    const died = new Promise<never>((_, reject) => {
      worker.addEventListener('error', (event) => reject(new Error(`The zip worker failed: ${event.message}`)));
    });
    try {
      const remote = Comlink.wrap<ZipApi>(worker) as unknown as ZipApi;
      return await Promise.race([work(remote, signal, Comlink.proxy(onProgress)), died]);
    } finally {
      worker.terminate();
    }
  };
  return {
    async importZip(zip, folder, path, options = {}) {
      const source = sourceOf(folder);
      if (source === undefined) return importZip(zip, folder, path, options);
      const blob = zip instanceof Blob ? zip : new Blob([zip]);
      const request = { zip: blob, folder: source, path, maxBytes: await roomFor(source.handle) };
      return inWorker(options, (remote, signal, report) => remote.importZip(request, signal, report));
    },
    async exportZip(folder, path, options = {}) {
      const source = sourceOf(folder);
      if (source === undefined) return exportZip(folder, path, options);
      return inWorker(options, (remote, signal, report) => remote.exportZip({ folder: source, path }, signal, report));
    },
  };
}

/** @file The zip worker: packs and unpacks, so that the page goes on answering. Lives for one zip file. */
import * as Comlink from 'comlink';
import { installWire } from '../src/bridge/wire';
import type { ZipApi } from '../src/bridge/zip-api';
import { openSource } from '../src/folders/source';
import { exportZip, importZip } from '../src/folders/zip-folder';

installWire();
addEventListener('unhandledrejection', (event) => reportError(event.reason));

const api: ZipApi = {
  importZip: ({ zip, folder, path, maxBytes }, signal, report) =>
    importZip(zip, openSource(folder), path, { maxBytes, signal, onProgress: report }),
  exportZip: ({ folder, path }, signal, report) => exportZip(openSource(folder), path, { signal, onProgress: report }),
};
Comlink.expose(api);

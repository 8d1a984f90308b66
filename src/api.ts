/**
 * @file `globalThis.clinicadl`: the app for scripts. A public interface (public/guide/scripts.md); it changes only with a note
 * there. Commands run here show on the page like clicked ones.
 */
import { appError } from './base/errors';
import type { Progress } from './base/job';
import type { BackendChoice } from './bridge/compute-api';
import type { BackendInfo } from './engine/executor';
import type { Entry, Folder } from './folders/folder';
import { walk } from './folders/walk';
import type { CommandOutcome } from './options/outcome';
import { mapsFolder, metricsFile, sampleStudy } from './ui/sample-study';
import { type MapsManager, mapsManager } from './ui/state/maps-manager';
import type { Session } from './ui/state/session';

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface ListedEntry extends Entry {
  /** Inside the workspace. */
  readonly path: string;
}

export function createApi(session: Session) {
  const folder = (): Folder => {
    if (session.workspace === undefined) throw appError('workspace-missing', { line: 'clinicadl.workspace' });
    return session.workspace.folder;
  };
  return {
    workspace: {
      /** Makes a folder of the browser's private file system the workspace. */
      openPrivate: (name: string): Promise<void> => session.openPrivate(name),
      /** Makes a picked or dropped directory handle the workspace. */
      openFolder: (handle: FileSystemDirectoryHandle): Promise<void> => session.openHandle(handle),
      async list(path = '', { recursive = false } = {}): Promise<readonly ListedEntry[]> {
        if (!recursive) {
          const prefix = path === '' || path === '.' ? '' : `${path}/`;
          return (await folder().list(path)).map((entry) => ({ ...entry, path: prefix + entry.name }));
        }
        return (await walk(folder(), path)).map((entry) => ({ ...entry, name: entry.path.split('/').at(-1) ?? '' }));
      },
      read: async (path: string): Promise<Uint8Array<ArrayBuffer>> => folder().read(path),
      async write(path: string, content: Uint8Array<ArrayBuffer> | string): Promise<void> {
        const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
        await session.edit((open) => open.write(path, bytes));
        await session.refresh([path]);
      },
      async remove(path: string): Promise<void> {
        await session.edit((open) => open.remove(path));
        await session.refresh([path]);
      },
      /** Unpacks a zip below `path`; resolves to the paths written. */
      async importZip(bytes: Uint8Array<ArrayBuffer> | Blob, path = ''): Promise<readonly string[]> {
        const written = await session.edit((open) => session.zip.importZip(bytes, open, path));
        await session.refresh(written);
        return written;
      },
      /** A folder as the bytes of a zip. */
      async exportZip(path = ''): Promise<Uint8Array<ArrayBuffer>> {
        return new Uint8Array(await (await session.zip.exportZip(folder(), path)).arrayBuffer());
      },
    },
    /** Runs one command; paths are relative to the workspace. Never rejects for a mistake of the person. */
    run: (commandLine: string, { signal, onProgress }: RunOptions = {}): Promise<CommandOutcome> =>
      session.run(commandLine, { ...(signal && { signal }), ...(onProgress && { onProgress }), attended: false }),
    backend: {
      current: (): Promise<BackendInfo> => session.client.backend(),
      use: (name: BackendChoice): Promise<BackendInfo> => session.client.backend(name),
    },
    /** The MapsManager of ClinicaDL's Python API: its methods and arguments; every method is asynchronous. */
    openMaps: (path: string, parameters: null = null): MapsManager => mapsManager(session, path, parameters),
    /** The built-in study: its command lines in order, and where its results lie. */
    sampleStudy: { ...sampleStudy(), mapsFolder, metricsFile, of: sampleStudy },
  };
}

export type ClinicadlApi = ReturnType<typeof createApi>;

declare global {
  var clinicadl: ClinicadlApi;
}

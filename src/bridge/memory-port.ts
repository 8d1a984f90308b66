/** @file A folder in the memory of the page, as workers see it: every call is one message to the page. */
import * as Comlink from 'comlink';
import type { FileRef, Folder } from '../folders/folder';
import { joinPath } from '../folders/names';
import type { MemorySource } from '../folders/source';

/** What the page answers; paths are inside the folder. */
interface Answers extends Pick<Folder, 'list' | 'kindOf' | 'read' | 'write' | 'makeFolder' | 'remove'> {
  file(path: string): Promise<Pick<FileRef, 'name' | 'path' | 'sizeBytes'>>;
  bytes(path: string, start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

function answersOf(folder: Folder): Answers {
  return {
    list: (path) => folder.list(path),
    kindOf: (path) => folder.kindOf(path),
    read: (path) => folder.read(path),
    write: (path, bytes) => folder.write(path, bytes),
    makeFolder: (path) => folder.makeFolder(path),
    remove: (path) => folder.remove(path),
    async file(path) {
      const { name, path: inside, sizeBytes } = await folder.file(path);
      return { name, path: inside, sizeBytes };
    },
    bytes: async (path, start, end) => (await folder.file(path)).bytes(start, end),
  };
}

function asking(remote: Answers, name: string, base: string): Folder {
  const at = (path: string): string => (path === '' || path === '.' ? base : joinPath(base, path));
  return {
    name,
    list: (path) => remote.list(at(path)),
    kindOf: (path) => remote.kindOf(at(path)),
    read: (path) => remote.read(at(path)),
    write: (path, bytes) => remote.write(at(path), bytes),
    makeFolder: (path) => remote.makeFolder(at(path)),
    remove: (path) => remote.remove(at(path)),
    async file(path): Promise<FileRef> {
      const found = await remote.file(at(path));
      const bytes = (start = 0, end = found.sizeBytes) => remote.bytes(at(path), start, end);
      return { ...found, path, bytes };
    },
    sub: (path) => asking(remote, at(path) || name, at(path)),
  };
}

interface Sent {
  readonly name: string;
  readonly port: MessagePort;
}

/** Lets comlink carry a folder in memory. */
export const memoryHandler: Comlink.TransferHandler<MemorySource, Sent> = {
  canHandle: (value): value is MemorySource =>
    typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'memory' && 'folder' in value,
  serialize: ({ folder }) => {
    const { port1, port2 } = new MessageChannel();
    Comlink.expose(answersOf(folder), port1);
    return [{ name: folder.name, port: port2 }, [port2]];
  },
  deserialize: ({ name, port }) => ({
    kind: 'memory',
    folder: asking(Comlink.wrap<Answers>(port) as unknown as Answers, name, ''),
  }),
};

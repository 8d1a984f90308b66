/**
 * @file Directory handles of the File System standard in memory, with faults on demand: for tests where there is no browser.
 *
 * Only what `picked-folder.ts` calls is there. A handle is a path, as in browsers: it stays usable when its folder is deleted and
 * made again, and fails with NotFoundError in between.
 */

export type FaultAt =
  | 'getFile'
  | 'getFileHandle'
  | 'createWritable'
  | 'write'
  | 'close'
  | 'move'
  | 'list'
  | 'arrayBuffer'
  | 'createSyncAccessHandle'
  | 'writeDirectly'
  | 'flush';

/** Decides, before each call, whether it throws: the error, or undefined. 'crash' leaves the call pending for ever. */
type Fault = (at: FaultAt, path: string) => DOMException | 'crash' | undefined;

interface DiskFile {
  readonly kind: 'file';
  bytes: Uint8Array<ArrayBuffer>;
}
interface DiskFolder {
  readonly kind: 'directory';
  readonly children: Map<string, DiskFile | DiskFolder>;
}

export interface FakeDisk {
  readonly handle: FileSystemDirectoryHandle;
  /** Set to inject faults. */
  fault: Fault;
  /** Files as another program sees them, unfinished ones included: path → bytes. */
  files(): Record<string, Uint8Array<ArrayBuffer>>;
  /** Behind the page's back. Without a path, the folder itself. */
  remove(path?: string): void;
  readonly calls: FaultAt[];
  /** When files were last changed, by path, in milliseconds since 1970; others just now. */
  readonly modified: Record<string, number>;
}

const fail = (name: string): DOMException => new DOMException(name, name);

/** `movable` false is a browser without `move`; `direct` is the private file system in a worker. */
export function fakeDisk(name = 'disk', { movable = true, direct = false } = {}): FakeDisk {
  const pathOf = new WeakMap<object, readonly string[]>();
  let top: DiskFolder | undefined = { kind: 'directory', children: new Map() };

  const nodeAt = (path: readonly string[]): DiskFile | DiskFolder | undefined => {
    let node: DiskFile | DiskFolder | undefined = top;
    for (const part of path) node = node?.kind === 'directory' ? node.children.get(part) : undefined;
    return node;
  };
  const folderAt = (path: readonly string[]): DiskFolder => {
    const node = nodeAt(path);
    if (node === undefined) throw fail('NotFoundError');
    if (node.kind === 'file') throw fail('TypeMismatchError');
    return node;
  };

  async function call(at: FaultAt, path: readonly string[]): Promise<void> {
    if (callNow(at, path) === 'crash') await new Promise(() => {});
  }
  function callNow(at: FaultAt, path: readonly string[]): 'crash' | undefined {
    disk.calls.push(at);
    const fault = disk.fault(at, path.join('/'));
    if (fault instanceof DOMException) throw fault;
    return fault;
  }

  function fileHandle(path: readonly string[]): FileSystemFileHandle {
    const parentOf = (): DiskFolder => folderAt(path.slice(0, -1));
    const own = (): DiskFile => {
      const node = nodeAt(path);
      if (node?.kind !== 'file') throw fail('NotFoundError');
      return node;
    };
    let fileName = path.at(-1)!;
    const handle = {
      kind: 'file',
      get name() {
        return fileName;
      },
      async getFile() {
        await call('getFile', path);
        const file = new File([own().bytes], fileName, { lastModified: disk.modified[path.join('/')] ?? Date.now() });
        const slice = file.slice.bind(file);
        const guarded = <B extends Blob>(blob: B): B => {
          const read = blob.arrayBuffer.bind(blob);
          blob.arrayBuffer = async () => {
            await call('arrayBuffer', path);
            return read();
          };
          return blob;
        };
        file.slice = (...range) => guarded(slice(...range));
        return guarded(file);
      },
      async createWritable() {
        await call('createWritable', path);
        const file = own();
        const swap = `${fileName}.crswap`;
        const parent = parentOf();
        const swapFile: DiskFile = { kind: 'file', bytes: new Uint8Array(0) };
        parent.children.set(swap, swapFile);
        return {
          async write(bytes: Uint8Array<ArrayBuffer>) {
            await call('write', path);
            swapFile.bytes = bytes.slice();
          },
          async close() {
            await call('close', path);
            file.bytes = swapFile.bytes;
            parent.children.delete(swap);
          },
          async abort() {
            parent.children.delete(swap);
          },
        };
      },
      async createSyncAccessHandle() {
        await call('createSyncAccessHandle', path);
        if (!direct) throw fail('InvalidStateError');
        const file = own();
        return {
          /** Takes two thirds at a time at most. */
          write(bytes: Uint8Array<ArrayBuffer>, { at }: { readonly at: number }) {
            callNow('writeDirectly', path);
            const taken = Math.ceil((2 * bytes.length) / 3);
            const longer = new Uint8Array(Math.max(file.bytes.length, at + taken));
            longer.set(file.bytes);
            longer.set(bytes.subarray(0, taken), at);
            file.bytes = longer;
            return taken;
          },
          flush: () => callNow('flush', path),
          close: () => {},
        };
      },
      async move(newName: string) {
        await call('move', path);
        const parent = parentOf();
        parent.children.set(newName, own());
        parent.children.delete(fileName);
        fileName = newName;
      },
    };
    return (movable ? handle : { ...handle, move: undefined }) as unknown as FileSystemFileHandle;
  }

  function folderHandle(path: readonly string[]): FileSystemDirectoryHandle {
    async function child(childName: string, kind: 'file' | 'directory', create: boolean): Promise<void> {
      if (/[<>:"|?*]/.test(childName)) throw new TypeError('Name is not allowed.');
      const { children } = folderAt(path);
      const node = children.get(childName);
      if (node !== undefined && node.kind !== kind) throw fail('TypeMismatchError');
      if (node !== undefined) return;
      if (!create) throw fail('NotFoundError');
      children.set(childName, kind === 'file' ? { kind, bytes: new Uint8Array(0) } : { kind, children: new Map() });
    }
    const handle = {
      kind: 'directory',
      name: path.at(-1) ?? name,
      async getFileHandle(childName: string, { create = false } = {}) {
        await call('getFileHandle', [...path, childName]);
        await child(childName, 'file', create);
        return fileHandle([...path, childName]);
      },
      async getDirectoryHandle(childName: string, { create = false } = {}) {
        await child(childName, 'directory', create);
        return folderHandle([...path, childName]);
      },
      async removeEntry(childName: string) {
        if (!folderAt(path).children.delete(childName)) throw fail('NotFoundError');
      },
      async *entries() {
        await call('list', path);
        for (const [childName, { kind }] of folderAt(path).children) {
          const below = [...path, childName];
          yield [childName, kind === 'file' ? fileHandle(below) : folderHandle(below)] as const;
        }
      },
      async *keys() {
        for await (const [childName] of handle.entries()) yield childName;
      },
      /** Asks for no permission, as in browsers. */
      async resolve(other: object) {
        const there = pathOf.get(other);
        return there !== undefined && path.every((part, i) => there[i] === part) ? there.slice(path.length) : null;
      },
    };
    pathOf.set(handle, path);
    return handle as unknown as FileSystemDirectoryHandle;
  }

  const disk: FakeDisk = {
    handle: folderHandle([]),
    fault: () => undefined,
    calls: [],
    modified: {},
    files() {
      const all: Record<string, Uint8Array<ArrayBuffer>> = {};
      const visit = (folder: DiskFolder, above: string): void => {
        for (const [childName, node] of folder.children) {
          if (node.kind === 'file') all[above + childName] = node.bytes;
          else visit(node, `${above}${childName}/`);
        }
      };
      if (top !== undefined) visit(top, '');
      return all;
    },
    remove(path) {
      if (path === undefined) top = undefined;
      else folderAt(path.split('/').slice(0, -1)).children.delete(path.split('/').at(-1)!);
    },
  };
  return disk;
}

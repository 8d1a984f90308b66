/** @file A folder in memory: for tests and for the demonstration data. Not shared with workers. */
import { appError } from '../base/errors';
import type { Entry, FileRef, Folder } from './folder';
import { nameKey, splitPath } from './names';

interface FileNode {
  readonly kind: 'file';
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

interface FolderNode {
  readonly kind: 'folder';
  readonly name: string;
  readonly children: Map<string, Node>;
}

type Node = FileNode | FolderNode;

/** An empty folder; what is written into it goes with the page or the worker. */
export function memoryFolder(name = 'memory'): Folder {
  return view({ kind: 'folder', name, children: new Map() }, []);
}

function find(root: FolderNode, names: readonly string[]): Node | undefined {
  let node: Node | undefined = root;
  for (const name of names) {
    if (node?.kind !== 'folder') return undefined;
    node = node.children.get(nameKey(name));
  }
  return node;
}

/** The folder at `names`, made with all above it; throws `path-taken` when a file is in the way. */
function make(root: FolderNode, names: readonly string[]): FolderNode {
  let node = root;
  names.forEach((name, depth) => {
    let child = node.children.get(nameKey(name));
    if (child === undefined) {
      child = { kind: 'folder', name, children: new Map() };
      node.children.set(nameKey(name), child);
    }
    if (child.kind === 'file') throw taken(names.slice(0, depth + 1).join('/'), root.name, 'file', 'folder');
    node = child;
  });
  return node;
}

function taken(path: string, folder: string, found: Entry['kind'], expected: Entry['kind']): Error {
  return appError('path-taken', { path, folder, found, expected }, { where: path });
}

function view(root: FolderNode, base: readonly string[]): Folder {
  const resolve = (path: string): string[] => [...base, ...splitPath(path)];

  function fileAt(path: string): FileNode {
    const names = resolve(path);
    const node = find(root, names);
    if (node?.kind !== 'file') {
      throw appError('file-missing', { path: names.join('/'), folder: root.name }, { where: names.join('/') });
    }
    return node;
  }

  return {
    name: base.join('/') || root.name,

    async list(path, most) {
      const names = resolve(path);
      const node = find(root, names);
      if (node?.kind !== 'folder') {
        throw appError('folder-missing', { path: names.join('/'), folder: root.name }, { where: names.join('/') });
      }
      const entries = [...node.children.values()].map(({ name, kind }) => ({ name, kind }));
      return entries.sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, most);
    },

    async kindOf(path) {
      return find(root, resolve(path))?.kind;
    },

    async file(path): Promise<FileRef> {
      const node = fileAt(path);
      return {
        name: node.name,
        path: splitPath(path).join('/'),
        sizeBytes: node.bytes.length,
        bytes: async (start = 0, end = node.bytes.length) => node.bytes.slice(start, end),
      };
    },

    async read(path) {
      return fileAt(path).bytes.slice();
    },

    async write(path, bytes) {
      const names = resolve(path);
      const name = names.at(-1);
      if (name === undefined) throw taken('.', root.name, 'folder', 'file');
      const parent = make(root, names.slice(0, -1));
      const old = parent.children.get(nameKey(name));
      if (old?.kind === 'folder') throw taken(names.join('/'), root.name, 'folder', 'file');
      parent.children.set(nameKey(name), { kind: 'file', name: old?.name ?? name, bytes: bytes.slice() });
    },

    async makeFolder(path) {
      make(root, resolve(path));
    },

    async remove(path) {
      const names = resolve(path);
      const name = names.at(-1);
      if (name === undefined) {
        throw appError('name-refused', { name: '.', reason: 'it is the opened folder itself' }, { where: root.name });
      }
      const parent = find(root, names.slice(0, -1));
      if (parent?.kind === 'folder') parent.children.delete(nameKey(name));
    },

    sub(path) {
      return view(root, resolve(path));
    },
  };
}

/** Writes many files at once, path → text or bytes: for tests and demonstration data. */
export async function fillFolder(
  folder: Folder,
  files: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>,
): Promise<void> {
  const encoder = new TextEncoder();
  for (const [path, content] of Object.entries(files)) {
    await folder.write(path, typeof content === 'string' ? encoder.encode(content) : content);
  }
}

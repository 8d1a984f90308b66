/**
 * @file Whole folders out of and into zip files.
 *
 * A zip file comes from outside. Its directory is checked first, then every file is unpacked once without being kept, against its
 * size and checksum; only then is anything written. So a zip file that lies or is damaged leaves nothing behind.
 */
import { Inflate, Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { appError } from '../base/errors';
import type { Progress } from '../base/job';
import type { Folder } from './folder';
import { joinPath } from './names';
import { type WalkEntry, walk } from './walk';
import { dataOffset, readZipDirectory, refusal, type ZipEntry } from './zip-directory';

export interface ZipOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface ImportOptions extends ZipOptions {
  /** Of all files together, unpacked; by default 64 GiB. */
  readonly maxBytes?: number;
}

const defaultMaxBytes = 64 * 2 ** 30;
/** Deflate makes at most 1032 bytes of one, so this bounds what a piece can become before it is looked at. */
const packedPieceBytes = 2 ** 16;
const exportPieceBytes = 2 ** 22;

/** CRC-32 of zip; fflate has it in the class that stores files as they are. */
function crc32(bytes: Uint8Array): number {
  const sum = new ZipPassThrough('');
  sum.ondata = () => {};
  sum.push(bytes, true);
  return sum.crc >>> 0;
}

async function unpack(zip: Blob, entry: ZipEntry, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const { path, sizeBytes, packedBytes } = entry;
  const start = await dataOffset(zip, entry);
  const end = start + packedBytes;
  if (entry.packed === 'stored') return new Uint8Array(await zip.slice(start, end).arrayBuffer());
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const inflate = new Inflate((chunk) => {
    size += chunk.length;
    if (size > sizeBytes) throw refusal(`"${path}" unpacks to more than the ${sizeBytes} bytes it announces`, path);
    chunks.push(chunk as Uint8Array<ArrayBuffer>);
  });
  for (let at = start; at < end || at === start; at += packedPieceBytes) {
    signal?.throwIfAborted();
    const piece = new Uint8Array(await zip.slice(at, Math.min(end, at + packedPieceBytes)).arrayBuffer());
    inflate.push(piece, at + packedPieceBytes >= end);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** The bytes of an entry, which are what the directory says. Throws `zip-refused`. */
async function unpackChecked(zip: Blob, entry: ZipEntry, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const { path, sizeBytes } = entry;
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await unpack(zip, entry, signal);
  } catch (error) {
    // fflate's errors carry a number as their code.
    if (error instanceof Error && typeof (error as { code?: unknown }).code === 'number' && !(error instanceof DOMException)) {
      throw refusal(`"${path}" is damaged`, path, error);
    }
    throw error;
  }
  if (bytes.length !== sizeBytes) throw refusal(`"${path}" has ${bytes.length} bytes and announces ${sizeBytes}`, path);
  if (crc32(bytes) !== entry.crc32) throw refusal(`the checksum of "${path}" is wrong`, path);
  return bytes;
}

/**
 * Unpacks a zip file into `path`; files that are there already are replaced. Resolves to the paths written, inside `folder`.
 * Throws `zip-refused` and `name-refused` before anything is written, and what writing throws.
 */
export async function importZip(
  source: Blob | Uint8Array<ArrayBuffer>,
  folder: Folder,
  path: string,
  { signal, onProgress, maxBytes = defaultMaxBytes }: ImportOptions = {},
): Promise<readonly string[]> {
  const zip = source instanceof Blob ? source : new Blob([source]);
  const entries = await readZipDirectory(zip, { maxBytes });
  const files = entries.filter((entry) => entry.kind === 'file');
  const each = async (stage: string, work: (entry: ZipEntry) => Promise<void>): Promise<void> => {
    for (const [done, entry] of files.entries()) {
      signal?.throwIfAborted();
      onProgress?.({ stage, done, total: files.length, unit: 'files' });
      await work(entry);
    }
    onProgress?.({ stage, done: files.length, total: files.length, unit: 'files' });
  };
  await each('check zip', async (entry) => {
    await unpackChecked(zip, entry, signal);
  });
  const target = folder.sub(path);
  for (const entry of entries) if (entry.kind === 'folder') await target.makeFolder(entry.path);
  const written: string[] = [];
  await each('unpack', async (entry) => {
    await target.write(entry.path, await unpackChecked(zip, entry, signal));
    written.push(joinPath(path, entry.path));
  });
  return written;
}

/** What fflate can write: the zip format without its later extension. */
const maxZipBytes = 2 ** 32 - 1;
const maxZipEntries = 65_535;
/** Packed already, or numbers that do not pack. */
const incompressible = /\.(?:gz|pt|pth|tar|zip|png)$/i;

/** Folders that hold nothing; the others come with their files. */
function emptyFolders(entries: readonly WalkEntry[]): readonly WalkEntry[] {
  const full = new Set(entries.map(({ path }) => path.slice(0, Math.max(0, path.lastIndexOf('/')))));
  return entries.filter(({ path, kind }) => kind === 'folder' && !full.has(path));
}

/**
 * A zip file of all below `path`; names in it are relative to `path`. Throws `zip-too-large` for 4 GiB or more, or for more than
 * 65 535 files, and what reading throws.
 */
export async function exportZip(folder: Folder, path: string, { signal, onProgress }: ZipOptions = {}): Promise<Blob> {
  const source = folder.sub(path);
  const entries = await walk(source, '', signal);
  const files = entries.filter((entry) => entry.kind === 'file');
  const empty = emptyFolders(entries);
  const tooLarge = (found: string, limit: string): Error =>
    appError('zip-too-large', { path: path || folder.name, found, limit }, { where: path });
  if (files.length + empty.length > maxZipEntries) throw tooLarge(`${files.length} files`, `${maxZipEntries} of them`);

  const parts: Blob[] = [];
  let pending: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const failures: unknown[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) failures.push(error);
    else {
      pending.push(chunk as Uint8Array<ArrayBuffer>);
      size += chunk.length;
    }
  });
  /** Hands what is ready to the browser, which may keep it on disk. */
  const settle = (): void => {
    if (failures.length > 0) throw failures[0];
    if (size > maxZipBytes) throw tooLarge('more than 4 GiB', '4 GiB');
    parts.push(new Blob(pending));
    pending = [];
  };

  for (const entry of empty) {
    const item = new ZipPassThrough(`${entry.path}/`);
    zip.add(item);
    item.push(new Uint8Array(0), true);
  }
  for (const [done, entry] of files.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ stage: 'pack', done, total: files.length, unit: 'files' });
    const file = await source.file(entry.path);
    const item = incompressible.test(entry.path) ? new ZipPassThrough(entry.path) : new ZipDeflate(entry.path, { level: 6 });
    zip.add(item);
    for (let at = 0; at < file.sizeBytes || at === 0; at += exportPieceBytes) {
      signal?.throwIfAborted();
      const end = Math.min(file.sizeBytes, at + exportPieceBytes);
      item.push(await file.bytes(at, end), end === file.sizeBytes);
    }
    settle();
  }
  zip.end();
  settle();
  onProgress?.({ stage: 'pack', done: files.length, total: files.length, unit: 'files' });
  return new Blob(parts, { type: 'application/zip' });
}

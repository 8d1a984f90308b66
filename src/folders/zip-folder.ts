/**
 * @file Whole folders out of and into zip files.
 *
 * A zip file comes from outside. Its directory is checked first, then every file is unpacked once without being kept, against its
 * size and checksum; only then is anything written. What counts against the limits are the bytes that come out. So a zip file that
 * lies or is damaged leaves nothing behind.
 */
import { Inflate, Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { crc32 } from '../base/crc';
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
  /** Of all files together, unpacked; by default `largestImportBytes`. */
  readonly maxBytes?: number;
}

export const largestImportBytes = 64 * 2 ** 30;
const readPieceBytes = 2 ** 20;
/** Deflate makes at most 1032 bytes of one, so a piece becomes at most 8 MB before it is looked at. */
const packedPieceBytes = 2 ** 13;
const exportPieceBytes = 2 ** 22;

/**
 * Gives the unpacked bytes of an entry piece by piece; when it resolves, they were what the directory says. Throws `zip-refused`,
 * and never gives more bytes than announced.
 */
async function unpack(zip: Blob, entry: ZipEntry, take: (piece: Uint8Array) => void, signal?: AbortSignal): Promise<void> {
  const { path, sizeBytes, packedBytes } = entry;
  const start = await dataOffset(zip, entry);
  let size = 0;
  let sum = 0;
  const accept = (piece: Uint8Array): void => {
    size += piece.length;
    if (size > sizeBytes) throw refusal(`"${path}" unpacks to more than the ${sizeBytes} bytes it announces`, path);
    sum = crc32(piece, sum);
    take(piece);
  };
  const inflate = new Inflate(accept);
  for (let at = 0; at < packedBytes || at === 0; at += readPieceBytes) {
    signal?.throwIfAborted();
    const end = Math.min(packedBytes, at + readPieceBytes);
    const piece = new Uint8Array(await zip.slice(start + at, start + end).arrayBuffer());
    if (entry.packed === 'stored') accept(piece);
    else push(inflate, piece, end === packedBytes, path);
  }
  if (size !== sizeBytes) throw refusal(`"${path}" has ${size} bytes and announces ${sizeBytes}`, path);
  if (sum !== entry.crc32) throw refusal(`the checksum of "${path}" is wrong`, path);
}

function push(inflate: Inflate, piece: Uint8Array, last: boolean, path: string): void {
  try {
    for (let at = 0; at < piece.length || at === 0; at += packedPieceBytes) {
      const end = at + packedPieceBytes;
      inflate.push(piece.subarray(at, end), last && end >= piece.length);
    }
  } catch (error) {
    // fflate's errors carry a number as their code.
    if (error instanceof Error && typeof (error as { code?: unknown }).code === 'number')
      throw refusal(`"${path}" is damaged`, path, error);
    throw error;
  }
}

/** The bytes of an entry that was unpacked once before, so that its size is known to be true. */
async function unpackWhole(zip: Blob, entry: ZipEntry, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(entry.sizeBytes);
  let at = 0;
  await unpack(
    zip,
    entry,
    (piece) => {
      bytes.set(piece, at);
      at += piece.length;
    },
    signal,
  );
  return bytes;
}

/**
 * Unpacks a zip file into `path`; files that are there already are replaced. Resolves to the paths written, inside `folder`.
 * Throws `zip-refused`, `zip-refused-large` and `name-refused` before anything is written, and what writing throws.
 */
export async function importZip(
  source: Blob | Uint8Array<ArrayBuffer>,
  folder: Folder,
  path: string,
  { signal, onProgress, maxBytes = largestImportBytes }: ImportOptions = {},
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
    await unpack(zip, entry, () => {}, signal);
  });
  const target = folder.sub(path);
  for (const entry of entries) if (entry.kind === 'folder') await target.makeFolder(entry.path);
  const written: string[] = [];
  await each('unpack', async (entry) => {
    await target.write(entry.path, await unpackWhole(zip, entry, signal));
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

/**
 * @file What a zip file says it holds, read from its directory at the end (PKWARE APPNOTE 6.3.10, zip64 included), and checked
 * before anything is unpacked: names, sizes, and that no two entries share bytes of the file.
 */
import { appError } from '../base/errors';
import { nameKey, splitPath } from './names';
import { nameOf } from './zip-names';

export interface ZipEntry {
  /** Checked, without a trailing slash. */
  readonly path: string;
  readonly kind: 'file' | 'folder';
  readonly packed: 'stored' | 'deflate';
  readonly crc32: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  /** Where the entry's own header begins in the zip file. */
  readonly offset: number;
}

export interface ZipLimits {
  /** Of all files together, unpacked. */
  readonly maxBytes: number;
}

const maxEntries = 500_000;
const maxDirectoryBytes = 256 * 2 ** 20;
/** One file is unpacked in memory. */
const maxFileBytes = 2 ** 31 - 1;
const localHeaderBytes = 30;
/** A file of more bytes and a higher ratio is a bomb: blank masks pack a thousandfold too, but have some 50 MB. */
const suspectBytes = 256 * 2 ** 20;
const suspectRatio = 200;

export function refusal(reason: string, where?: string, cause?: unknown): Error {
  return appError('zip-refused', { reason }, { where, cause });
}

function tooLarge(reason: string, where?: string): Error {
  return appError('zip-refused-large', { reason }, { where });
}

async function viewOf(zip: Blob, start: number, end: number): Promise<DataView> {
  return new DataView(await zip.slice(start, end).arrayBuffer());
}

function safe(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw refusal('a size in it is impossible');
  return Number(value);
}

interface DirectoryPlace {
  readonly count: number;
  readonly offset: number;
  readonly end: number;
}

/** Where the directory is, from the record at the end of the file. */
async function findDirectory(zip: Blob): Promise<DirectoryPlace> {
  const start = Math.max(0, zip.size - 22 - 0xffff);
  const tail = await viewOf(zip, start, zip.size);
  let at = tail.byteLength - 22;
  const isEnd = (): boolean =>
    tail.getUint32(at, true) === 0x06054b50 && at + 22 + tail.getUint16(at + 20, true) === tail.byteLength;
  while (at >= 0 && !isEnd()) at--;
  if (at < 0) throw refusal('its end is missing: it is cut off, or it is not a zip file');
  const place = { count: tail.getUint16(at + 10, true), offset: tail.getUint32(at + 16, true), end: start + at };
  const disks = [4, 6].map((field) => tail.getUint16(at + field, true));
  if (disks.some((disk) => disk !== 0 && disk !== 0xffff)) throw refusal('it is one part of several');
  if (at < 20 || tail.getUint32(at - 20, true) !== 0x07064b50) return place;
  const recordAt = safe(tail.getBigUint64(at - 12, true));
  const record = await viewOf(zip, recordAt, recordAt + 56);
  if (record.byteLength < 56 || record.getUint32(0, true) !== 0x06064b50) throw refusal('its directory is damaged');
  return { count: safe(record.getBigUint64(32, true)), offset: safe(record.getBigUint64(48, true)), end: recordAt };
}

/** Sizes and offset of an entry, with those that are in the zip64 field because they do not fit in 32 bits. */
function longFields(directory: DataView, at: number): { size: number; packed: number; offset: number } {
  const fields = [24, 20, 42].map((field) => directory.getUint32(at + field, true));
  let extra = at + 46 + directory.getUint16(at + 28, true);
  const end = extra + directory.getUint16(at + 30, true);
  while (extra + 4 <= end && directory.getUint16(extra, true) !== 1) extra += 4 + directory.getUint16(extra + 2, true);
  const fieldEnd = extra + 4 <= end ? Math.min(end, extra + 4 + directory.getUint16(extra + 2, true)) : extra;
  let next = extra + 4;
  const [size, packed, offset] = fields.map((value) => {
    if (value !== 0xffffffff || next + 8 > fieldEnd) return value;
    next += 8;
    return safe(directory.getBigUint64(next - 8, true));
  });
  return { size, packed, offset };
}

/** Methods that other programs use, for messages (APPNOTE 4.4.5). */
const otherMethods: ReadonlyMap<number, string> = new Map([
  [1, 'shrink'],
  [6, 'implode'],
  [9, 'deflate64'],
  [12, 'bzip2'],
  [14, 'LZMA'],
  [93, 'Zstandard'],
  [95, 'xz'],
  [98, 'PPMd'],
  [99, 'AES encryption'],
]);

/** What a file of Unix may be beside a file and a folder. */
const specialKinds: ReadonlyMap<number, string> = new Map([
  [0x1, 'a pipe'],
  [0x2, 'a device'],
  [0x6, 'a device'],
  [0xa, 'a link'],
  [0xc, 'a socket'],
]);

function entryAt(directory: DataView, at: number): ZipEntry {
  const [nameBytes, extraBytes] = [directory.getUint16(at + 28, true), directory.getUint16(at + 30, true)];
  const flags = directory.getUint16(at + 8, true);
  const { name, damaged } = nameOf({
    bytes: new Uint8Array(directory.buffer, directory.byteOffset + at + 46, nameBytes),
    extra: new DataView(directory.buffer, directory.byteOffset + at + 46 + nameBytes, extraBytes),
    flags,
    host: directory.getUint8(at + 5),
  });
  if (damaged) throw refusal(`the name "${name}" is marked as UTF-8 and is not`);
  const path = splitPath(name).join('/');
  const { size, packed, offset } = longFields(directory, at);
  const method = directory.getUint16(at + 10, true);
  const special = specialKinds.get((directory.getUint32(at + 38, true) >>> 28) & 0xf);
  const wrong = (reason: string): Error => refusal(`"${path}" ${reason}`, path);
  if (flags & 0x2041) throw wrong('is encrypted');
  if (flags & 0x20) throw wrong('is a change to another file');
  const other = otherMethods.get(method) ?? `method ${method}`;
  if (method !== 0 && method !== 8) throw wrong(`is packed by ${other}; stored or deflate was expected`);
  if (special !== undefined) throw wrong(`is ${special}`);
  const isFolder = name.endsWith('/') || path === '';
  if (isFolder && size > 0) throw wrong(`is a folder and holds ${size} bytes`);
  if (size > maxFileBytes) throw wrong(`has ${size} bytes; at most ${maxFileBytes} were expected`);
  if (method === 0 && size !== packed) throw wrong('has two different sizes');
  if (size > suspectBytes && size > suspectRatio * packed)
    throw tooLarge(`"${path}" grows from ${packed} to ${size} bytes, as no file of a study does`, path);
  return {
    path,
    kind: isFolder ? 'folder' : 'file',
    packed: method === 0 ? 'stored' : 'deflate',
    crc32: directory.getUint32(at + 16, true),
    packedBytes: packed,
    sizeBytes: size,
    offset,
  };
}

/** Throws `zip-refused` when entries share bytes of the file, or reach into the directory. */
function checkPlaces(entries: readonly ZipEntry[], directoryOffset: number): void {
  const sorted = [...entries].sort((a, b) => a.offset - b.offset);
  sorted.forEach((entry, i) => {
    const next = sorted[i + 1]?.offset ?? directoryOffset;
    if (entry.offset + localHeaderBytes + entry.packedBytes > next) {
      throw refusal(`"${entry.path}" overlaps with what comes after it`, entry.path);
    }
  });
}

/** Throws `zip-refused` when two entries want the same place, also on a disk that takes capital and small letters for the same. */
function checkPaths(entries: readonly ZipEntry[]): void {
  const files = new Set<string>();
  const blind = new Map<string, string>();
  for (const { path, kind } of entries) {
    if (kind !== 'file') continue;
    if (files.has(nameKey(path))) throw refusal(`"${path}" is in it twice`, path);
    files.add(nameKey(path));
    const twin = blind.get(nameKey(path.toLowerCase()));
    if (twin !== undefined)
      throw refusal(`"${twin}" and "${path}" differ only in capital letters, which many disks do not tell apart`, path);
    blind.set(nameKey(path.toLowerCase()), path);
  }
  for (const { path, kind } of entries) {
    const names = path.split('/');
    const above = kind === 'folder' ? names.length : names.length - 1;
    for (let depth = 1; depth <= above; depth++) {
      const folder = names.slice(0, depth).join('/');
      if (files.has(nameKey(folder))) throw refusal(`"${folder}" is a file and a folder in it`, path);
    }
  }
}

/**
 * The entries of a zip file, in its order; what macOS adds in `__MACOSX` is left out. Throws `zip-refused`,
 * `zip-refused-large`, and `name-refused` for names that could leave the folder.
 */
export async function readZipDirectory(zip: Blob, { maxBytes }: ZipLimits): Promise<readonly ZipEntry[]> {
  const { count, offset, end } = await findDirectory(zip);
  if (count > maxEntries) throw refusal(`it has ${count} entries; at most ${maxEntries} were expected`);
  if (offset > end || end - offset > maxDirectoryBytes) throw refusal('its directory is damaged');
  const directory = await viewOf(zip, offset, end);
  const entries: ZipEntry[] = [];
  let total = 0;
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > directory.byteLength || directory.getUint32(at, true) !== 0x02014b50) throw refusal('its directory is damaged');
    const nameEnd = at + 46 + directory.getUint16(at + 28, true);
    const next = nameEnd + directory.getUint16(at + 30, true) + directory.getUint16(at + 32, true);
    if (next > directory.byteLength) throw refusal('its directory is damaged');
    const entry = entryAt(directory, at);
    total += entry.sizeBytes;
    entries.push(entry);
    at = next;
  }
  if (total > maxBytes) throw tooLarge(`it unpacks to ${total} bytes, and at most ${maxBytes} fit here`);
  checkPlaces(entries, offset);
  const wanted = entries.filter(({ path }) => path !== '' && path.split('/')[0] !== '__MACOSX');
  checkPaths(wanted);
  return wanted;
}

/** Where the packed bytes of an entry begin in the zip file. Throws `zip-refused`. */
export async function dataOffset(zip: Blob, { offset, packedBytes, path }: ZipEntry): Promise<number> {
  const header = await viewOf(zip, offset, offset + localHeaderBytes);
  if (header.byteLength < localHeaderBytes || header.getUint32(0, true) !== 0x04034b50) {
    throw refusal(`the header of "${path}" is damaged`, path);
  }
  const start = offset + localHeaderBytes + header.getUint16(26, true) + header.getUint16(28, true);
  if (start + packedBytes > zip.size) throw refusal(`"${path}" is cut off`, path);
  return start;
}

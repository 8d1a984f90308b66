/**
 * @file Reads the zip container of PyTorch files: stored or deflated entries, 32- and 64-bit records.
 *
 * Nothing that the file says of itself is believed: sizes, positions and checksums are compared, no two entries may share bytes,
 * and unpacking stops when more comes out than was announced or allowed. Layout: APPNOTE.TXT 6.3.
 */
import { Inflate } from 'fflate';
import { crc32 } from '../base/crc';
import { AppError, appError } from '../base/errors';

export interface ZipLimits {
  readonly where?: string;
  /** Most entries; 20 000 unless told. */
  readonly maxEntries?: number;
  /** Most bytes that deflated entries may unpack to, together; 256 MiB unless told. */
  readonly maxInflatedBytes?: number;
}

export interface ZipArchive {
  /** Names in the order of the directory. */
  readonly names: readonly string[];
  /**
   * Content of an entry, checked against its CRC-32: a view of the archive for a stored entry, a new array for a deflated one.
   * Throws `torch-damaged` or `torch-too-large`; undefined when there is no such entry.
   */
  readonly read: (name: string) => Uint8Array | undefined;
}

interface Entry {
  readonly name: string;
  readonly deflated: boolean;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** Where the local header begins. */
  readonly header: number;
  /** Where the packed data begins. */
  readonly data: number;
}

interface Directory {
  readonly at: number;
  readonly bytes: number;
  readonly count: number;
}

type Refuse = (reason: string) => Error;

const mebibyte = 2 ** 20;
const saturated = 0xffffffff;
/** DEFLATE cannot do better than 1032 : 1. */
const worstRatio = 1032;
/** Input pieces for inflating: one piece of a bomb unpacks to 2 MB before the count is looked at again. */
const pieceBytes = 2048;

/** True when the bytes begin as a zip file does. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/** Opens an archive: reads its directory and checks that it makes sense. Throws `torch-damaged` and `torch-too-large`. */
export function openZip(bytes: Uint8Array, limits: ZipLimits = {}): ZipArchive {
  const { where, maxEntries = 20_000, maxInflatedBytes = 256 * mebibyte } = limits;
  const refuse: Refuse = (reason) => appError('torch-damaged', { reason: `its zip container ${reason}` }, { where });
  const tooLarge = (found: number | string, unit: string, limit: number) =>
    appError('torch-too-large', { found, unit, limit }, { where });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const directory = findDirectory(view, refuse);
  if (directory.count > maxEntries) throw tooLarge(directory.count, 'entries', maxEntries);
  const entries = new Map(readEntries(view, directory, refuse).map((entry) => [entry.name, entry]));
  if (entries.size !== directory.count) throw refuse('has two entries of one name');
  checkOverlaps([...entries.values()], directory, refuse);

  let inflated = 0;
  const read = (name: string): Uint8Array | undefined => {
    const entry = entries.get(name);
    if (entry === undefined) return undefined;
    const packed = bytes.subarray(entry.data, entry.data + entry.packed);
    let content = packed;
    if (entry.deflated) {
      inflated += entry.size;
      if (inflated > maxInflatedBytes) throw tooLarge(inflated, 'unpacked bytes', maxInflatedBytes);
      content = inflate(packed, entry, refuse);
    }
    if (crc32(content) !== entry.crc) throw refuse(`has other bytes in "${name}" than its checksum says`);
    return content;
  };
  return { names: [...entries.keys()], read };
}

function findDirectory(view: DataView, refuse: Refuse): Directory {
  const end = findEnd(view);
  if (end === undefined) throw refuse('has no end record');
  let directory: Directory = {
    at: view.getUint32(end + 16, true),
    bytes: view.getUint32(end + 12, true),
    count: view.getUint16(end + 10, true),
  };
  const locator = end - 20;
  if (locator >= 0 && view.getUint32(locator, true) === 0x07064b50) {
    const at = Number(view.getBigUint64(locator + 8, true));
    if (at + 56 > locator || view.getUint32(at, true) !== 0x06064b50) throw refuse('has a wrong 64-bit end record');
    const wide = {
      at: Number(view.getBigUint64(at + 48, true)),
      bytes: Number(view.getBigUint64(at + 40, true)),
      count: Number(view.getBigUint64(at + 32, true)),
    };
    const agrees = (narrow: number, value: number, limit: number) => narrow === limit || narrow === value;
    if (
      !agrees(directory.at, wide.at, saturated) ||
      !agrees(directory.bytes, wide.bytes, saturated) ||
      !agrees(directory.count, wide.count, 0xffff)
    ) {
      throw refuse('has two end records that differ');
    }
    directory = wide;
  }
  if (directory.at + directory.bytes > end) throw refuse('has a directory outside the file');
  return directory;
}

function findEnd(view: DataView): number | undefined {
  const lowest = Math.max(0, view.byteLength - 22 - 0xffff);
  for (let at = view.byteLength - 22; at >= lowest; at--) {
    if (view.getUint32(at, true) === 0x06054b50 && at + 22 + view.getUint16(at + 20, true) === view.byteLength) return at;
  }
  return undefined;
}

function readEntries(view: DataView, directory: Directory, refuse: Refuse): Entry[] {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  const end = directory.at + directory.bytes;
  const entries: Entry[] = [];
  let at = directory.at;
  for (let i = 0; i < directory.count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50) throw refuse('has a damaged directory');
    const nameBytes = view.getUint16(at + 28, true);
    const extraBytes = view.getUint16(at + 30, true);
    const next = at + 46 + nameBytes + extraBytes + view.getUint16(at + 32, true);
    if (next > end) throw refuse('has a damaged directory');
    const flags = view.getUint16(at + 8, true);
    const method = view.getUint16(at + 10, true);
    if (flags & 1) throw refuse('is encrypted');
    if (method !== 0 && method !== 8) throw refuse(`is packed with method ${method}; 0 or 8 was expected`);
    let name: string;
    try {
      name = utf8.decode(new Uint8Array(view.buffer, view.byteOffset + at + 46, nameBytes));
    } catch {
      throw refuse('has a name that is not UTF-8');
    }
    const sizes = wideSizes(view, at, nameBytes, extraBytes, refuse);
    const data = dataStart(view, { name, flags, method, ...sizes }, at, refuse);
    const crc = view.getUint32(at + 16, true);
    if (method === 0 && sizes.packed !== sizes.size) throw refuse(`has a lying size at "${name}"`);
    entries.push({ name, deflated: method === 8, crc, ...sizes, data });
    at = next;
  }
  if (at !== end) throw refuse('has a directory of another size than it says');
  return entries;
}

/** Sizes and position of a directory record; those that are saturated come from the 64-bit extra field, in its order. */
function wideSizes(view: DataView, at: number, nameBytes: number, extraBytes: number, refuse: Refuse) {
  const values = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)];
  let field = at + 46 + nameBytes;
  const extraEnd = field + extraBytes;
  while (values.includes(saturated) && field + 4 <= extraEnd) {
    const next = field + 4 + view.getUint16(field + 2, true);
    if (next > extraEnd) throw refuse('has a damaged extra field');
    if (view.getUint16(field, true) === 1) {
      let from = field + 4;
      for (const [i, value] of values.entries()) {
        if (value !== saturated) continue;
        if (from + 8 > next) throw refuse('has a damaged extra field');
        values[i] = Number(view.getBigUint64(from, true));
        from += 8;
      }
      break;
    }
    field = next;
  }
  return { size: values[0], packed: values[1], header: values[2] };
}

interface Described extends Pick<Entry, 'name' | 'packed' | 'size' | 'header'> {
  readonly flags: number;
  readonly method: number;
}

/** Where the data of an entry begins, after its local header, which must say the same as the directory. */
function dataStart(view: DataView, entry: Described, central: number, refuse: Refuse): number {
  const { name, header } = entry;
  if (header + 30 > view.byteLength || view.getUint32(header, true) !== 0x04034b50) throw refuse(`has no data for "${name}"`);
  const nameBytes = view.getUint16(header + 26, true);
  const data = header + 30 + nameBytes + view.getUint16(header + 28, true);
  if (data + entry.packed > view.byteLength) throw refuse(`is cut short in "${name}"`);
  const sameName = nameBytes === view.getUint16(central + 28, true) && equalBytes(view, header + 30, central + 46, nameBytes);
  const sizesFollow = (view.getUint16(header + 6, true) & 8) !== 0;
  const says = (at: number, value: number) => [saturated, value].includes(view.getUint32(at, true));
  const sameSizes = sizesFollow || (says(header + 18, entry.packed) && says(header + 22, entry.size));
  if (!sameName || !sameSizes || view.getUint16(header + 8, true) !== entry.method) {
    throw refuse(`says two things about "${name}"`);
  }
  return data;
}

function equalBytes(view: DataView, a: number, b: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (view.getUint8(a + i) !== view.getUint8(b + i)) return false;
  return true;
}

function checkOverlaps(entries: readonly Entry[], directory: Directory, refuse: Refuse): void {
  let end = 0;
  for (const entry of entries.toSorted((a, b) => a.header - b.header)) {
    if (entry.header < end) throw refuse(`has entries that share bytes, "${entry.name}" is one`);
    end = entry.data + entry.packed;
  }
  if (end > directory.at) throw refuse('has entries that reach into its directory');
}

function inflate(packed: Uint8Array, { name, size }: Entry, refuse: Refuse): Uint8Array {
  const lying = () => refuse(`has a lying size at "${name}"`);
  if (size > packed.length * worstRatio) throw lying();
  const result = new Uint8Array(size);
  let length = 0;
  const stream = new Inflate((piece) => {
    if (length + piece.length > size) throw lying();
    result.set(piece, length);
    length += piece.length;
  });
  try {
    for (let at = 0; at === 0 || at < packed.length; at += pieceBytes) {
      stream.push(packed.subarray(at, at + pieceBytes), at + pieceBytes >= packed.length);
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw refuse(`does not unpack at "${name}"`);
  }
  if (length !== size) throw lying();
  return result;
}

/**
 * @file Writes the zip container exactly as PyTorch 1.13 does: stored entries whose data begins at multiples of 64, sizes after the
 * data, 64-bit end records. Layout: spec of torch.save measured on files of PyTorch 1.13.1; APPNOTE.TXT 6.3 for the records.
 */
import { crc32 } from '../base/crc';

export interface ZipInput {
  readonly name: string;
  readonly data: Uint8Array;
}

const alignment = 64;
/** Names are UTF-8 (bit 11). */
const nameFlag = 0x0800;
/** Sizes follow the data (bit 3): in every entry but empty ones. */
const descriptorFlag = 0x0008;
const localBytes = 30;
const descriptorBytes = 16;
const centralBytes = 46;
const endBytes = 56 + 20 + 22;
const limit = 0xffffffff;

/** The archive with these entries in this order. Throws RangeError at 4 GiB, where PyTorch's layout changes. */
export function writeZip(inputs: readonly ZipInput[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  let at = 0;
  const entries = inputs.map(({ name: text, data }) => {
    const name = encoder.encode(text);
    const header = at;
    const headBytes = localBytes + name.length + 4;
    const padding = (alignment - ((header + headBytes) % alignment)) % alignment;
    const start = header + headBytes + padding;
    at = start + (data.length === 0 ? 0 : data.length + descriptorBytes);
    const flags = data.length === 0 ? nameFlag : nameFlag | descriptorFlag;
    return { name, data, flags, header, padding, start, crc: crc32(data) };
  });
  const directory = at;
  const directoryBytes = entries.reduce((sum, { name }) => sum + centralBytes + name.length, 0);
  const total = directory + directoryBytes + endBytes;
  if (total > limit || entries.length >= 0xffff) throw new RangeError(`${total} bytes in ${entries.length} entries are too many`);

  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  for (const { name, data, flags, header, padding, start, crc } of entries) {
    view.setUint32(header, 0x04034b50, true);
    view.setUint16(header + 6, flags, true);
    view.setUint16(header + 26, name.length, true);
    view.setUint16(header + 28, padding + 4, true);
    bytes.set(name, header + localBytes);
    const extra = header + localBytes + name.length;
    view.setUint16(extra, 0x4246, true);
    view.setUint16(extra + 2, padding, true);
    bytes.fill(0x5a, extra + 4, start);
    bytes.set(data, start);
    if (data.length === 0) continue;
    const descriptor = start + data.length;
    view.setUint32(descriptor, 0x08074b50, true);
    view.setUint32(descriptor + 4, crc, true);
    view.setUint32(descriptor + 8, data.length, true);
    view.setUint32(descriptor + 12, data.length, true);
  }
  for (const { name, data, flags, header, crc } of entries) {
    view.setUint32(at, 0x02014b50, true);
    view.setUint16(at + 8, flags, true);
    view.setUint32(at + 16, crc, true);
    view.setUint32(at + 20, data.length, true);
    view.setUint32(at + 24, data.length, true);
    view.setUint16(at + 28, name.length, true);
    view.setUint32(at + 42, header, true);
    bytes.set(name, at + centralBytes);
    at += centralBytes + name.length;
  }
  writeEnd(view, { at, directory, directoryBytes, count: entries.length });
  return bytes;
}

interface End {
  readonly at: number;
  readonly directory: number;
  readonly directoryBytes: number;
  readonly count: number;
}

/** The 64-bit end record, its locator, and the 32-bit end record with the same numbers. */
function writeEnd(view: DataView, { at, directory, directoryBytes, count }: End): void {
  view.setUint32(at, 0x06064b50, true);
  view.setUint32(at + 4, 44, true);
  view.setUint16(at + 12, 0x031e, true);
  view.setUint16(at + 14, 45, true);
  view.setUint32(at + 24, count, true);
  view.setUint32(at + 32, count, true);
  view.setUint32(at + 40, directoryBytes, true);
  view.setUint32(at + 48, directory, true);
  const locator = at + 56;
  view.setUint32(locator, 0x07064b50, true);
  view.setUint32(locator + 8, at, true);
  view.setUint32(locator + 16, 1, true);
  const end = locator + 20;
  view.setUint32(end, 0x06054b50, true);
  view.setUint16(end + 8, count, true);
  view.setUint16(end + 10, count, true);
  view.setUint32(end + 12, directoryBytes, true);
  view.setUint32(end + 16, directory, true);
}

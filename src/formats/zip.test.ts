import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../base/crc';
import { AppError, DataError } from '../base/errors';
import { NumpyRandom } from '../base/numpy-random';
import { readTensorFile } from './torch';
import { openZip } from './zip';
import { writeZip } from './zip-write';

const golden = new Uint8Array(readFileSync('test/golden/torch/dtype_float32.pt'));
const mebibyte = 2 ** 20;

interface Raw {
  readonly name: string;
  readonly packed: Uint8Array;
  readonly size: number;
  readonly crc: number;
  readonly method: number;
}

/** A plain 32-bit zip with exactly these claims. */
function rawZip(entries: readonly Raw[]): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, packed, size, crc, method } of entries) {
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(method, 8);
    local.writeUInt32LE(crc, 14);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(size, 22);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    local.copy(central, 10, 8, 28);
    central.writeUInt32LE(at, 42);
    parts.push(local, Buffer.from(name), Buffer.from(packed));
    directory.push(central, Buffer.from(name));
    at += 30 + name.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...parts, ...directory, end]));
}

const deflated = (name: string, content: Uint8Array, claims: Partial<Raw> = {}): Raw => ({
  name,
  packed: deflateRawSync(content),
  size: content.length,
  crc: crc32(content),
  method: 8,
  ...claims,
});

/** The bytes with some of them replaced. */
function patched(bytes: Uint8Array, at: number, ...values: number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
}

/** The refusal. */
function refused(action: () => unknown): DataError {
  let error: unknown;
  try {
    action();
  } catch (caught) {
    error = caught;
  }
  if (!(error instanceof DataError)) throw new Error('not refused', { cause: error });
  return error;
}

const find = (bytes: Uint8Array, signature: string): number => Buffer.from(bytes).indexOf(signature, 0, 'latin1');

describe('openZip', () => {
  it('reads what another program packed, deflated or stored', () => {
    const files = {
      'a/data.pkl': new Uint8Array(100_000).map((_, i) => i >> 5),
      'a/version': Uint8Array.of(51, 10),
      'a/é': new Uint8Array(),
    };
    for (const level of [0, 6] as const) {
      const archive = openZip(zipSync(files, { level }));
      expect(Object.fromEntries(archive.names.map((name) => [name, new Uint8Array(archive.read(name) ?? [])]))).toEqual(files);
      expect(archive.read('a/other')).toBeUndefined();
    }
  });

  it('a tensor file that was packed again, deflated, holds the same tensor', () => {
    const again = zipSync(unzipSync(golden), { level: 9 });
    expect(again.length).not.toBe(golden.length);
    expect(readTensorFile(again)).toEqual(readTensorFile(golden));
  });

  it('another program reads what writeZip wrote', () => {
    const files = { 'x/data.pkl': Uint8Array.of(1, 2, 3), 'x/data/0': new Uint8Array(), 'x/é': new Uint8Array(1000).fill(7) };
    const bytes = writeZip(Object.entries(files).map(([name, data]) => ({ name, data })));
    expect(unzipSync(bytes)).toEqual(files);
    const start = find(bytes, '\u0001\u0002\u0003');
    expect(start % 64).toBe(0);
  });

  it('a bomb of 600 MB stops at the budget, whether it says its size or not', () => {
    const packed = deflateRawSync(new Uint8Array(600 * mebibyte), { level: 9 });
    const bomb = (size: number): Uint8Array => rawZip([{ name: 'a/data.pkl', packed, size, crc: 0, method: 8 }]);
    const read = (size: number) => refused(() => openZip(bomb(size)).read('a/data.pkl'));
    const before = process.memoryUsage().arrayBuffers;
    expect(read(600 * mebibyte).code).toBe('torch-too-large');
    expect(read(1000).message).toContain('lying size');
    expect(read(0).message).toContain('lying size');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50 * mebibyte);
  });

  it('many entries under the budget are counted together', () => {
    const content = new Uint8Array(mebibyte);
    const archive = openZip(rawZip(['a', 'b', 'c'].map((name) => deflated(name, content))), { maxInflatedBytes: 2.5 * mebibyte });
    expect(archive.read('a')).toHaveLength(mebibyte);
    expect(archive.read('b')).toHaveLength(mebibyte);
    expect(refused(() => archive.read('c')).message).toContain('2621440');
  });

  it('a million empty entries are refused', () => {
    const count = 1_000_000;
    const bytes = new Uint8Array(46 * count + 98);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < count; i++) view.setUint32(46 * i, 0x02014b50, true);
    const end = 46 * count;
    view.setUint32(end, 0x06064b50, true);
    view.setBigUint64(end + 32, BigInt(count), true);
    view.setBigUint64(end + 40, BigInt(end), true);
    view.setUint32(end + 56, 0x07064b50, true);
    view.setBigUint64(end + 64, BigInt(end), true);
    view.setUint32(end + 76, 0x06054b50, true);
    view.setUint16(end + 86, 0xffff, true);
    view.setUint32(end + 88, 0xffffffff, true);
    expect(refused(() => openZip(bytes)).message).toContain('1000000 entries');
  });

  it('entries that share bytes are refused', () => {
    const central = find(golden, 'PK\u0001\u0002');
    const second = Buffer.from(golden).indexOf('PK\u0001\u0002', central + 4, 'latin1');
    const overlapping = golden.slice();
    // The second record of the directory points at the data of the first.
    overlapping.set(golden.subarray(central, second - 18), second);
    expect(refused(() => openZip(overlapping)).message).toMatch(/damaged|two|share/);
    const content = Uint8Array.of(1);
    const twice = rawZip([deflated('a', content), deflated('b', content)]);
    const last = Buffer.from(twice).lastIndexOf('PK\u0001\u0002', twice.length, 'latin1');
    const local = Buffer.from(twice).lastIndexOf('PK\u0003\u0004', twice.length, 'latin1');
    // "b" moved into the bytes of "a": the local header of "a" is made to hold a whole second one.
    const nested = rawZip([
      { name: 'a', packed: twice.subarray(local, last), size: last - local, crc: crc32(twice.subarray(local, last)), method: 0 },
      deflated('b', content),
    ]);
    const record = Buffer.from(nested).lastIndexOf('PK\u0001\u0002', nested.length, 'latin1');
    expect(openZip(nested).names).toEqual(['a', 'b']);
    expect(refused(() => openZip(patched(nested, record + 42, 31, 0, 0, 0))).message).toContain('share bytes');
  });

  it('two entries of one name, encryption, other methods and a wrong checksum are refused', () => {
    const content = Uint8Array.of(1, 2, 3);
    expect(refused(() => openZip(rawZip([deflated('a', content), deflated('a', content)]))).message).toContain('one name');
    const one = rawZip([deflated('a', content)]);
    const central = find(one, 'PK\u0001\u0002');
    expect(refused(() => openZip(patched(one, central + 8, 1))).message).toContain('encrypted');
    expect(refused(() => openZip(patched(one, central + 10, 12))).message).toContain('method 12');
    const wrong = rawZip([deflated('a', content, { crc: 5 })]);
    expect(refused(() => openZip(wrong).read('a')).message).toContain('checksum');
    const changed = patched(golden, find(golden, 'FloatStorage'), 0x47);
    expect(refused(() => readTensorFile(changed, 'x.pt'))).toMatchObject({
      where: 'x.pt',
      message: expect.stringContaining('checksum'),
    });
  });

  it('every changed byte of a tensor file is refused or without effect', () => {
    const expected = readTensorFile(golden);
    const random = new NumpyRandom(0);
    let harmless = 0;
    for (let at = 0; at < golden.length; at++) {
      const changed = patched(golden, at, golden[at] ^ (1 + random.randint(0, 255)));
      try {
        expect(readTensorFile(changed)).toEqual(expected);
        harmless++;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
      }
    }
    // Times, versions, padding and descriptors say nothing about the content.
    expect(harmless).toBeGreaterThan(100);
    expect(harmless).toBeLessThan(golden.length - 700);
  });

  it('a member that is missing, doubled or of another version makes no torch file', () => {
    const file = (files: Record<string, string>): Uint8Array =>
      writeZip(Object.entries(files).map(([name, data]) => ({ name, data: Buffer.from(data, 'latin1') })));
    const none = '\u0080\u0002N.';
    expect(readTensorFileMessage(file({ 'x/data.pkl': none, 'x/version': '3\n' }))).toContain('holds None');
    expect(readTensorFileMessage(file({ 'x/data.pkl': none }))).toContain('version is missing');
    expect(readTensorFileMessage(file({ 'x/data.pkl': none, 'x/version': '99' }))).toContain('version is 99');
    expect(readTensorFileMessage(file({ 'x/data.pkl': none, 'y/data.pkl': none, 'x/version': '3' }))).toContain('2 entries');
    expect(readTensorFileMessage(file({ 'a/b/data.pkl': none, 'a/b/version': '3' }))).toContain('0 entries');
    const order = { 'x/data.pkl': none, 'x/version': '3\n' };
    expect(readTensorFileMessage(file({ ...order, 'x/byteorder': 'big' }))).toContain('byte order is "big"');
    expect(readTensorFileMessage(file({ ...order, 'x/byteorder': 'little', 'x/.data/serialization_id': '0' }))).toContain(
      'holds None',
    );
  });
});

function readTensorFileMessage(bytes: Uint8Array): string {
  return refused(() => readTensorFile(bytes)).message;
}

import fc from 'fast-check';
import { Inflate, unzipSync, type Zippable, zipSync } from 'fflate';
import { describe, expect, it, vi } from 'vitest';
import type { Folder } from './folder';
import { fillFolder, memoryFolder } from './memory-folder';
import { walk } from './walk';
import { exportZip, importZip } from './zip-folder';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'base64'));

/** Python's zipfile: a.txt with zip64 sizes, a stored file under a name in UTF-8, an empty folder, a comment with an end mark in it. */
const pythonZip64 =
  'UEsDBC0AAAAIAAAAIQDBSEJZ//////////8KABQAY2Fwcy9hLnR4dAEAEAAsAQAAAAAAAAwAAAAAAAAAy0jNyclXyBgliSABUEsDBBQAAAgAAHImdV1zjAUpAAEAAAABAAAPAAAAY2Fwcy9ab8OrL2IuYmluAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0BBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWltcXV5fYGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6e3x9fn+AgYKDhIWGh4iJiouMjY6PkJGSk5SVlpeYmZqbnJ2en6ChoqOkpaanqKmqq6ytrq+wsbKztLW2t7i5uru8vb6/wMHCw8TFxsfIycrLzM3Oz9DR0tPU1dbX2Nna29zd3t/g4eLj5OXm5+jp6uvs7e7v8PHy8/T19vf4+fr7/P3+/1BLAwQUAAAACAByJnVdAAAAAAIAAAAAAAAACwAAAGNhcHMvZW1wdHkvAwBQSwECLQMtAAAACAAAACEAwUhCWQwAAAAsAQAACgAAAAAAAAAAAAAAgAEAAAAAY2Fwcy9hLnR4dFBLAQIUAxQAAAgAAHImdV1zjAUpAAEAAAABAAAPAAAAAAAAAAAAAACAAUgAAABjYXBzL1pvw6svYi5iaW5QSwECFAMUAAAACAByJnVdAAAAAAIAAAAAAAAACwAAAAAAAAAAABAA/UF1AQAAY2Fwcy9lbXB0eS9QSwUGAAAAAAMAAwCuAAAAoAEAAA4AUEsFBiBhIGNvbW1lbnQ=';
/** Python's zipfile into a pipe: sizes come after the data. */
const pythonPipe =
  'UEsDBBQACAAIAHImdV0AAAAAAAAAAAAAAAAFAAAAeC50c3YrSCwqyUzOLEjMK4nPTOEsTi0uzszPAzK5CsiQAQBQSwcIje+4UR4AAABOAAAAUEsBAhQDFAAIAAgAciZ1XY3vuFEeAAAATgAAAAUAAAAAAAAAAAAAAIABAAAAAHgudHN2UEsFBgAAAAABAAEAMwAAAFEAAAAAAA==';

async function contents(folder: Folder): Promise<Record<string, Uint8Array | 'folder'>> {
  const entries = await walk(folder);
  const pairs = entries.map(async ({ path, kind }) => [path, kind === 'file' ? await folder.read(path) : 'folder'] as const);
  return Object.fromEntries(await Promise.all(pairs));
}

/** Position of the n-th occurrence of a mark of four bytes. */
function find(zip: Uint8Array<ArrayBuffer>, mark: number, n = 0): number {
  const view = new DataView(zip.buffer);
  for (let at = 0; at + 4 <= zip.length; at++) if (view.getUint32(at, true) === mark && n-- === 0) return at;
  throw new Error('no such mark');
}

/** A zip file with one field of its directory changed. */
function withDirectory(files: Zippable, change: (view: DataView, at: number) => void, entry = 0): Uint8Array<ArrayBuffer> {
  const zip = zipSync(files) as Uint8Array<ArrayBuffer>;
  change(new DataView(zip.buffer), find(zip, 0x02014b50, entry));
  return zip;
}

async function refusedWhole(zip: Uint8Array<ArrayBuffer>, code = 'zip-refused', maxBytes?: number): Promise<string> {
  const folder = memoryFolder();
  const error: unknown = await importZip(zip, folder, 'in', maxBytes === undefined ? {} : { maxBytes }).catch((e: unknown) => e);
  expect(error).toMatchObject({ code });
  expect(await folder.list('')).toEqual([]);
  return (error as Error).message;
}

describe('importZip', () => {
  it('reads what Python wrote: zip64 sizes, stored files, names in UTF-8, an empty folder', async () => {
    const folder = memoryFolder();
    const written = await importZip(fromBase64(pythonZip64), folder, 'in/here');
    expect(written).toEqual(['in/here/caps/a.txt', 'in/here/caps/Zoë/b.bin']);
    expect(new TextDecoder().decode(await folder.read('in/here/caps/a.txt'))).toBe('hello '.repeat(50));
    expect(await folder.read('in/here/caps/Zoë/b.bin')).toEqual(Uint8Array.from({ length: 256 }, (_, i) => i));
    expect(await folder.kindOf('in/here/caps/empty')).toBe('folder');
  });

  it('reads a zip file whose sizes come after the data', async () => {
    const folder = memoryFolder();
    await importZip(new Blob([fromBase64(pythonPipe)]), folder, '');
    expect(await folder.read('x.tsv')).toEqual(bytes('participant_id\tsession_id\n'.repeat(3)));
  });

  /** A zip file of one entry with these bytes for a name, without the mark of UTF-8. */
  function named(name: readonly number[], extra?: Record<number, Uint8Array>, host = 0): Uint8Array<ArrayBuffer> {
    const zip = zipSync({ ['x'.repeat(name.length)]: [bytes('1'), { extra, os: host }] }) as Uint8Array<ArrayBuffer>;
    zip.set(name, find(zip, 0x04034b50) + 30);
    zip.set(name, find(zip, 0x02014b50) + 46);
    return zip;
  }
  const latin = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));

  it('a name without the mark of UTF-8 is UTF-8 where it can be, else code page 437', async () => {
    const read = async (zip: Uint8Array<ArrayBuffer>) => importZip(zip, memoryFolder(), '');
    // python3 -c "print(list('Zoë/naïve ß.tsv'.encode('cp437')), list('Zoë'.encode()))"
    const cp437 = [90, 111, 137, 47, 110, 97, 139, 118, 101, 32, 225, 46, 116, 115, 118];
    expect(await read(named(cp437))).toEqual(['Zoë/naïve ß.tsv']);
    expect(await read(named([90, 111, 195, 171]))).toEqual(['Zoë']);
    // All of the upper half but those that are no name here: python3 -c "print(bytes(range(128, 255)).decode('cp437'))"
    const upper =
      'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■';
    expect(await read(named(Array.from({ length: 40 }, (_, i) => 128 + i)))).toEqual([upper.slice(0, 40)]);
    expect(await read(named(Array.from({ length: 87 }, (_, i) => 168 + i)))).toEqual([upper.slice(40)]);
  });

  it('the field for UTF-8 names counts where it belongs to the name', async () => {
    const field = (sum: number): Uint8Array => {
      const content = new Uint8Array([1, 0, 0, 0, 0, ...bytes('Zoë')]);
      new DataView(content.buffer).setUint32(1, sum, true);
      return content;
    };
    // python3 -c "import zlib; print(hex(zlib.crc32(b'Zo_')))"
    expect(await importZip(named(latin('Zo_'), { 28789: field(0x87db4979) }), memoryFolder(), '')).toEqual(['Zoë']);
    expect(await importZip(named(latin('Zo_'), { 28789: field(7) }), memoryFolder(), '')).toEqual(['Zo_']);
  });

  it('backslashes of Windows separate folders, and cannot leave the folder', async () => {
    expect(await importZip(named(latin('caps\\sub-1\\a.txt')), memoryFolder(), 'in')).toEqual(['in/caps/sub-1/a.txt']);
    for (const name of ['..\\x', 'a\\..\\..\\x', '\\abs']) await refusedWhole(named(latin(name)), 'name-refused');
    await refusedWhole(named(latin('a\\b'), undefined, 3), 'name-refused');
  });

  it('every name that could leave the folder is refused and nothing is written', async () => {
    for (const name of [
      '../x',
      'a/../../x',
      '/abs',
      'C:\\x',
      'C:x',
      'sub-01/../../x',
      'a\u202egnp.exe',
      'nul',
      'x'.repeat(300),
    ]) {
      await refusedWhole(zipSync({ 'good.txt': bytes('x'), [name]: bytes('x') }) as Uint8Array<ArrayBuffer>, 'name-refused');
    }
  });

  it('a bomb is stopped by what it unpacks to, not by what it announces', async () => {
    const bomb = { 'good.txt': bytes('x'), 'bomb.bin': new Uint8Array(200 * 2 ** 20) };
    const lying = withDirectory(bomb, (view, at) => view.setUint32(at + 24, 1000, true), 1);
    expect(lying.length).toBeLessThan(2 ** 20);
    const outputs = vi.spyOn(Inflate.prototype, 'push');
    try {
      expect(await refusedWhole(lying)).toContain('more than the 1000 bytes');
      const packed = outputs.mock.calls.reduce((sum, [piece]) => sum + piece.length, 0);
      expect(packed).toBeLessThan(2 ** 14); // of 200 000: at most 16 MB come out before the bomb is noticed
    } finally {
      outputs.mockRestore();
    }
  });

  it('one file that grows as no image does is refused before it is unpacked', async () => {
    const unpacked = vi.spyOn(Inflate.prototype, 'push');
    try {
      const zip = zipSync({ 'a/zero.bin': new Uint8Array(300 * 2 ** 20) }) as Uint8Array<ArrayBuffer>;
      unpacked.mockClear();
      expect(await refusedWhole(zip, 'zip-refused-large')).toContain('"a/zero.bin" grows');
      expect(unpacked).not.toHaveBeenCalled();
    } finally {
      unpacked.mockRestore();
    }
  });

  it('a bomb that tells the truth is stopped by the budget', async () => {
    const zip = zipSync({ 'a.bin': new Uint8Array(600_000), 'b.bin': new Uint8Array(600_000) }) as Uint8Array<ArrayBuffer>;
    expect(await refusedWhole(zip, 'zip-refused-large', 1_000_000)).toMatch(/1200000 bytes.*at most 1000000/);
    expect(await refusedWhole(zip, 'zip-refused-large', 1_199_999)).toContain('1200000');
    expect(await importZip(zip, memoryFolder(), '', { maxBytes: 1_200_000 })).toHaveLength(2);
  });

  it('sizes, checksums, places and kinds that do not agree are refused', async () => {
    const two = { 'a.txt': bytes('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'), 'b.txt': bytes('bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb') };
    expect(await refusedWhole(withDirectory(two, (view, at) => view.setUint32(at + 24, 35, true)))).toContain('announces 35');
    expect(await refusedWhole(withDirectory(two, (view, at) => view.setUint32(at + 16, 1, true)))).toContain('checksum');
    expect(await refusedWhole(withDirectory(two, (view, at) => view.setUint32(at + 42, 0, true), 1))).toContain('overlaps');
    expect(await refusedWhole(withDirectory(two, (view, at) => view.setUint16(at + 8, 1, true)))).toContain('encrypted');
    expect(await refusedWhole(withDirectory(two, (view, at) => view.setUint16(at + 10, 12, true)))).toContain('bzip2');
    expect(await refusedWhole(withDirectory(two, (view, at) => view.setUint16(at + 10, 77, true)))).toContain('method 77');
    expect(await refusedWhole(withDirectory(two, (view, at) => view.setUint32(at + 38, 0xa1ff0000, true)))).toContain('link');
    expect(await refusedWhole(withDirectory(two, (view, at) => view.setUint8(at + 46, 98), 0))).toContain('twice');
  });

  it.each([
    ['encrypted by its directory', (view: DataView, at: number) => view.setUint16(at + 8, 0x2000, true), 'encrypted'],
    ['packed with AES', (view: DataView, at: number) => view.setUint16(at + 10, 99, true), 'AES'],
    ['packed with deflate64', (view: DataView, at: number) => view.setUint16(at + 10, 9, true), 'deflate64'],
    ['packed with Zstandard', (view: DataView, at: number) => view.setUint16(at + 10, 93, true), 'Zstandard'],
    ['a pipe', (view: DataView, at: number) => view.setUint32(at + 38, 0x11ff0000, true), 'a pipe'],
    ['a device', (view: DataView, at: number) => view.setUint32(at + 38, 0x61ff0000, true), 'a device'],
    ['a folder with content', (view: DataView, at: number) => view.setUint8(at + 50, 0x2f), 'a folder and holds 3 bytes'],
    [
      'marked as UTF-8 with other bytes',
      (view: DataView, at: number) => {
        view.setUint16(at + 8, 0x800, true);
        view.setUint8(at + 46, 0x82);
      },
      'marked as UTF-8',
    ],
  ])('an entry that is %s is refused by name', async (_, change, reason) => {
    expect(await refusedWhole(withDirectory({ 'a.txt': [bytes('aaa'), { level: 0 }] }, change))).toContain(reason);
  });

  it('files whose names differ only in capital letters are refused, folders joined', async () => {
    const names = { 'caps/Sub/a.txt': bytes('1'), 'caps/sub/b.txt': bytes('2'), 'x.TSV': bytes('3'), 'x.tsv': bytes('4') };
    expect(await refusedWhole(zipSync(names) as Uint8Array<ArrayBuffer>)).toMatch(/"x.TSV" and "x.tsv"/);
    const { 'x.TSV': _left, ...rest } = names;
    expect(await importZip(zipSync(rest) as Uint8Array<ArrayBuffer>, memoryFolder(), '')).toHaveLength(3);
  });

  it('one part of several is refused', async () => {
    const zip = zipSync({ a: bytes('1') }) as Uint8Array<ArrayBuffer>;
    new DataView(zip.buffer).setUint16(find(zip, 0x06054b50) + 4, 1, true);
    expect(await refusedWhole(zip)).toContain('one part of several');
  });

  it('a file that is also a folder is refused', async () => {
    const zip = zipSync({ 'a/b.txt': bytes('x'), 'c.txt': bytes('y') }) as Uint8Array<ArrayBuffer>;
    const swapped = withDirectory({ 'a/b': bytes('x'), 'a.c': bytes('y') }, (view, at) => view.setUint8(at + 47, 0x2f), 1);
    expect(await importZip(zip, memoryFolder(), '')).toHaveLength(2);
    expect(await importZip(swapped, memoryFolder(), '')).toEqual(['a/b', 'a/c']);
    const conflict = withDirectory({ 'a/b': bytes('x'), 'axb/c': bytes('y') }, (view, at) => view.setUint8(at + 47, 0x2f), 1);
    expect(await refusedWhole(conflict)).toContain('a file and a folder');
  });

  it('every cut and every changed byte is noticed or harmless', async () => {
    const zip = fromBase64(pythonPipe);
    for (let length = 0; length < zip.length; length++) await refusedWhole(zip.slice(0, length));
    const expected = bytes('participant_id\tsession_id\n'.repeat(3));
    await fc.assert(
      fc.asyncProperty(fc.nat(zip.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = zip.slice();
        changed[at] ^= flip;
        const folder = memoryFolder();
        const error: unknown = await importZip(changed, folder, '').catch((e: unknown) => e);
        if (error instanceof Error) expect(error).toMatchObject({ code: expect.stringMatching(/zip-refused|name-refused/) });
        else for (const path of error as string[]) expect(await folder.read(path)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('stops at once when it is cancelled, and has written nothing', async () => {
    const folder = memoryFolder();
    const abort = new AbortController();
    const zip = zipSync({ a: bytes('1'), b: bytes('2') }) as Uint8Array<ArrayBuffer>;
    const work = importZip(zip, folder, '', { signal: abort.signal, onProgress: ({ done }) => done === 1 && abort.abort() });
    await expect(work).rejects.toMatchObject({ name: 'AbortError' });
    expect(await folder.list('')).toEqual([]);
  });
});

describe('exportZip', () => {
  it('fflate reads what was written, with names relative to the path', async () => {
    const folder = memoryFolder();
    const big = Uint8Array.from({ length: 5_000_000 }, (_, i) => (i * 2654435761) >>> 24);
    await fillFolder(folder, {
      'm/maps.json': '{}',
      'm/split-0/é.tsv': 'a\tb\n',
      'm/x.pt': big,
      'other/y': 'y',
      'm/none.tsv': '',
    });
    await folder.makeFolder('m/empty');
    const zip = await exportZip(folder, 'm');
    expect(zip.type).toBe('application/zip');
    const read = unzipSync(new Uint8Array(await zip.arrayBuffer()));
    expect(Object.keys(read).sort()).toEqual(['empty/', 'maps.json', 'none.tsv', 'split-0/é.tsv', 'x.pt']);
    expect(Buffer.compare(read['x.pt'], big)).toBe(0);
  });

  it('a folder that goes out and comes in is the same folder', async () => {
    // No capitals: names that differ in them alone are refused, as the test of that says.
    const name = fc.stringMatching(/^[a-z0-9_][a-z0-9_\-é]{0,8}$/).filter((text) => !/^(con|prn|aux|nul)$/.test(text));
    const files = fc.dictionary(
      fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => `${names.length}${names.join('/')}`),
      fc.uint8Array({ maxLength: 200 }),
      { maxKeys: 8 },
    );
    await fc.assert(
      fc.asyncProperty(files, async (tree) => {
        const folder = memoryFolder();
        for (const [path, data] of Object.entries(tree)) await folder.write(`d${path}.bin`, new Uint8Array(data));
        await folder.makeFolder('empty/inside');
        const back = memoryFolder();
        await importZip(await exportZip(folder, ''), back, '');
        expect(await contents(back)).toEqual(await contents(folder));
      }),
      { numRuns: 50 },
    );
  });
});

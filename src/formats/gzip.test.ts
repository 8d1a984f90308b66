import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { gunzip, gzip, isGzip } from './gzip';

const maxBytes = 2 ** 24;
const sample = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) >> 9);
const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'accepted',
    (error) => error.code ?? String(error),
  );

describe('gzip', () => {
  it('zlib unpacks what was packed here, and the other way round', async () => {
    const packed = await gzip(sample);
    expect(isGzip(packed)).toBe(true);
    expect(hash(gunzipSync(packed))).toBe(hash(sample));
    expect(hash(await gunzip(gzipSync(sample, { level: 9 }), { maxBytes }))).toBe(hash(sample));
  });

  it('any bytes survive, empty ones too', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
        expect(await gunzip(await gzip(bytes), { maxBytes })).toEqual(Uint8Array.from(bytes));
      }),
      { numRuns: 100 },
    );
  });

  it('a view with an offset reads as a copy, and stays as it was', async () => {
    const packed = gzipSync(sample);
    const larger = new Uint8Array(packed.length + 9).fill(7);
    larger.set(packed, 5);
    expect(hash(await gunzip(larger.subarray(5, 5 + packed.length), { maxBytes }))).toBe(hash(sample));
    expect(hash(larger.subarray(5, 5 + packed.length))).toBe(hash(packed));
  });

  it('several members are one content', async () => {
    const parts = [sample.subarray(0, 100_000), new Uint8Array(0), sample.subarray(100_000, 100_001), sample.subarray(100_001)];
    const packed = Buffer.concat(parts.map((part, i) => gzipSync(part, { level: i })));
    expect(hash(await gunzip(packed, { maxBytes }))).toBe(hash(sample));
  });

  it('the blocks of bgzip, with their empty last member, are one content', async () => {
    const blocks = Array.from({ length: 40 }, (_, i) => gzipSync(sample.subarray(i * 7500, (i + 1) * 7500)));
    expect(hash(await gunzip(Buffer.concat([...blocks, gzipSync('')]), { maxBytes }))).toBe(hash(sample));
  });
});

describe('damaged gzip', () => {
  const packed = gzipSync(sample);

  it('every cut is detected', async () => {
    const lengths = [0, 1, 2, 9, 10, 17, 18, 19, packed.length - 1, packed.length - 4, packed.length - 8, packed.length - 9];
    const shares = [0.01, 0.25, 0.5, 0.75, 0.99].map((share) => Math.floor(share * packed.length));
    for (const length of [...lengths, ...shares]) {
      expect(await codeOf(gunzip(packed.subarray(0, length), { maxBytes })), `${length} bytes`).toBe('gzip-damaged');
    }
  });

  it('every prefix of a short file is detected', async () => {
    const short = gzipSync('participant_id\tsession_id\n');
    for (let length = 0; length < short.length; length++) {
      expect(await codeOf(gunzip(short.subarray(0, length), { maxBytes }))).toBe('gzip-damaged');
    }
  });

  it('a changed checksum, length or content is detected, also in a later member', async () => {
    const members = Buffer.concat([gzipSync('first'), packed]);
    for (const file of [packed, members]) {
      for (const fromEnd of [1, 5, 8, Math.floor(packed.length / 2)]) {
        const changed = Uint8Array.from(file);
        changed[changed.length - fromEnd] ^= 0x15;
        expect(await codeOf(gunzip(changed, { maxBytes })), `${fromEnd} from the end`).toBe('gzip-damaged');
      }
    }
  });

  it('junk after the content is refused, also behind padding', async () => {
    for (const junk of ['junk', '\0\0\0\0junk', `${'\0'.repeat(40_000)}x`, '\x1f', '\x1f\x8b', '\x1f\x8b\x08 and no more']) {
      expect(await codeOf(gunzip(Buffer.concat([packed, Buffer.from(junk, 'latin1')]), { maxBytes }))).toBe('gzip-damaged');
    }
  });

  it('a later member that is cut short anywhere is detected, with and without padding between', async () => {
    const first = gzipSync('participant_id\n'.repeat(20));
    const second = gzipSync('second and last');
    for (const padding of [0, 3, 600]) {
      const file = Buffer.concat([first, Buffer.alloc(padding), second]);
      expect(await codeOf(gunzip(file, { maxBytes }))).toBe('accepted');
      for (let cut = 1; cut < second.length; cut++)
        expect(await codeOf(gunzip(file.subarray(0, file.length - cut), { maxBytes })), `${cut} after ${padding}`).toBe(
          'gzip-damaged',
        );
    }
  });

  it('zeros after members are padding, also where a length ends in zeros', async () => {
    const contents = ['', 'a', 'first', sample.subarray(0, 70_000)].map((content) => Buffer.from(content));
    for (const padding of [1, 2, 3, 4, 7, 8, 9, 512, 70_000]) {
      for (const content of contents) {
        const member = gzipSync(content);
        const zeros = Buffer.alloc(padding);
        const one = await gunzip(Buffer.concat([member, zeros]), { maxBytes });
        expect(Buffer.from(one).equals(content), `${content.length} bytes, ${padding} zeros`).toBe(true);
        const two = await gunzip(Buffer.concat([member, zeros, gzipSync('second'), member, zeros]), { maxBytes });
        expect(Buffer.from(two).equals(Buffer.concat([content, Buffer.from('second'), content]))).toBe(true);
      }
    }
  });

  it('damage is detected before padding', async () => {
    for (const fromEnd of [1, 5, 8, Math.floor(packed.length / 2)]) {
      const changed = Uint8Array.from(packed);
      changed[changed.length - fromEnd] ^= 0x15;
      expect(await codeOf(gunzip(Buffer.concat([changed, Buffer.alloc(512)]), { maxBytes }))).toBe('gzip-damaged');
    }
    expect(await codeOf(gunzip(Buffer.concat([packed.subarray(0, -9), Buffer.alloc(512)]), { maxBytes }))).toBe('gzip-damaged');
  });

  it('the error names the file', async () => {
    await expect(gunzip(packed.subarray(0, 50), { maxBytes, where: 'a.nii.gz' })).rejects.toMatchObject({ where: 'a.nii.gz' });
  });
});

describe('the budget of gunzip', () => {
  it('is the number of bytes that come out, to the byte', async () => {
    const packed = gzipSync(sample);
    expect(await codeOf(gunzip(packed, { maxBytes: sample.length }))).toBe('accepted');
    expect(await codeOf(gunzip(packed, { maxBytes: sample.length - 1 }))).toBe('gzip-too-large');
  });

  it('stops a bomb of 600 MB without its memory', async () => {
    const bomb = gzipSync(new Uint8Array(600e6));
    const before = process.memoryUsage().arrayBuffers;
    let peak = 0;
    const timer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
    }, 1);
    expect(await codeOf(gunzip(bomb, { maxBytes: 50e6 }))).toBe('gzip-too-large');
    clearInterval(timer);
    expect(peak).toBeLessThan(200e6);
  });

  it('does not believe a small length at the end of the file', async () => {
    const bomb = Uint8Array.from(gzipSync(new Uint8Array(30e6)));
    new DataView(bomb.buffer).setUint32(bomb.length - 4, 10, true);
    expect(await codeOf(gunzip(bomb, { maxBytes: 10e6 }))).toBe('gzip-too-large');
  });

  it('does not allocate a large length that the file cannot hold', async () => {
    const liar = Uint8Array.from(gzipSync('small'));
    new DataView(liar.buffer).setUint32(liar.length - 4, 2 ** 32 - 1, true);
    expect(await codeOf(gunzip(liar, { maxBytes: 2 ** 40 }))).toBe('gzip-damaged');
  });

  it('counts all members together', async () => {
    const members = Buffer.concat([gzipSync(new Uint8Array(6e6)), gzipSync(new Uint8Array(6e6))]);
    expect(await codeOf(gunzip(members, { maxBytes: 10e6 }))).toBe('gzip-too-large');
  });
});

describe('an engine whose native stream refuses what follows the first member', () => {
  /** One that does, by what Node has. */
  class Refusing {
    readonly readable: ReadableStream<Uint8Array>;
    readonly writable: WritableStream<Uint8Array>;

    constructor() {
      const chunks: Uint8Array[] = [];
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>({
        transform: (chunk) => void chunks.push(chunk),
        flush: (out) => {
          const all = Buffer.concat(chunks);
          const content = gunzipSync(all);
          if (gzipSync(content).length < all.length) throw new TypeError('junk after the end');
          if (content.length > 0) out.enqueue(content);
        },
      });
      this.readable = readable;
      this.writable = writable;
    }
  }

  it('has its checksum believed, and further members are unpacked all the same', async () => {
    vi.resetModules();
    let summed = 0;
    vi.doMock('../base/crc', async (original) => {
      const { crc32 } = await original<typeof import('../base/crc')>();
      const counting: typeof crc32 = (bytes, before) => {
        summed += bytes.length;
        return crc32(bytes, before);
      };
      return { crc32: counting };
    });
    vi.stubGlobal('DecompressionStream', Refusing);
    try {
      const fresh = await import('./gzip');
      const [one, two] = [Buffer.from('the first member'), Buffer.from('another')];
      const budget = { maxBytes: 1000 };
      expect(Buffer.from(await fresh.gunzip(gzipSync(one), budget))).toEqual(one);
      expect(summed).toBe(0);
      const both = await fresh.gunzip(Buffer.concat([gzipSync(one), gzipSync(two)]), budget);
      expect(Buffer.from(both)).toEqual(Buffer.concat([one, two]));
      expect(summed).toBe(one.length + two.length);
    } finally {
      vi.unstubAllGlobals();
      vi.doUnmock('../base/crc');
    }
  });
});

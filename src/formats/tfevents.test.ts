import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32, crc32c } from '../base/crc';
import { DataError } from '../base/errors';
import { encodeScalar, eventFileHead, readEvents, type ScalarEvent, writeEvents } from './tfevents';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('checksums', () => {
  it('have the check values of their definitions', () => {
    const bytes = new TextEncoder().encode('123456789');
    expect([crc32(bytes), crc32c(bytes)]).toEqual([0xcbf43926, 0xe3069283]);
    // RFC 3720, B.4: 32 bytes of zeros, of ones, ascending.
    const ascending = Uint8Array.from({ length: 32 }, (_, i) => i);
    expect([new Uint8Array(32), new Uint8Array(32).fill(255), ascending].map((piece) => crc32c(piece))).toEqual([
      0x8a9136aa, 0x62a8ab43, 0x46dd794e,
    ]);
  });
});

describe('event files', () => {
  it('the bytes are those of the tensorboard package', () => {
    const events = [
      { wallSeconds: 1700000000.25, step: 0, tag: 'loss', value: 1.39 },
      { wallSeconds: 1700000000.25, step: 300, tag: 'BA', value: 0 },
    ];
    expect(hex(writeEvents(events, 1.5))).toBe(
      [
        '1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c1800000000000000',
        'a37f4b220900001040fc54d9412a0d0a0b0a046c6f73731585ebb13fb33446bf19000000000000008bf1082809000010',
        '40fc54d94110ac022a0b0a090a024241150000000016244e3f',
      ].join(''),
    );
  });

  it('every event is read back, its value as float32', () => {
    const event = fc.record({
      wallSeconds: fc.double({ min: 0, max: 4e9, noNaN: true }),
      step: fc.maxSafeInteger(),
      tag: fc.string({ unit: 'grapheme' }),
      value: fc.float(),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 5 }), (events: ScalarEvent[]) => {
        expect(readEvents(writeEvents(events, 1.5))).toEqual(events);
      }),
    );
  });

  it('a file may grow by one record after the other', () => {
    const event = { wallSeconds: 2, step: 7, tag: 'loss', value: 0.5 };
    const grown = Buffer.concat([eventFileHead(1), encodeScalar(event), encodeScalar(event)]);
    expect(grown.equals(writeEvents([event, event], 1))).toBe(true);
  });

  it('a changed byte and a missing end are found', () => {
    const bytes = writeEvents([{ wallSeconds: 2, step: 7, tag: 'loss', value: 0.5 }], 1);
    const head = eventFileHead(1).length;
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at] ^= 4;
      expect(() => readEvents(changed)).toThrow(DataError);
      if (at !== 0 && at !== head) expect(() => readEvents(bytes.subarray(0, at))).toThrow(DataError);
    }
  });
});

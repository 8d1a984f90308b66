import * as zlib from 'node:zlib';
import { expect, it } from 'vitest';
import { crc32 } from './crc';

it('is that of zlib, wherever the bytes begin and end, and of bytes in pieces', () => {
  const bytes = Uint8Array.from({ length: 300 }, (_, i) => ((i * 2654435761) >>> 13) & 255);
  for (const offset of [0, 1, 2, 3, 5]) {
    for (const length of [0, 1, 15, 16, 31, 32, 33, 35, 47, 64, 200]) {
      const piece = bytes.subarray(offset, offset + length);
      const expected = zlib.crc32(piece);
      expect(crc32(piece)).toBe(expected);
      expect(crc32(piece.subarray(7), crc32(piece.subarray(0, 7)))).toBe(expected);
    }
  }
});

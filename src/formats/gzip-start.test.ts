/** @file The beginning of gzip files. */
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gunzipStart } from './gzip-start';

const content = Buffer.concat([Buffer.from('header of 21 bytes...'), randomBytes(200_000)]);
const packed = new Uint8Array(gzipSync(content));

describe('gunzipStart', () => {
  it('gives the first bytes of a whole file', () => {
    expect(gunzipStart(packed, 352)).toEqual(new Uint8Array(content.subarray(0, 352)));
  });

  it('gives them from the beginning of the file alone', () => {
    expect(gunzipStart(packed.slice(0, 40_000), 352)).toEqual(new Uint8Array(content.subarray(0, 352)));
  });

  it('gives what there is when the content is shorter', () => {
    expect(gunzipStart(new Uint8Array(gzipSync('abc')), 352)).toEqual(new TextEncoder().encode('abc'));
  });

  it('goes on in the next member when the first is shorter', () => {
    const members = [gzipSync('abc'), gzipSync(''), gzipSync(content)];
    expect(gunzipStart(new Uint8Array(Buffer.concat(members)), 352)).toEqual(
      new Uint8Array(Buffer.concat([Buffer.from('abc'), content]).subarray(0, 352)),
    );
  });

  it('does not unpack a bomb', () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(200_000_000)));
    const before = process.memoryUsage().arrayBuffers;
    expect(gunzipStart(bomb.slice(0, 65_536), 352).length).toBe(352);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100_000_000);
  });

  it.each<[string, Uint8Array<ArrayBuffer>]>([
    ['nothing', new Uint8Array(0)],
    ['other bytes', new TextEncoder().encode('not a gzip file at all')],
    ['a header only', packed.slice(0, 12)],
  ])('%s is refused by name', (_, bytes) => {
    expect(() => gunzipStart(bytes, 352, 'a.nii.gz')).toThrow(
      expect.objectContaining({ code: 'gzip-damaged', where: 'a.nii.gz' }),
    );
  });
});

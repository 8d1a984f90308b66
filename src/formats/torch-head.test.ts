/** @file Shapes from the first bytes of tensor files. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTensorShape, tensorHeadBytes } from './torch-head';
import { readTensorFile } from './torch-read';

const golden = 'test/golden/prepared/subjects';
const files = readdirSync(golden, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.pt'));

describe('readTensorShape', () => {
  it('gives the shape of every golden tensor from its first 4096 bytes', () => {
    expect(files.length).toBeGreaterThan(40);
    for (const name of files) {
      const bytes = new Uint8Array(readFileSync(path.join(golden, name)));
      expect(readTensorShape(bytes.subarray(0, tensorHeadBytes))).toEqual(readTensorFile(bytes).shape);
    }
  });

  it('gives up on any beginning that is cut short, without an error', () => {
    const bytes = readFileSync(path.join(golden, files[0]));
    for (const length of [0, 3, 20, 60, 200, 250]) expect(readTensorShape(bytes.subarray(0, length))).toBeUndefined();
  });

  it('gives up on what is no tensor', () => {
    expect(readTensorShape(new Uint8Array(500).fill(0x80))).toBeUndefined();
    expect(
      readTensorShape(new TextEncoder().encode('PK\u0003\u0004 and so on, for long enough to have a header')),
    ).toBeUndefined();
  });
});

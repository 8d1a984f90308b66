/**
 * @file What every codec must do, as functions that return what is wrong; for tests only.
 *
 * 1. reading what was written gives the value back (`roundTripFault`, for generated values);
 * 2. writing what was read gives the bytes of the real program back, 3. a view with an offset reads the same as a copy,
 * 4. neither direction changes its input, 5. no prefix of a file crashes the reader (`fileFaults`).
 */
import { DataError } from '../base/errors';
import type { Codec } from './codec';

/** A text for each way in which `read(write(value))` differs from `value`; undefined when it does not. */
export function roundTripFault<T>(codec: Codec<T>, value: T, same: (a: T, b: T) => boolean): string | undefined {
  const before = structuredClone(value);
  const bytes = codec.write(value);
  if (!same(value, before)) return `${codec.name}: write changed its input`;
  return same(codec.read(bytes), before) ? undefined : `${codec.name}: read(write(value)) is another value`;
}

export interface FileChecks<T> {
  readonly same: (a: T, b: T) => boolean;
  /** `refused`: every proper prefix must be a DataError; `no crash`: it may also read as a shorter value. */
  readonly prefixes: 'refused' | 'no crash';
  /** Whether writing gives every byte of the file back. */
  readonly bytesReturn: boolean;
}

/** What is wrong when a codec meets a valid file; empty when nothing is. */
export function fileFaults<T>(codec: Codec<T>, file: Uint8Array, { same, prefixes, bytesReturn }: FileChecks<T>): string[] {
  const faults: string[] = [];
  const original = file.slice();
  const value = codec.read(file);
  if (!sameBytes(file, original)) faults.push('read changed its input');
  const written = codec.write(value);
  if (!sameBytes(file, original)) faults.push('write changed the bytes that were read');
  if (bytesReturn && !sameBytes(written, original)) faults.push('write(read(file)) has other bytes');
  if (!same(codec.read(written), value)) faults.push('read(write(read(file))) is another value');

  for (const offset of [1, 2, 4, 7]) {
    const larger = new Uint8Array(file.length + offset + 3).fill(0x5a);
    larger.set(file, offset);
    if (!same(codec.read(larger.subarray(offset, offset + file.length)), value))
      faults.push(`a view at offset ${offset} reads otherwise`);
  }
  for (const length of prefixLengths(file.length)) {
    const fault = prefixFault(codec, file.slice(0, length), prefixes);
    if (fault !== undefined) faults.push(`the first ${length} bytes: ${fault}`);
  }
  return faults.map((fault) => `${codec.name}: ${fault}`);
}

function prefixFault<T>(codec: Codec<T>, bytes: Uint8Array, prefixes: FileChecks<T>['prefixes']): string | undefined {
  try {
    codec.read(bytes);
  } catch (error) {
    return error instanceof DataError ? undefined : `threw ${String(error)}, which is no DataError`;
  }
  return prefixes === 'refused' ? 'were accepted' : undefined;
}

/** All lengths of a small file; of a large one the first 600, the last 20 and 100 between. */
function prefixLengths(length: number): number[] {
  const all = Array.from({ length }, (_, i) => i);
  const step = Math.ceil(length / 100);
  return length <= 2000 ? all : all.filter((i) => i < 600 || i >= length - 20 || i % step === 0);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** @file The first bytes inside a gzip file, unpacked from the first bytes of the file: enough to look at a header. */
import { Gunzip } from 'fflate';
import { appError } from '../base/errors';

/** One piece of a bomb (1:1032) unpacks to 1 MB before the count is looked at. */
const pieceBytes = 1024;

/**
 * Up to `count` unpacked bytes, of several members where the first is short; fewer when `bytes`, which may be the beginning of a
 * longer file, hold fewer. Nothing beyond is unpacked, so neither length nor checksum of the file are looked at. Throws
 * `gzip-damaged`.
 */
export function gunzipStart(bytes: Uint8Array<ArrayBuffer>, count: number, where?: string): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(count);
  let length = 0;
  const reader = new Gunzip((chunk) => {
    const part = chunk.subarray(0, count - length);
    result.set(part, length);
    length += part.length;
  });
  let failure: unknown;
  try {
    for (let at = 0; at < bytes.length && length < count; at += pieceBytes) reader.push(bytes.subarray(at, at + pieceBytes));
  } catch (error) {
    failure = error; // bytes that are cut short or followed by padding end like this, after what they hold has come out
  }
  if (length === 0) throw appError('gzip-damaged', { reason: 'its beginning does not unpack' }, { where, cause: failure });
  return result.subarray(0, length);
}

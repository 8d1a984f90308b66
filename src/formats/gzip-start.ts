/** @file The first bytes inside a gzip file, unpacked from the first bytes of the file: enough to look at a header. */
import { appError } from '../base/errors';

/**
 * Up to `count` unpacked bytes; fewer when `bytes`, which may be the beginning of a longer file, hold fewer. Nothing beyond is
 * unpacked, so neither length nor checksum of the file are looked at. Throws `gzip-damaged`.
 */
export async function gunzipStart(
  bytes: Uint8Array<ArrayBuffer>,
  count: number,
  where?: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new DecompressionStream('gzip');
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  const result = new Uint8Array(count);
  let length = 0;
  let failure: unknown;
  const fed = writer.write(bytes).then(() => writer.close());
  fed.catch(() => {}); // the same failure arrives at the reader
  try {
    while (length < count) {
      const { done, value } = await reader.read();
      if (done) break;
      const part = value.subarray(0, count - length);
      result.set(part, length);
      length += part.length;
    }
  } catch (error) {
    failure = error; // bytes cut short end like this, after what they hold has come out
  }
  await reader.cancel().catch(() => {});
  await writer.abort().catch(() => {});
  if (length === 0) throw appError('gzip-damaged', { reason: 'its beginning does not unpack' }, { where, cause: failure });
  return result.subarray(0, length);
}

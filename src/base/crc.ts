/**
 * @file Two checksums: CRC-32 (zip, gzip) and CRC-32C (TensorBoard). Sixteen bytes a step, from sixteen tables; numbers are little-endian
 * wherever a browser runs.
 */

const lanes = 16;

/** A checksum with this bit-reversed polynomial, initial value and final inversion as in zip. `before`: of the bytes in front. */
function makeCrc(polynomial: number): (bytes: Uint8Array, before?: number) => number {
  const tables = Array.from({ length: lanes }, () => new Int32Array(256));
  for (let i = 0; i < 256; i++) {
    let value = i;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    tables[0][i] = value;
  }
  for (let lane = 1; lane < lanes; lane++) {
    for (let i = 0; i < 256; i++) {
      const shorter = tables[lane - 1][i];
      tables[lane][i] = (shorter >>> 8) ^ tables[0][shorter & 255];
    }
  }
  const [t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15] = tables;
  const each = (bytes: Uint8Array, from: number, to: number, state: number): number => {
    let crc = state;
    for (let at = from; at < to; at++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[at]) & 255];
    return crc;
  };
  return (bytes, before = 0) => {
    const { buffer, byteOffset, length } = bytes;
    if (length < 2 * lanes) return ~each(bytes, 0, length, ~before) >>> 0;
    // Words lie at multiples of four.
    const first = (4 - (byteOffset % 4)) % 4;
    const steps = Math.floor((length - first) / lanes);
    const words = new Int32Array(buffer, byteOffset + first, 4 * steps);
    let crc = each(bytes, 0, first, ~before);
    for (let at = 0; at < words.length; at += 4) {
      const a = crc ^ words[at];
      const b = words[at + 1];
      const c = words[at + 2];
      const d = words[at + 3];
      crc =
        t15[a & 255] ^
        t14[(a >>> 8) & 255] ^
        t13[(a >>> 16) & 255] ^
        t12[a >>> 24] ^
        t11[b & 255] ^
        t10[(b >>> 8) & 255] ^
        t9[(b >>> 16) & 255] ^
        t8[b >>> 24] ^
        t7[c & 255] ^
        t6[(c >>> 8) & 255] ^
        t5[(c >>> 16) & 255] ^
        t4[c >>> 24] ^
        t3[d & 255] ^
        t2[(d >>> 8) & 255] ^
        t1[(d >>> 16) & 255] ^
        t0[d >>> 24];
    }
    return ~each(bytes, first + lanes * steps, length, crc) >>> 0;
  };
}

/** CRC-32 of zip and gzip (RFC 1952), as an unsigned number. */
export const crc32 = makeCrc(0xedb88320);

/** CRC-32C (Castagnoli, RFC 3720), as an unsigned number. */
export const crc32c = makeCrc(0x82f63b78);

/** @file Two checksums: CRC-32 (zip, gzip) and CRC-32C (TensorBoard). Eight bytes a step, from eight tables. */

const lanes = 8;

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
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables;
  return (bytes, before = 0) => {
    let crc = ~before;
    let at = 0;
    for (const end = bytes.length - (lanes - 1); at < end; at += lanes) {
      crc ^= bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
      crc =
        t7[crc & 255] ^
        t6[(crc >>> 8) & 255] ^
        t5[(crc >>> 16) & 255] ^
        t4[crc >>> 24] ^
        t3[bytes[at + 4]] ^
        t2[bytes[at + 5]] ^
        t1[bytes[at + 6]] ^
        t0[bytes[at + 7]];
    }
    for (; at < bytes.length; at++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[at]) & 255];
    return ~crc >>> 0;
  };
}

/** CRC-32 of zip and gzip (RFC 1952), as an unsigned number. */
export const crc32 = makeCrc(0xedb88320);

/** CRC-32C (Castagnoli, RFC 3720), as an unsigned number. */
export const crc32c = makeCrc(0x82f63b78);

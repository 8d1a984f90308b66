/** @file Little-endian numbers and texts out of bytes, one after the other; never past the end. */

/** The error for data that makes no sense. */
export type Refuse = (reason: string) => Error;

export class ByteReader {
  /** Position of the next byte. */
  at: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #refuse: Refuse;

  constructor(bytes: Uint8Array, start: number, refuse: Refuse) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = start;
    this.#refuse = refuse;
  }

  /** Bytes not yet read. */
  get left(): number {
    return this.#bytes.length - this.at;
  }

  u8(): number {
    return this.#view.getUint8(this.skip(1));
  }

  u16(): number {
    return this.#view.getUint16(this.skip(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.skip(4), true);
  }

  i32(): number {
    return this.#view.getInt32(this.skip(4), true);
  }

  /** Rounded beyond 2⁵³: as a length it is far too large anyway. */
  u64(): number {
    return Number(this.#view.getBigUint64(this.skip(8), true));
  }

  /** Big-endian, as pickle writes its floats. */
  f64(): number {
    return this.#view.getFloat64(this.skip(8));
  }

  /** A view of the next `length` bytes. */
  bytes(length: number): Uint8Array {
    const start = this.skip(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** The next `length` bytes as UTF-8. */
  text(length: number): string {
    const bytes = this.bytes(length);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw this.#refuse('has a text that is not UTF-8');
    }
  }

  /** The text up to the next line feed, which must come within `limit` bytes. */
  line(limit: number): string {
    const end = this.#bytes.subarray(this.at, this.at + limit + 1).indexOf(10);
    if (end < 0) throw this.#refuse(`has a name of more than ${limit} bytes, or ends in one`);
    const text = this.text(end);
    this.skip(1);
    return text;
  }

  /** Moves on; the old position. */
  skip(length: number): number {
    if (length > this.left) throw this.#refuse('is cut short');
    const start = this.at;
    this.at += length;
    return start;
  }
}

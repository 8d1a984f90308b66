/** @file The one shape of a file format: bytes in, value out, and back. Pure; no folders, no network. */
export interface Codec<T> {
  readonly name: string;
  read(bytes: Uint8Array): T;
  write(value: T): Uint8Array<ArrayBuffer>;
}

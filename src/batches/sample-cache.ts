/** @file Decoded samples kept in memory under one budget: every epoch, and every split of a study, reads the same ones. */
import type { ReadSample, ReadSampleRequest } from './readers';

/** What a file gives, whatever its label is. */
export type Decoded = Pick<ReadSample, 'shape' | 'data' | 'notes'>;

/**
 * Samples of one extraction and one set of transforms. Those that come first stay: what is read round and round gains nothing from
 * putting out the old for the new.
 */
export class SampleCache {
  readonly #kept = new Map<string, Decoded>();
  #free: number;

  /** @param bytes of all samples together; 0: none is kept */
  constructor(bytes: number) {
    this.#free = bytes;
  }

  get(request: ReadSampleRequest): Decoded | undefined {
    return this.#kept.get(keyOf(request));
  }

  /** Keeps it where there is room. Its values are not to be changed. */
  add(request: ReadSampleRequest, { shape, data, notes }: Decoded): void {
    const key = keyOf(request);
    if (data.byteLength > this.#free || this.#kept.has(key)) return;
    this.#free -= data.byteLength;
    this.#kept.set(key, { shape, data, notes });
  }
}

const keyOf = ({ path, element }: ReadSampleRequest): string => `${element} ${path}`;

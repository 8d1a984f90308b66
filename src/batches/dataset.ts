/** @file Cohort × elements per image → the n-th sample's address, checked before the first one is read. */
import type { ReadSampleRequest } from './readers';

export interface Dataset {
  /** Rows × elements per image. */
  readonly size: number;
  readonly elementsPerImage: number;
  /** Of every sample, after transforms: [c, d, h, w] or [c, h, w]. */
  readonly sampleShape: readonly number[];
  /** What to ask a reader for sample n: row n div elements, element n mod elements. */
  request(n: number): ReadSampleRequest;
}

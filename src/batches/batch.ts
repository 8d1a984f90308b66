/** @file Model inputs on their way from files to the device. */

/** One model input and where it came from. */
export interface Sample {
  /** [c, d, h, w] or [c, h, w], after normalisation, C order. */
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
  readonly participant_id: string;
  readonly session_id: string;
  /** Value of `<mode>_id`: 0 for images, the element number for patches and ROIs, the original slice number for slices. */
  readonly elementId: number;
  /** Node or value; undefined where it is not known. */
  readonly label: number | undefined;
}

export interface Batch {
  /** [n, d, h, w, c] or [n, h, w, c]. */
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
  readonly samples: readonly Omit<Sample, 'data' | 'shape'>[];
}

/** A data set that can be read in any order, some batches ahead. */
export interface Loader {
  /** Samples: images × elements per image. */
  readonly size: number;
  /**
   * Batches of `batchSize` consecutive entries of `order` (sample numbers); the last, smaller one is kept. Yields in order, reads
   * ahead, and leaves nothing pending when the consumer stops early. `allAsked`: the last sample is being read, so that others may be.
   */
  batches(order: readonly number[], batchSize: number, signal: AbortSignal, allAsked?: () => void): AsyncIterable<Batch>;
  /** Begins to read what the next pass begins with, in place of what was begun before and not asked for. */
  ahead(samples: readonly number[], signal: AbortSignal): void;
}

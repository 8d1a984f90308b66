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
  /** Code of the label; -1 without labels. */
  readonly label: number;
}

export interface Batch {
  /** [n, d, h, w, c] or [n, h, w, c]. */
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
  readonly samples: readonly Omit<Sample, 'data' | 'shape'>[];
}

/** @file Weights and buffers by PyTorch's names, in registration order and PyTorch's axis order ([out, in, k…], [out, in]). */

export interface StateTensor {
  readonly shape: readonly number[];
  /** float32, or int64 for `num_batches_tracked`. C order. */
  readonly data: Float32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>;
}

export type StateDict = ReadonlyMap<string, StateTensor>;

/** Adam's memory of one parameter. */
export interface AdamMoments {
  readonly step: number;
  readonly exp_avg: Float32Array<ArrayBuffer>;
  readonly exp_avg_sq: Float32Array<ArrayBuffer>;
}

/** By parameter name, registration order; empty before the first step. */
export type OptimizerState = ReadonlyMap<string, AdamMoments>;

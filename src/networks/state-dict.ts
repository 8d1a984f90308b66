/** @file Weights and buffers by PyTorch's names, in registration order and PyTorch's axis order ([out, in, k…], [out, in]). */

export interface StateTensor {
  readonly shape: readonly number[];
  /** float32, or int64 for `num_batches_tracked`. C order. */
  readonly data: Float32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>;
}

export type StateDict = ReadonlyMap<string, StateTensor>;

/** An optimiser's memory of one parameter, by PyTorch's names (`vocabulary/optimizers.ts`). */
export interface ParameterState {
  readonly step: number;
  readonly numbers: Readonly<Record<string, number>>;
  /** Of the parameter's shape. */
  readonly tensors: Readonly<Record<string, Float32Array<ArrayBuffer>>>;
}

/** By parameter name, registration order; empty before the first step. */
export type OptimizerState = ReadonlyMap<string, ParameterState>;

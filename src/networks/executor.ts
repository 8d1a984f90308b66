/**
 * @file What runs a network: one contract for the TensorFlow.js composition (cpu, wasm, webgpu), the WebGPU engine and the
 * WebAssembly engine. The learning room sees nothing else.
 */
import type { NetworkSpec } from './network-spec';
import type { OptimizerState, StateDict } from './state-dict';

export type BackendName = 'webgpu' | 'wasm' | 'cpu';

export interface BackendInfo {
  readonly name: BackendName;
  /** What the device calls itself, e.g. `nvidia ada-lovelace`, `google swiftshader`, `wasm simd, 1 thread`. */
  readonly adapter: string;
  /** True when a software adapter or the processor does the work. */
  readonly software: boolean;
  readonly limits: Readonly<Record<string, number>>;
  /** True when it can store activations as f16 (`ExecutorRequest.amp`). */
  readonly half: boolean;
  /** One sentence: why this backend is in use. */
  readonly reason: string;
}

/** Inputs of one batch. */
export interface InputTensor {
  /** [n, d, h, w, c] or [n, h, w, c]. */
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/** Class index of each element of the batch, and the loss to use. */
export interface ClassTarget {
  readonly kind: 'class';
  readonly loss: 'CrossEntropyLoss';
  readonly labels: Int32Array;
  /** Samples of the whole batch when it is given in parts: the gradient is that of the mean over it. Absent: these are all. */
  readonly wholeBatch?: number;
}
export type Target = ClassTarget;

export interface OptimizerOptions {
  readonly optimizer: 'Adam';
  readonly learning_rate: number;
  readonly weight_decay: number;
}

/**
 * Mask of one dropout layer for one batch: 0 or 1/(1-p), [n, features] in PyTorch's flattening order. Called once per layer with
 * probability > 0, in the order of the blocks, in training mode only.
 */
export type DropoutSource = (layer: string, probability: number, size: number) => Float32Array<ArrayBuffer>;

export interface MemoryInfo {
  /** Bytes held now on the device (or in the wasm heap). */
  readonly bytes: number;
  readonly tensors: number;
}

export interface Executor {
  readonly backend: BackendInfo;
  readonly spec: NetworkSpec;
  /** Outputs [n, outputSize] in evaluation mode (running statistics, no dropout). */
  predict(input: InputTensor): Promise<Float32Array<ArrayBuffer>>;
  /**
   * Forward and backward of one batch in training mode. Gradients add up until `applyStep`; running statistics are updated.
   * May resolve before the device has finished.
   */
  accumulate(input: InputTensor, target: Target, dropout: DropoutSource): Promise<void>;
  /** One optimiser step on the gradients so far; clears them. */
  applyStep(): Promise<void>;
  /** Training losses of the batches since the last call, in order: the batch mean of each. */
  takeLosses(): Promise<number[]>;
  readState(): Promise<StateDict>;
  writeState(state: StateDict): Promise<void>;
  readOptimizer(): Promise<OptimizerState>;
  writeOptimizer(state: OptimizerState): Promise<void>;
  memory(): MemoryInfo;
  dispose(): void;
}

export interface ExecutorRequest {
  readonly spec: NetworkSpec;
  readonly state: StateDict;
  readonly optimizer: OptimizerOptions;
  /** Largest batch that will be given: buffers are sized for it. */
  readonly batchSize: number;
  /** Store activations as 16-bit numbers and compute with 32; only where `BackendInfo.half` says so. */
  readonly amp?: boolean;
}

export type ExecutorFactory = (request: ExecutorRequest) => Promise<Executor>;

/**
 * @file What runs a network: one contract for the TensorFlow.js composition (cpu, wasm, webgpu), the WebGPU engine and the
 * WebAssembly engine. The learning room sees nothing else.
 */
import type { Network, Value } from '../networks/graph';
import type { OptimizerState, StateDict } from '../networks/state-dict';
import type { LossName } from '../vocabulary/losses';
import type { OptimizerName } from '../vocabulary/optimizers';

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

/** What the outputs are compared with. */
export type Target = (
  | { readonly kind: 'class'; readonly labels: Int32Array }
  /** [n, outputSize] */
  | { readonly kind: 'numbers'; readonly values: Float32Array<ArrayBuffer> }
  | { readonly kind: 'input' }
  /**
   * Of each head that the loss names, in its order, the classes of the samples; −1: it learns nothing from this one. `reversal`: what
   * gradients are multiplied by, with the other sign, where the graph turns them round.
   */
  | { readonly kind: 'heads'; readonly labels: readonly Int32Array<ArrayBuffer>[]; readonly reversal: number }
) & {
  /**
   * Samples of the whole batch when it is given in parts, absent: these are all. The gradients of the parts add up to that of the whole
   * batch; so do their losses, each times its share of the samples (a sum over a batch, as a reconstruction, is taken as if all samples
   * were like those of the part).
   */
  readonly wholeBatch?: number;
};

export interface LossOptions {
  readonly loss: LossName;
  /** Of variational losses. */
  readonly recons_weight: number;
  readonly kl_weight: number;
  /** The reconstruction, which is summed over the batch, is divided by its samples: CVAE_3D's own loss (`loss-weights.ts`). */
  readonly perSample?: boolean;
  /** The outputs of a network with several, each with a cross entropy of its own; the loss is their sum. Absent: the main output alone. */
  readonly heads?: readonly HeadLoss[];
}

export interface HeadLoss {
  /** Name of an output of the graph. */
  readonly output: string;
  readonly weight: number;
}

/** The options of a loss that has no weights. */
export const plainLoss = (loss: LossName): LossOptions => ({ loss, recons_weight: 1, kl_weight: 1 });

export interface OptimizerOptions {
  readonly optimizer: OptimizerName;
  readonly learning_rate: number;
  readonly weight_decay: number;
}

/** Random numbers that a node of the graph needs for one batch, in PyTorch's order of its value [n, c, …space]. */
export type DrawRequest =
  /** 0 or 1/(1-p). */
  | { readonly kind: 'mask'; readonly node: Value; readonly probability: number; readonly size: number }
  /** Standard normal. `shared`: one sample's worth for all. */
  | { readonly kind: 'normal'; readonly node: Value; readonly shared: boolean; readonly size: number };
/** Called once per node that draws, in the order of the nodes. */
export type DrawSource = (request: DrawRequest) => Float32Array<ArrayBuffer>;

/** Values of the graph's outputs by name, each [n, c, …space] in PyTorch's order. */
export type Outputs = Readonly<Record<string, Float32Array<ArrayBuffer>>>;

/** What is asked about: the gradient of one value of the graph with respect to another, in evaluation mode. */
export interface Explained {
  readonly of: Value;
  /** 0: the input. */
  readonly at: Value;
}

/** Of a batch, each in PyTorch's order [n, c, …space]. */
export interface Explanation {
  /** Values of `of`. */
  readonly output: Float32Array<ArrayBuffer>;
  /** Values of `at`, and the gradient there. */
  readonly value: Float32Array<ArrayBuffer>;
  readonly gradient: Float32Array<ArrayBuffer>;
}

export interface MemoryInfo {
  /** Bytes held now on the device (or in the wasm heap). */
  readonly bytes: number;
  readonly tensors: number;
}

/** Milliseconds. */
export interface KernelTime {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

export interface KernelTimes {
  /** Training steps from now on are timed, kernel by kernel. */
  begin(): void;
  /** No more; the times of each submit, in order, by the device's clock, and how many kernels could not be timed. */
  end(): Promise<{ readonly submits: readonly (readonly KernelTime[])[]; readonly leftOut: number }>;
}

export interface Executor {
  readonly backend: BackendInfo;
  readonly network: Network;
  /** Outputs in evaluation mode: running statistics, no dropout; `draws` is asked by nodes that sample there too. */
  predict(input: InputTensor, draws: DrawSource): Promise<Outputs>;
  /**
   * What `ExecutorRequest.explain` asked for: gradients of channel `channel` of `of`, summed over its voxels, for each sample by itself.
   * Throws where nothing was asked for.
   */
  explain(input: InputTensor, channel: number, draws: DrawSource): Promise<Explanation>;
  /**
   * Forward and backward of one batch in training mode. Gradients add up until `applyStep`; running statistics are updated.
   * May resolve before the device has finished.
   */
  accumulate(input: InputTensor, target: Target, draws: DrawSource): Promise<void>;
  /** One optimiser step on the gradients so far; clears them. */
  applyStep(): Promise<void>;
  /** Resolves when the device has finished what it was given so far. Absent where the calls resolve only then. */
  submitted?(): Promise<void>;
  /** Absent where the device has no clock that can be read. */
  readonly kernelTimes?: KernelTimes;
  /** For the steps from now on. */
  setLearningRate(rate: number): void;
  /** Training losses of the batches since the last call, in order: the batch mean of each. */
  takeLosses(): Promise<number[]>;
  readState(): Promise<StateDict>;
  writeState(state: StateDict): Promise<void>;
  readOptimizer(): Promise<OptimizerState>;
  writeOptimizer(state: OptimizerState): Promise<void>;
  memory(): MemoryInfo;
  dispose(): void;
}

/**
 * Which of several kernels computes a row of a network, by row and shape (`convolution 8-16 85x104x90`). Rows that are not named, and
 * those whose kernel this device cannot use, are computed by the standard one. Kernels round differently.
 */
export type KernelChoice = Readonly<Record<string, string>>;

export interface ExecutorRequest {
  readonly network: Network;
  readonly state: StateDict;
  readonly loss: LossOptions;
  readonly optimizer: OptimizerOptions;
  /** Parameters that get no gradient and no step. */
  readonly frozen?: ReadonlySet<string>;
  /** Largest batch that will be given: buffers are sized for it. */
  readonly batchSize: number;
  /** Nothing will be trained: `predict` and `writeState` are all that is called. Takes less memory. */
  readonly predictOnly?: boolean;
  /** `explain` will be called for this; nothing will be trained. */
  readonly explain?: Explained;
  /** Store activations as 16-bit numbers and compute with 32; only where `BackendInfo.half` says so. */
  readonly amp?: boolean;
  /** Absent: the standard kernels. Backends that have no others pay no attention. */
  readonly kernels?: KernelChoice;
}

/** What the memory of an executor depends on: all but its weights. */
export type MemoryRequest = Omit<ExecutorRequest, 'state'>;

/** Bytes that an executor would hold while it trains, before anything is allocated. Throws what making it throws for want of memory. */
export type MemoryEstimate = (request: MemoryRequest) => number;

/** What was found when kernels were tried. */
export interface KernelTrial {
  /** For every row and shape of the network that there is something to choose for. */
  readonly choice: KernelChoice;
  /** Rows and shapes that were timed; the others got the standard kernel. */
  readonly timed: readonly string[];
  /** Where another kernel won: how many times as fast as the standard one it is. */
  readonly gains: Readonly<Record<string, number>>;
  /** Kernels that this device compiles or computes wrongly: none of them was chosen. */
  readonly wrong: readonly string[];
}

export interface TrialLimits {
  readonly signal: AbortSignal;
  /** Rows whose turn has not come by then get the standard kernel. */
  readonly milliseconds: number;
  /** Told after each row. */
  readonly progress?: (done: number, total: number) => void;
}

/** Backends that have several kernels for a row. */
export interface KernelTrials {
  /** The adapter, by all that it says of itself. */
  readonly device: string;
  /** What there is to choose from for a network, by row and shape, the standard kernel first; and what of a choice cannot be used here. */
  look(request: MemoryRequest): { readonly rows: Readonly<Record<string, readonly string[]>>; readonly unusable: KernelChoice };
  /**
   * Times the kernels of rows that `request.kernels` does not name on their own shapes, with memory of its own. Rejects with the
   * signal's reason, and with `gpu-lost` and its kin when the device fails.
   */
  run(request: MemoryRequest, limits: TrialLimits): Promise<KernelTrial>;
}

export type ExecutorFactory = (request: ExecutorRequest) => Promise<Executor>;

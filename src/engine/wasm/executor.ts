/**
 * @file The executor on our WebAssembly SIMD kernels: what runs where there is no GPU. Needs channel counts that are multiples of 8
 * after the first layer (`wasmCanRun`).
 */

import type { Network } from '../../networks/graph';
import type { OptimizerState, StateDict } from '../../networks/state-dict';
import { type Kernels, startKernels } from '../../wasm/kernels';
import type {
  BackendInfo,
  DrawSource,
  Executor,
  ExecutorFactory,
  ExecutorRequest,
  InputTensor,
  MemoryInfo,
  OptimizerOptions,
  Outputs,
  Target,
} from '../executor';
import { type Block, blocksOf, type ConvBlock, type LinearBlock, type NetworkSpec } from '../legacy/blocks';
import { WasmConvBlock } from './conv-block';
import { WasmParameters } from './parameters';

const BETA_1 = 0.9;
const BETA_2 = 0.999;

const isConv = (block: Block): block is ConvBlock => block.kind === 'conv-block';

/** True when every block is one that the kernels can do. */
export function wasmCanRun(network: Network): boolean {
  const convolutions = blocksOf(network).blocks.filter(isConv);
  return convolutions.length > 0 && convolutions.every((b, i) => b.outChannels % 8 === 0 && (i === 0 || b.inChannels % 8 === 0));
}

interface LinearStage {
  readonly block: LinearBlock;
  /** [n, inFeatures] and [n, outFeatures], and their gradients. */
  readonly x: number;
  readonly dx: number;
  y: number;
  dy: number;
}

class WasmExecutor implements Executor {
  readonly backend: BackendInfo;
  readonly network: Network;
  readonly spec: NetworkSpec;
  readonly #kernels: Kernels;
  readonly #parameters: WasmParameters;
  #optimizer: OptimizerOptions;
  readonly #batchSize: number;
  readonly #convs: WasmConvBlock[] = [];
  readonly #linears: LinearStage[] = [];
  /** Pooled output of the last block, channels last, and its gradient. */
  readonly #features: { readonly value: number; readonly gradient: number };
  readonly #scratch: {
    readonly dy: number;
    readonly g: readonly [number, number];
    readonly flipped: number;
    readonly zeros: number;
  };
  #mask: Float32Array | null = null;
  #losses: number[] = [];

  constructor(request: ExecutorRequest, kernels: Kernels, backend: BackendInfo) {
    const { network, batchSize } = request;
    const spec = blocksOf(network);
    const { memory } = kernels;
    this.backend = backend;
    this.network = network;
    this.spec = spec;
    this.#kernels = kernels;
    this.#optimizer = request.optimizer;
    this.#batchSize = batchSize;
    this.#parameters = new WasmParameters(spec, memory);
    const rank = spec.inputSize.length === 4 ? 3 : 2;
    const space = spec.inputSize.slice(1);
    let shape = rank === 3 ? { D: space[0], H: space[1], W: space[2] } : { D: 1, H: space[0], W: space[1] };
    for (const block of spec.blocks.filter(isConv)) {
      const conv = new WasmConvBlock(block, shape, rank, batchSize, kernels, this.#parameters);
      this.#convs.push(conv);
      shape = conv.pooled;
    }
    const most = (of: (conv: WasmConvBlock) => number): number => Math.max(...this.#convs.map(of));
    const takeFloats = (length: number): number => memory.take(4 * length);
    const g = batchSize * most((conv) => conv.outputLength);
    this.#scratch = {
      dy: takeFloats(batchSize * most((conv) => conv.paddedVoxels * conv.block.outChannels)),
      g: [takeFloats(g), takeFloats(g)],
      flipped: takeFloats(27 * most((conv) => conv.block.inChannels * conv.block.outChannels)),
      zeros: takeFloats(most((conv) => conv.block.inChannels)),
    };
    const features = this.#convs.at(-1)!.outputLength;
    this.#features = { value: takeFloats(batchSize * features), gradient: this.#scratch.g[0] };
    for (const block of spec.blocks) {
      if (block.kind !== 'linear') continue;
      const x = takeFloats(batchSize * block.inFeatures);
      const dx = takeFloats(batchSize * block.inFeatures);
      const before = this.#linears.at(-1);
      if (before !== undefined) {
        before.y = x;
        before.dy = dx;
      }
      const outputs = batchSize * block.outFeatures;
      this.#linears.push({ block, x, dx, y: takeFloats(outputs), dy: takeFloats(outputs) });
    }
    this.#parameters.write(request.state);
  }

  async predict(input: InputTensor): Promise<Outputs> {
    const n = input.shape[0];
    const outputs: Float32Array<ArrayBuffer> = new Float32Array(n * this.spec.outputSize);
    const step = input.data.length / n;
    for (let from = 0; from < n; from += this.#batchSize) {
      const some = Math.min(this.#batchSize, n - from);
      this.#forward(input.data.subarray(from * step, (from + some) * step), some, null);
      outputs.set(this.#logits(some), from * this.spec.outputSize);
      await null;
    }
    return { output: outputs };
  }

  async accumulate(input: InputTensor, target: Target, dropout: DrawSource): Promise<void> {
    const n = input.shape[0];
    this.#forward(input.data, n, dropout);
    this.#losses.push(this.#lossGradient(target, n));
    this.#backward(n);
  }

  setLearningRate(rate: number): void {
    this.#optimizer = { ...this.#optimizer, learning_rate: rate };
  }

  async applyStep(): Promise<void> {
    const { arenas, length } = this.#parameters;
    const step = ++this.#parameters.step;
    const { learning_rate, weight_decay } = this.#optimizer;
    const stepSize = learning_rate / (1 - BETA_1 ** step);
    const root = Math.sqrt(1 - BETA_2 ** step);
    this.#kernels.functions.adam(
      arenas.weight,
      arenas.gradient,
      arenas.first,
      arenas.second,
      length,
      stepSize,
      root,
      weight_decay,
    );
    this.#parameters.clearGradients();
  }

  async takeLosses(): Promise<number[]> {
    const losses = this.#losses;
    this.#losses = [];
    return losses;
  }

  async readState(): Promise<StateDict> {
    return this.#parameters.read();
  }

  async writeState(state: StateDict): Promise<void> {
    this.#parameters.write(state);
  }

  async readOptimizer(): Promise<OptimizerState> {
    return this.#parameters.readOptimizer();
  }

  async writeOptimizer(state: OptimizerState): Promise<void> {
    this.#parameters.writeOptimizer(state);
  }

  memory(): MemoryInfo {
    return { bytes: this.#kernels.memory.sizeBytes, tensors: 0 };
  }

  /** Nothing to do: the memory goes with the last reference to this executor. */
  dispose(): void {}

  #forward(data: Float32Array, n: number, dropout: DrawSource | null): void {
    const { functions } = this.#kernels;
    this.#writeInput(data, n);
    this.#convs.forEach((conv, i) => {
      const next = this.#convs[i + 1];
      conv.forward(n, next?.input ?? this.#features.value, next === undefined ? 0 : 1, dropout !== null);
    });
    this.#flatten(n, dropout);
    for (const { block, x, y } of this.#linears) {
      const { name, inFeatures, outFeatures, relu } = block;
      const [w, b] = [this.#parameters.weight(`${name}.weight`), this.#parameters.weight(`${name}.bias`)];
      functions.linear(x, w, b, y, n, inFeatures, outFeatures, relu ? 1 : 0);
    }
  }

  /** Rows of the batch into the padded input of the first block, whose borders stay zero. */
  #writeInput(data: Float32Array, n: number): void {
    const first = this.#convs[0];
    const { D, H, W } = first.shape;
    const ci = first.block.inChannels;
    const pad = first.depthPad;
    const target = this.#kernels.memory.float32(first.input, n * first.paddedVoxels * ci);
    let from = 0;
    for (let i = 0; i < n; i++) {
      for (let d = 0; d < D; d++) {
        for (let h = 0; h < H; h++) {
          const row = ((i * (D + 2 * pad) + d + pad) * (H + 2) + h + 1) * (W + 2) + 1;
          target.set(data.subarray(from, from + W * ci), row * ci);
          from += W * ci;
        }
      }
    }
  }

  /** Channels last → PyTorch's flattening, times the dropout mask. */
  #flatten(n: number, dropout: DrawSource | null): void {
    const first = this.#linears[0];
    const { inFeatures } = first.block;
    const layer = this.spec.blocks.find((block) => block.kind === 'dropout');
    this.#mask =
      dropout !== null && layer !== undefined && layer.probability > 0
        ? dropout({ kind: 'mask', node: layer.node, probability: layer.probability, size: n * inFeatures })
        : null;
    const source = this.#kernels.memory.float32(this.#features.value, n * inFeatures);
    const target = this.#kernels.memory.float32(first.x, n * inFeatures);
    this.#permute(n, (last, flat) => {
      target[flat] = this.#mask === null ? source[last] : source[last] * this.#mask[flat];
    });
  }

  /** Calls with the channels-last and the flattened index of each feature. */
  #permute(n: number, visit: (last: number, flat: number) => void): void {
    const { outputLength, block } = this.#convs.at(-1)!;
    const channels = block.outChannels;
    const voxels = outputLength / channels;
    for (let i = 0; i < n; i++) {
      for (let v = 0; v < voxels; v++) {
        for (let c = 0; c < channels; c++) visit((i * voxels + v) * channels + c, (i * channels + c) * voxels + v);
      }
    }
  }

  #logits(n: number): Float32Array {
    return this.#kernels.memory.float32(this.#linears.at(-1)!.y, n * this.spec.outputSize);
  }

  /** Softmax cross-entropy: writes the gradient of the logits, returns the batch mean. */
  #lossGradient(target: Target, n: number): number {
    if (target.kind !== 'class') throw new Error('this executor trains classifiers');
    const classes = this.spec.outputSize;
    const logits = this.#logits(n);
    const gradient = this.#kernels.memory.float32(this.#linears.at(-1)!.dy, n * classes);
    const whole = target.wholeBatch ?? n;
    let loss = 0;
    for (let i = 0; i < n; i++) {
      const row = logits.subarray(i * classes, (i + 1) * classes);
      const top = Math.max(...row);
      const sum = row.reduce((total, z) => total + Math.exp(z - top), 0);
      const label = target.labels[i];
      loss += Math.log(sum) + top - row[label];
      for (let c = 0; c < classes; c++)
        gradient[i * classes + c] = (Math.exp(row[c] - top) / sum - (c === label ? 1 : 0)) / whole;
    }
    return loss / n;
  }

  #backward(n: number): void {
    const { functions, memory } = this.#kernels;
    const p = this.#parameters;
    for (const { block, x, dx, y, dy } of this.#linears.toReversed()) {
      const { name, inFeatures, outFeatures, relu } = block;
      const [w, b] = [`${name}.weight`, `${name}.bias`];
      functions.linearGradient(x, p.weight(w), y, dy, p.gradient(w), p.gradient(b), dx, n, inFeatures, outFeatures, relu ? 1 : 0);
    }
    const first = this.#linears[0];
    const flat = memory.float32(first.dx, n * first.block.inFeatures);
    const last = memory.float32(this.#features.gradient, n * first.block.inFeatures);
    this.#permute(n, (to, from) => {
      last[to] = this.#mask === null ? flat[from] : flat[from] * this.#mask[from];
    });
    const { dy, g, flipped, zeros } = this.#scratch;
    let current = 0;
    for (let i = this.#convs.length - 1; i >= 0; i--) {
      this.#convs[i].backward(n, g[current], dy, flipped, i === 0 ? null : g[1 - current], zeros);
      current = 1 - current;
    }
  }
}

export const wasmBackend: Omit<BackendInfo, 'reason'> = {
  name: 'wasm',
  adapter: 'WebAssembly SIMD, 1 thread',
  software: true,
  half: false,
  limits: { memoryBytes: 65536 * 65536 },
};

/** @param reason why this backend is in use, for the page */
export function wasmExecutor(reason: string): ExecutorFactory {
  return async (request) => new WasmExecutor(request, await startKernels(), { ...wasmBackend, reason });
}

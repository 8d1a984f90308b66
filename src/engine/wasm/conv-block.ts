/** @file One convolution block on the WebAssembly kernels: buffers for the largest batch, forward, backward. */
import type { Kernels } from '../../wasm/kernels';
import type { ConvBlock } from '../legacy/blocks';
import type { WasmParameters } from './parameters';

const EPSILON = 1e-5;
const MOMENTUM = 0.1;

/** Spatial size of a block's input; D is 1 for 2D. */
export interface BlockShape {
  readonly D: number;
  readonly H: number;
  readonly W: number;
}

export class WasmConvBlock {
  readonly block: ConvBlock;
  readonly shape: BlockShape;
  /** Sizes of the convolution, and after the pool. */
  readonly #convolved: BlockShape;
  readonly pooled: BlockShape;
  /** 3 taps in depth for 3D, 1 for 2D. */
  readonly #kd: 1 | 3;
  readonly #kernels: Kernels;
  readonly #parameters: WasmParameters;
  /** Pool window along H and W, and 1 if it pools along D. */
  readonly #window: 1 | 2;
  readonly #depthPool: 0 | 1;
  /** Padded input [n, D+2, H+2, W+2, ci], written by the block before. */
  readonly input: number;
  readonly #y: number;
  readonly #codes: number;
  /** scale, shift; a, b, k of the backward pass: one value per channel each. */
  readonly #channels: number;
  readonly #statistics: number;
  #mean = new Float64Array(0);
  #inverse = new Float64Array(0);

  constructor(block: ConvBlock, shape: BlockShape, rank: 2 | 3, batchSize: number, kernels: Kernels, parameters: WasmParameters) {
    this.block = block;
    this.shape = shape;
    this.#kd = rank === 3 ? 3 : 1;
    this.#kernels = kernels;
    this.#parameters = parameters;
    const { stride, pool } = block;
    this.#window = pool ? 2 : 1;
    this.#depthPool = pool && rank === 3 ? 1 : 0;
    const reduced = ({ D, H, W }: BlockShape, by: 1 | 2): BlockShape => ({
      D: rank === 3 ? Math.ceil(D / by) : 1,
      H: Math.ceil(H / by),
      W: Math.ceil(W / by),
    });
    this.#convolved = reduced(shape, stride);
    this.pooled = reduced(this.#convolved, this.#window);
    const { D, H, W } = this.#convolved;
    const { memory } = kernels;
    const pooledVoxels = this.pooled.D * this.pooled.H * this.pooled.W;
    this.input = memory.take(4 * batchSize * this.paddedVoxels * block.inChannels);
    this.#y = memory.take(4 * batchSize * D * H * W * block.outChannels);
    this.#codes = memory.take(4 * batchSize * pooledVoxels * block.outChannels);
    this.#channels = memory.take(4 * 5 * block.outChannels);
    this.#statistics = memory.take(8 * 2 * block.outChannels);
  }

  get depthPad(): number {
    return this.#kd >> 1;
  }

  get paddedVoxels(): number {
    const { D, H, W } = this.shape;
    return (D + 2 * this.depthPad) * (H + 2) * (W + 2);
  }

  /** Values of the block's pooled output for one sample. */
  get outputLength(): number {
    return this.pooled.D * this.pooled.H * this.pooled.W * this.block.outChannels;
  }

  /**
   * Runs the block on `n` samples in `input`; the pooled result goes to `out`, padded by one voxel when `pad` is 1. In training
   * mode with the statistics of the batch, which move the running ones.
   */
  forward(n: number, out: number, pad: 0 | 1, training: boolean): void {
    const { conv, stride, inChannels: ci, outChannels: co } = this.block;
    const { functions } = this.#kernels;
    const { D, H, W } = this.#convolved;
    const p = this.#parameters;
    const [weight, bias] = [p.weight(`${conv}.weight`), p.weight(`${conv}.bias`)];
    const input = this.shape;
    functions.convolve(this.input, weight, bias, this.#y, input.D, input.H, input.W, ci, co, this.#kd, stride, 0, n * D * H);
    if (training) this.#measure(n * D * H * W);
    else this.#recall();
    this.#scale();
    const [scale, shift] = [this.#channels, this.#channels + 4 * co];
    const padD = pad * this.depthPad;
    functions.normalizePool(this.#y, scale, shift, out, this.#codes, n, D, H, W, co, this.#depthPool, this.#window, pad, padD);
  }

  /**
   * Gradients from `g`, that of the pooled result (not padded). `dy` is scratch for the gradient of the convolution's output, padded
   * and as large as the input; `flipped` is scratch for the turned weights. The gradient of the block's input goes to `dx` (not
   * padded), unless it is null.
   */
  backward(n: number, g: number, dy: number, flipped: number, dx: number | null, zeros: number): void {
    const input = this.shape;
    const { D, H, W } = this.#convolved;
    const { conv, norm, stride, inChannels: ci, outChannels: co } = this.block;
    const { functions, memory } = this.#kernels;
    const p = this.#parameters;
    const [depthPool, window] = [this.#depthPool, this.#window];
    functions.poolSums(this.#y, g, this.#codes, this.#statistics, n, D, H, W, co, depthPool, window);
    const count = n * D * H * W;
    const sums = memory.float64(this.#statistics, 2 * co);
    const channels = memory.float32(this.#channels, 5 * co);
    const weight = p.view(p.weight(`${norm}.weight`), `${norm}.weight`);
    const dWeight = p.view(p.gradient(`${norm}.weight`), `${norm}.weight`);
    const dBias = p.view(p.gradient(`${norm}.bias`), `${norm}.bias`);
    for (let c = 0; c < co; c++) {
      const inverse = this.#inverse[c];
      const sum = sums[c];
      // Σ g·x̂ with x̂ = (y − mean)·inverse
      const dot = (sums[co + c] - this.#mean[c] * sum) * inverse;
      dWeight[c] += dot;
      dBias[c] += sum;
      const a = weight[c] * inverse;
      const b = (-a * inverse * dot) / count;
      channels[2 * co + c] = a;
      channels[3 * co + c] = b;
      channels[4 * co + c] = (-a * sum) / count - b * this.#mean[c];
    }
    const [a, b, k] = [2, 3, 4].map((i) => this.#channels + 4 * i * co);
    memory.float32(dy, n * this.paddedVoxels * co).fill(0);
    functions.poolGradient(
      this.#y,
      g,
      this.#codes,
      a,
      b,
      k,
      dy,
      n,
      D,
      H,
      W,
      co,
      depthPool,
      window,
      this.depthPad,
      input.D,
      input.H,
      input.W,
      stride,
    );
    // The gradient of the convolution's bias is exactly zero: BatchNorm removes what a constant adds.
    const gradient = p.gradient(`${conv}.weight`);
    functions.weightGradient(this.input, dy, gradient, n, input.D, input.H, input.W, ci, co, this.#kd, stride, 0, co >> 3);
    if (dx === null) return;
    functions.flipWeights(p.weight(`${conv}.weight`), flipped, ci, co, this.#kd);
    // With a stride, zeros lie between the voxels of dy: the transposed convolution is an ordinary one.
    functions.convolve(dy, flipped, zeros, dx, input.D, input.H, input.W, co, ci, this.#kd, 1, 0, n * input.D * input.H);
  }

  /** Statistics of the batch; the running ones follow, the variance with n − 1. */
  #measure(count: number): void {
    const { norm, outChannels: co } = this.block;
    const { functions, memory } = this.#kernels;
    functions.channelStatistics(this.#y, this.#statistics, count, co);
    const statistics = memory.float64(this.#statistics, 2 * co);
    this.#mean = statistics.slice(0, co);
    this.#inverse = statistics.slice(co).map((squares) => 1 / Math.sqrt(squares / count + EPSILON));
    const p = this.#parameters;
    const mean = p.view(p.weight(`${norm}.running_mean`), `${norm}.running_mean`);
    const variance = p.view(p.weight(`${norm}.running_var`), `${norm}.running_var`);
    for (let c = 0; c < co; c++) {
      mean[c] = (1 - MOMENTUM) * mean[c] + MOMENTUM * this.#mean[c];
      variance[c] = (1 - MOMENTUM) * variance[c] + (MOMENTUM * statistics[co + c]) / (count - 1);
    }
    p.countBatch(norm);
  }

  #recall(): void {
    const { norm } = this.block;
    const p = this.#parameters;
    this.#mean = Float64Array.from(p.view(p.weight(`${norm}.running_mean`), `${norm}.running_mean`));
    const variance = p.view(p.weight(`${norm}.running_var`), `${norm}.running_var`);
    this.#inverse = Float64Array.from(variance, (v) => 1 / Math.sqrt(v + EPSILON));
  }

  /** y·scale + shift is the normalised value. */
  #scale(): void {
    const { norm, outChannels: co } = this.block;
    const p = this.#parameters;
    const channels = this.#kernels.memory.float32(this.#channels, 2 * co);
    const weight = p.view(p.weight(`${norm}.weight`), `${norm}.weight`);
    const bias = p.view(p.weight(`${norm}.bias`), `${norm}.bias`);
    for (let c = 0; c < co; c++) {
      const scale = Math.fround(weight[c] * this.#inverse[c]);
      channels[c] = scale;
      channels[co + c] = bias[c] - this.#mean[c] * scale;
    }
  }
}

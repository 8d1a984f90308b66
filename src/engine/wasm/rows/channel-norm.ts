/** @file Per-channel numbers of a BatchNorm or InstanceNorm layer: statistics, and what the kernels scale and shift by. */
import type { GraphNode } from '../../../networks/graph';
import type { Kernels } from '../../../wasm/kernels';
import type { At, AtBackward } from '../row';

const EPSILON = 1e-5;
const MOMENTUM = 0.1;

/**
 * Of the samples from…to of y, `forward` finds what normalises: (y − center)·scale + shift. `backward` finds a, b and k
 * of dy = a·g + b·y + k, with g the gradient of the normalised value, and adds to the gradients of the affine parameters.
 */
export class ChannelNorm {
  readonly center: number;
  readonly scale: number;
  readonly shift: number;
  readonly a: number;
  readonly b: number;
  readonly k: number;
  /** Two float64 a channel. */
  readonly sums: number;
  /** Channels in whole vectors. */
  readonly #lanes: number;
  readonly #kernels: Kernels;
  readonly #node: GraphNode;
  readonly #at: At;
  readonly #channels: number;
  readonly #mean: Float64Array;
  readonly #inverse: Float64Array;

  /** @param node the norm */
  constructor(at: At, node: GraphNode, channels: number) {
    const { memory } = at.kernels;
    this.#at = at;
    this.#kernels = at.kernels;
    this.#node = node;
    this.#channels = channels;
    this.#lanes = 4 * Math.ceil(this.#channels / 4);
    const first = memory.take(4 * 6 * this.#lanes);
    [this.center, this.scale, this.shift, this.a, this.b, this.k] = [0, 1, 2, 3, 4, 5].map((i) => first + 4 * i * this.#lanes);
    this.sums = memory.take(8 * 2 * this.#lanes);
    this.#mean = new Float64Array(this.#channels);
    this.#inverse = new Float64Array(this.#channels);
  }

  get #affine(): boolean {
    return this.#node.op === 'batch-norm';
  }

  #floats(address: number): Float32Array {
    return this.#kernels.memory.float32(address, this.#channels);
  }

  #parameter(name: string): Float32Array {
    return this.#floats(this.#at.parameter(this.#node, name));
  }

  /** Sums that a kernel left: two rows. */
  found(): readonly [Float64Array, Float64Array] {
    const { memory } = this.#kernels;
    return [memory.float64(this.sums, this.#channels), memory.float64(this.sums + 8 * this.#lanes, this.#channels)];
  }

  /** Other sums in their place. */
  put(first: Float64Array, second: Float64Array): void {
    const [a, b] = this.found();
    a.set(first);
    b.set(second);
  }

  /** True if it normalises by the running statistics, which no gradient leads through. */
  get fixed(): boolean {
    return this.#affine && !this.#at.training;
  }

  /** Of `count` values a channel. */
  forward(from: number, to: number, count: number): void {
    if (this.fixed) {
      this.recall();
      return;
    }
    this.#kernels.functions.channelStatistics(this.#at.sources[0].view, this.sums, from, to);
    this.measured(count);
  }

  /** By the running statistics. */
  recall(): void {
    this.#mean.set(this.#parameter('running_mean'));
    this.#inverse.set(Float64Array.from(this.#parameter('running_var'), (variance) => 1 / Math.sqrt(variance + EPSILON)));
    this.#prepare();
  }

  /** What the kernels normalise by: center, scale and shift. */
  applied(): readonly Float32Array[] {
    return [this.center, this.scale, this.shift].map((address) => this.#floats(address));
  }

  #prepare(): void {
    const [center, scale, shift] = this.applied();
    const weight = this.#affine ? this.#parameter('weight') : null;
    const bias = this.#affine ? this.#parameter('bias') : null;
    for (let c = 0; c < this.#channels; c++) {
      scale[c] = (weight?.[c] ?? 1) * this.#inverse[c];
      center[c] = this.#mean[c];
      shift[c] = (bias?.[c] ?? 0) + (center[c] - this.#mean[c]) * scale[c];
    }
  }

  /** By the statistics of the batch in `sums`: means, and squares of the distances from them. The running ones follow, the variance with count − 1. */
  measured(count: number): void {
    const [mean, squares] = this.found();
    this.#mean.set(mean);
    this.#inverse.set(squares.map((sum) => 1 / Math.sqrt(sum / count + EPSILON)));
    this.#prepare();
    if (!this.#affine) return;
    const [runningMean, runningVar] = [this.#parameter('running_mean'), this.#parameter('running_var')];
    for (let c = 0; c < this.#channels; c++) {
      runningMean[c] = (1 - MOMENTUM) * runningMean[c] + MOMENTUM * mean[c];
      runningVar[c] = (1 - MOMENTUM) * runningVar[c] + (MOMENTUM * squares[c]) / (count - 1);
    }
    this.#at.countBatch(this.#node);
  }

  /**
   * From Σ g and Σ g·y in `sums`, which it does not ask for where it is `fixed`. The statistics are found again for a part of the batch (InstanceNorm): `forward` comes before it.
   */
  backward(at: AtBackward, count: number): void {
    const [sums, dots] = this.found();
    const [a, b, k] = [this.#floats(this.a), this.#floats(this.b), this.#floats(this.k)];
    if (this.fixed) {
      a.set(this.#floats(this.scale));
      b.fill(0);
      k.fill(0);
      return;
    }
    const weight = this.#affine ? this.#parameter('weight') : null;
    const gradients = (['weight', 'bias'] as const).map((name) => (this.#affine ? at.gradientOf(this.#node, name) : 0));
    const [dWeight, dBias] = gradients.map((address) => (address === 0 ? null : this.#floats(address)));
    for (let c = 0; c < this.#channels; c++) {
      const inverse = this.#inverse[c];
      const sum = sums[c];
      // Σ g·x̂ with x̂ = (y − mean)·inverse
      const dot = (dots[c] - this.#mean[c] * sum) * inverse;
      if (dWeight !== null) dWeight[c] += dot;
      if (dBias !== null) dBias[c] += sum;
      const scale = (weight?.[c] ?? 1) * inverse;
      const slope = (-scale * inverse * dot) / count;
      a[c] = scale;
      b[c] = slope;
      k[c] = (-scale * sum) / count - slope * this.#mean[c];
    }
  }
}

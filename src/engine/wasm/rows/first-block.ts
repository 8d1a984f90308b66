/**
 * @file In training: a first block (convolution, BatchNorm, ReLU, front-padded pool) so large that the result of its convolution is better
 * computed again than kept. Of a whole brain it takes 201 MB, and its gradient as much; here a slab of planes exists at a time.
 */
import { product } from '../../../base/shape';
import type { GraphNode } from '../../../networks/graph';
import type { Shape } from '../../../networks/operations';
import { resultOf } from '../../fuse';
import { PLACES } from '../../plan';
import type { At, WasmRow } from '../row';
import { spaceOf, type Volume } from '../volume';
import { readingAxes, takeWindow } from '../window';
import { kernelActivation } from './activation';
import { ChannelNorm } from './channel-norm';
import { biasOf, convOf, convolution, parameterGradients } from './convolution';

/** Bytes of a sample that are not kept. */
const LARGE = 2 ** 26;
/** Planes of a slab. Windows of the pool lie in one slab: the first has one plane less where they are odd. */
const PLANES = 16;

/** A convolution of the input, to whose gradient nobody leads. Small ones are faster if they are kept. */
export const isLargeFirst = ([conv]: readonly GraphNode[]): boolean =>
  conv.inputs[0] === 0 && conv.shape.length === 4 && 4 * product(conv.shape) >= LARGE;

interface Slab {
  readonly from: number;
  readonly count: number;
  /** Where the convolution reads. */
  readonly window: number;
  /** First pooled plane, and how many. */
  readonly pooledFrom: number;
  readonly pooledCount: number;
}

/** The block on the heap, for both directions. */
class Block {
  readonly norm: ChannelNorm;
  readonly #shape: Shape;
  readonly #slabs: readonly Slab[];
  /** Views: the sample that is read, the slab, its part of the pooled values. */
  readonly #x: number;
  readonly y: number;
  readonly pooled: number;

  constructor(at: At) {
    const { memory } = at.kernels;
    const { shape, attributes } = convOf(at);
    this.#shape = shape;
    this.norm = new ChannelNorm(at, at.nodes[1], shape[0]);
    [this.#x, this.y, this.pooled] = [0, 1, 2].map(() => memory.take(32));
    const [depth, ,] = spaceOf(shape);
    const [z, h, w] = readingAxes(attributes, at.rank, spaceOf(shape));
    const slabs: Slab[] = [];
    for (let from = 0; from < depth; ) {
      const count = Math.min(depth - from, from === 0 ? PLANES - (depth % 2) : PLANES);
      const window = takeWindow(memory, [{ ...z, start: z.start + from * z.step, count }, h, w]);
      slabs.push({ from, count, window, pooledFrom: (from + 1) >> 1, pooledCount: (count + 1) >> 1 });
      from += count;
    }
    this.#slabs = slabs;
  }

  /** Of each channel. */
  get voxels(): number {
    return product(this.#shape.slice(1));
  }

  /** Address of the input's view of the sample at hand. */
  get x(): number {
    return this.#x;
  }

  /** Computes the convolution slab by slab, and calls with each: its values are at the view `y`. `at`: of the direction, as each has room of its own. */
  eachSlab(at: At, n: number, visit: (slab: Slab, sample: number) => void): void {
    const { kernels, sources, scratch } = at;
    const [weight, bias] = [at.parameter(convOf(at), 'weight'), biasOf(at)];
    for (let sample = 0; sample < n; sample++) {
      sources[0].viewPlanes(this.#x, sample, 0, sources[0].space[0]);
      for (const slab of this.#slabs) {
        scratch.slab.viewPlanes(this.y, 0, 0, slab.count);
        kernels.functions.convolve(this.#x, weight, bias, this.y, slab.window, 1);
        visit(slab, sample);
      }
    }
  }

  /** Lets the view `pooled` show a slab's part of a tensor like the output; returns the address of its places. */
  showPooled({ kept }: At, of: Volume, { pooledFrom, pooledCount }: Slab, sample: number): number {
    of.viewPlanes(this.pooled, sample, pooledFrom, pooledCount);
    const [depth, height, width] = of.space;
    return kept[PLACES].base + 4 * (sample * depth + pooledFrom) * height * width * of.channels;
  }
}

const blockOf = (at: At): Block => at.shared(() => new Block(at));

/** Mean and squared distances of two sets of values, of `before` and `count` values, into those of the first. */
function join(mean: Float64Array, squares: Float64Array, before: number, more: readonly Float64Array[], count: number): void {
  for (let c = 0; c < mean.length; c++) {
    const apart = more[0][c] - mean[c];
    const share = count / (before + count);
    mean[c] += apart * share;
    squares[c] += more[1][c] + apart * apart * before * share;
  }
}

export const firstBlock: WasmRow = {
  backwardReads: { inputs: true, output: true },
  kept: (fused) => ({ [PLACES]: resultOf(fused) }),
  scratch: ({ values }) => ({ slab: values[0] }),
  room(what, { nodes }) {
    if (what !== 'slab') return undefined;
    const [channels, depth, ...plane] = nodes[0].shape;
    return [channels, Math.min(depth, PLANES), ...plane];
  },
  reads: convolution.reads,
  forward(at) {
    const { functions } = at.kernels;
    const block = blockOf(at);
    const { norm, y, pooled, voxels } = block;
    const each = voxels / spaceOf(convOf(at).shape)[0];
    return ({ n }) => {
      const [mean, squares] = norm.found().map((sums) => new Float64Array(sums.length));
      let before = 0;
      block.eachSlab(at, n, ({ count }) => {
        functions.channelStatistics(y, norm.sums, 0, 1);
        join(mean, squares, before, norm.found(), count * each);
        before += count * each;
      });
      norm.put(mean, squares);
      norm.measured(n * voxels);
      block.eachSlab(at, n, (slab, sample) => {
        const places = block.showPooled(at, at.output, slab, sample);
        functions.normalizePool(y, norm.center, norm.scale, norm.shift, pooled, places, 1, 1);
      });
    };
  },
  backward(at) {
    const { functions } = at.kernels;
    const block = blockOf(at);
    const { norm, y, pooled, voxels } = block;
    const addGradients = parameterGradients(at);
    const { kind, slope } = kernelActivation((at.nodes[2] as GraphNode<'activation'>).attributes);
    const out = at.output.view;

    /** Σ g and Σ g·y at the maxima, from the pooled values: they are (y − center)·scale + shift. False: too few digits would be left. */
    const sumsOfPooled = (n: number): boolean => {
      const [center, scale, shift] = norm.applied();
      if (scale.some((s, c) => Math.abs(s) < 2 ** -10 * Math.max(1, Math.abs(shift[c])))) return false;
      functions.normSums(out, at.gradient.view, out, norm.sums, 0, n, kind, slope);
      const [sums, dots] = norm.found();
      for (let c = 0; c < sums.length; c++) dots[c] = (dots[c] - shift[c] * sums[c]) / scale[c] + center[c] * sums[c];
      return true;
    };
    const sumsOfSlabs = (n: number): void => {
      const [sum, dot] = norm.found().map((sums) => new Float64Array(sums.length));
      block.eachSlab(at, n, (slab, sample) => {
        const places = block.showPooled(at, at.gradient, slab, sample);
        functions.poolSums(y, pooled, places, norm.sums, 1, 1);
        const [sums, dots] = norm.found();
        for (let c = 0; c < sum.length; c++) {
          sum[c] += sums[c];
          dot[c] += dots[c];
        }
      });
      norm.put(sum, dot);
    };
    return ({ n }) => {
      if (!sumsOfPooled(n)) sumsOfSlabs(n);
      norm.backward(at, n * voxels);
      if (addGradients === null) return;
      block.eachSlab(at, n, (slab, sample) => {
        const places = block.showPooled(at, at.gradient, slab, sample);
        functions.normalizePoolGradient(y, pooled, places, y, norm.a, norm.b, norm.k, 1, 1);
        addGradients(block.x, y, y, slab.window, 1);
      });
    };
  },
};

/** @file In evaluation: convolution, BatchNorm, ReLU and front-padded pool, of which only the pooled values exist as a whole. */
import { resultOf } from '../../fuse';
import { PLACES } from '../../plan';
import type { WasmRow } from '../row';
import { spaceOf } from '../volume';
import { readingAxes, takeWindow } from '../window';
import { ChannelNorm } from './channel-norm';
import { biasOf, convOf, convolution } from './convolution';

export const convPool: WasmRow = {
  backwardReads: { inputs: true, output: false },
  kept: (fused) => ({ [PLACES]: resultOf(fused) }),
  scratch: ({ values }) => ({ slab: values[0] }),
  /** The planes of one window for each thread. */
  room: (what, { nodes, rank, threads }) => {
    if (what !== 'slab') return undefined;
    const [channels, ...space] = nodes[0].shape;
    return rank === 3 ? [channels, 2 * threads, ...space.slice(1)] : [channels, threads, ...space];
  },
  reads: convolution.reads,
  forward(at) {
    const { functions, memory } = at.kernels;
    const { output, nodes, rank, sources, scratch, kept } = at;
    const conv = convOf(at);
    const norm = new ChannelNorm(at, nodes[1], conv.shape[0]);
    const window = takeWindow(memory, readingAxes(conv.attributes, rank, spaceOf(conv.shape)));
    const [weight, bias] = [at.parameter(conv, 'weight'), biasOf(at)];
    const depth = rank === 3 ? 1 : 0;
    return ({ n }) => {
      norm.recall();
      const { center, scale, shift } = norm;
      const codes = kept[PLACES]?.base ?? 0;
      const [x, slab, out] = [sources[0].view, scratch.slab.view, output.view];
      functions.convolvePool(x, weight, bias, window, slab, center, scale, shift, out, codes, n, depth);
    };
  },
  backward() {
    throw new Error('what lies between is nowhere');
  },
};

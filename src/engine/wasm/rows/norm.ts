/** @file BatchNorm and InstanceNorm with or without the activation behind them, and BatchNorm with ReLU and pool. */
import type { GraphNode } from '../../../networks/graph';
import { resultOf } from '../../fuse';
import { PLACES } from '../../plan';
import type { At, WasmRow } from '../row';
import { kernelActivation, noActivation } from './activation';
import { ChannelNorm } from './channel-norm';

const activationOf = ({ nodes }: At) =>
  nodes.length === 1 ? noActivation : kernelActivation((nodes[1] as GraphNode<'activation'>).attributes);

const normOf = (at: At): ChannelNorm => at.shared(() => new ChannelNorm(at, at.nodes[0], at.sources[0].channels));

const voxelsOf = ({ sources: [{ length, channels }] }: At): number => length / channels;

/** Over the whole batch. */
export const batchNorm: WasmRow = {
  backwardReads: { inputs: true, output: true },
  inPlace: true,
  forward(at) {
    const { functions } = at.kernels;
    const norm = normOf(at);
    const { kind, slope } = activationOf(at);
    const voxels = voxelsOf(at);
    const { view } = at.sources[0];
    return ({ n }) => {
      norm.forward(0, n, n * voxels);
      functions.normalize(view, norm.center, norm.scale, norm.shift, at.output.view, 0, n, kind, slope);
    };
  },
  backward(at) {
    const { functions } = at.kernels;
    const norm = normOf(at);
    const { kind, slope } = activationOf(at);
    const voxels = voxelsOf(at);
    const [y, g, out] = [at.sources[0].view, at.gradient.view, at.output.view];
    const [dy] = at.inputGradients;
    return ({ n }) => {
      if (!norm.fixed) functions.normSums(y, g, out, norm.sums, 0, n, kind, slope);
      norm.backward(at, n * voxels);
      if (dy !== null) functions.normGradient(y, g, out, dy.view, norm.a, norm.b, norm.k, 0, n, kind, slope);
    };
  },
};

/** Sample by sample. */
export const instanceNorm: WasmRow = {
  ...batchNorm,
  forward(at) {
    const { functions } = at.kernels;
    const norm = normOf(at);
    const { kind, slope } = activationOf(at);
    const voxels = voxelsOf(at);
    const { view } = at.sources[0];
    return ({ n }) => {
      for (let i = 0; i < n; i++) {
        norm.forward(i, i + 1, voxels);
        functions.normalize(view, norm.center, norm.scale, norm.shift, at.output.view, i, i + 1, kind, slope);
      }
    };
  },
  backward(at) {
    const { functions } = at.kernels;
    const norm = normOf(at);
    const { kind, slope } = activationOf(at);
    const voxels = voxelsOf(at);
    const [y, g, out] = [at.sources[0].view, at.gradient.view, at.output.view];
    const [dy] = at.inputGradients;
    return ({ n }) => {
      for (let i = 0; i < n && dy !== null; i++) {
        norm.forward(i, i + 1, voxels);
        functions.normSums(y, g, out, norm.sums, i, i + 1, kind, slope);
        norm.backward(at, voxels);
        functions.normGradient(y, g, out, dy.view, norm.a, norm.b, norm.k, i, i + 1, kind, slope);
      }
    };
  },
};

/** BatchNorm, ReLU and front-padded pool: what lies between is nowhere. */
export const normPool: WasmRow = {
  backwardReads: { inputs: true, output: false },
  kept: (fused) => ({ [PLACES]: resultOf(fused) }),
  forward(at) {
    const { functions } = at.kernels;
    const norm = normOf(at);
    const voxels = voxelsOf(at);
    const depth = at.rank === 3 ? 1 : 0;
    const { view } = at.sources[0];
    return ({ n }) => {
      norm.forward(0, n, n * voxels);
      functions.normalizePool(view, norm.center, norm.scale, norm.shift, at.output.view, at.kept[PLACES]?.base ?? 0, n, depth);
    };
  },
  backward(at) {
    const { functions } = at.kernels;
    const norm = normOf(at);
    const voxels = voxelsOf(at);
    const depth = at.rank === 3 ? 1 : 0;
    const [y, g, codes] = [at.sources[0].view, at.gradient.view, at.kept[PLACES]];
    const [dy] = at.inputGradients;
    return ({ n }) => {
      if (!norm.fixed) functions.poolSums(y, g, codes.base, norm.sums, n, depth);
      norm.backward(at, n * voxels);
      if (dy !== null) functions.normalizePoolGradient(y, g, codes.base, dy.view, norm.a, norm.b, norm.k, n, depth);
    };
  },
};

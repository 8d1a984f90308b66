/** @file Pools and unpools. */
import type { GraphNode } from '../../../networks/graph';
import { resultOf } from '../../fuse';
import { PLACES } from '../../plan';
import type { At, WasmRow } from '../row';
import { readingAxes, takeWindow } from '../window';

const depthOf = ({ rank }: At): 0 | 1 => (rank === 3 ? 1 : 0);

/** Which bits of a place tell the position: an unpool puts a maximum of 0 where it would be, a gradient does not go there. */
const [POSITION, ALL] = [7, 15];

export const padMaxPool: WasmRow = {
  backwardReads: { inputs: false, output: false },
  kept: (fused) => ({ [PLACES]: resultOf(fused) }),
  forward(at) {
    const { functions } = at.kernels;
    const { view } = at.sources[0];
    return ({ n }) => functions.padMaxPool(view, at.output.view, at.kept[PLACES]?.base ?? 0, n, depthOf(at));
  },
  backward(at) {
    const { functions } = at.kernels;
    const [dx] = at.inputGradients;
    return ({ n }) => {
      if (dx !== null) functions.unpool(at.gradient.view, at.kept[PLACES].base, dx.view, n, depthOf(at), ALL);
    };
  },
};

export const maxUnpool: WasmRow = {
  backwardReads: { inputs: false, output: false },
  forward(at) {
    const { functions } = at.kernels;
    const { view } = at.sources[0];
    return ({ n }) => functions.unpool(view, at.places!.base, at.output.view, n, depthOf(at), POSITION);
  },
  backward(at) {
    const { functions } = at.kernels;
    const [dx] = at.inputGradients;
    return ({ n }) => {
      if (dx !== null) functions.unpoolGradient(at.gradient.view, at.places!.base, dx.view, n, depthOf(at));
    };
  },
};

const windowOf = ({ nodes, rank, kernels, output }: At): number =>
  takeWindow(kernels.memory, readingAxes((nodes[0] as GraphNode<'max-pool'>).attributes, rank, output.space));

export const maxPool: WasmRow = {
  backwardReads: { inputs: false, output: false },
  kept: (fused) => ({ [PLACES]: resultOf(fused) }),
  forward(at) {
    const { functions } = at.kernels;
    const window = windowOf(at);
    const { view } = at.sources[0];
    return ({ n }) => functions.maxPool(view, at.output.view, at.kept[PLACES]?.base ?? 0, window, n);
  },
  backward(at) {
    const { functions } = at.kernels;
    const window = windowOf(at);
    const [dx] = at.inputGradients;
    return ({ n }) => {
      if (dx !== null) functions.maxPoolGradient(at.gradient.view, at.kept[PLACES].base, dx.view, window, n);
    };
  },
};

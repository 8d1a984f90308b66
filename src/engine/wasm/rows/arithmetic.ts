/** @file Sums, joins, means and scales of values, and what only moves them. */
import type { GraphNode } from '../../../networks/graph';
import type { Command, WasmRow } from '../row';

const nothing = { inputs: false, output: false } as const;

export const add: WasmRow = {
  backwardReads: nothing,
  inPlace: true,
  forward({ kernels: { functions }, sources: [a, b], output }) {
    return ({ n }) => functions.add(a.view, b.view, output.view, n);
  },
  backward({ kernels: { functions }, gradient, inputGradients }) {
    return ({ n }) => {
      for (const dx of inputGradients) if (dx !== null && dx !== gradient) functions.times(gradient.view, dx.view, 1, n);
    };
  },
};

export const concat: WasmRow = {
  backwardReads: nothing,
  forward({ kernels: { functions }, sources, output }) {
    return ({ n }) => {
      let to = 0;
      for (const { view, channels } of sources) {
        functions.copyChannels(view, output.view, 0, to, channels, n);
        to += channels;
      }
    };
  },
  backward({ kernels: { functions }, gradient, sources, inputGradients }) {
    return ({ n }) => {
      let from = 0;
      for (const [i, { channels }] of sources.entries()) {
        const dx = inputGradients[i];
        if (dx !== null) functions.copyChannels(gradient.view, dx.view, from, 0, channels, n);
        from += channels;
      }
    };
  },
};

export const scale: WasmRow = {
  backwardReads: { inputs: true, output: false },
  forward({ kernels: { functions }, sources: [x, factor], output }) {
    return ({ n }) => functions.scaleChannels(x.view, factor.view, output.view, n);
  },
  backward({ kernels: { functions }, sources: [x, factor], gradient, inputGradients: [dx, dFactor] }) {
    return ({ n }) => {
      if (dFactor !== null) functions.channelDots(gradient.view, x.view, dFactor.view, 1, n);
      if (dx !== null) functions.scaleChannels(gradient.view, factor.view, dx.view, n);
    };
  },
};

export const mean: WasmRow = {
  backwardReads: nothing,
  forward({ kernels: { functions }, sources: [x], output }) {
    const share = x.channels / x.length;
    return ({ n }) => functions.channelDots(x.view, 0, output.view, share, n);
  },
  backward({ kernels: { functions }, sources: [x], gradient, inputGradients: [dx] }) {
    const share = x.channels / x.length;
    return ({ n }) => {
      if (dx !== null) functions.spread(gradient.view, dx.view, share, n);
    };
  },
};

export const reshape: WasmRow = {
  backwardReads: nothing,
  forward({ kernels: { functions }, sources: [x], output }) {
    return ({ n }) => functions.reshape(x.view, output.view, n);
  },
  backward({ kernels: { functions }, gradient, inputGradients: [dx] }) {
    return ({ n }) => {
      if (dx !== null) functions.reshape(gradient.view, dx.view, n);
    };
  },
};

export const upsample: WasmRow = {
  backwardReads: nothing,
  forward({ kernels: { functions }, nodes, rank, sources: [x], output }) {
    const { by } = (nodes[0] as GraphNode<'upsample'>).attributes;
    return ({ n }) => functions.upsample(x.view, output.view, by, rank === 3 ? 1 : 0, n);
  },
  backward({ kernels: { functions }, nodes, rank, gradient, inputGradients: [dx] }) {
    const { by } = (nodes[0] as GraphNode<'upsample'>).attributes;
    return ({ n }) => {
      if (dx !== null) functions.upsampleGradient(gradient.view, dx.view, by, rank === 3 ? 1 : 0, n);
    };
  },
};

export const reverseGradient: WasmRow = {
  backwardReads: nothing,
  inPlace: true,
  forward({ kernels: { functions }, sources: [x], output }): Command {
    return ({ n }) => {
      if (x !== output) functions.times(x.view, output.view, 1, n);
    };
  },
  backward({ kernels: { functions }, nodes, gradient, inputGradients: [dx] }) {
    const { alpha } = (nodes[0] as GraphNode<'reverse-gradient'>).attributes;
    return ({ n, reversal = alpha }) => {
      if (dx !== null) functions.times(gradient.view, dx.view, -reversal, n);
    };
  },
};

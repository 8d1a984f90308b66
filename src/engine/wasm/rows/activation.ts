/** @file Activations by themselves, and as the kernels number them. */
import type { GraphNode } from '../../../networks/graph';
import type { Attributes } from '../../../networks/operations';
import type { WasmRow } from '../row';

/** In the order of `activation.as.ts`; `identity` where a norm has none behind it. */
const kinds = ['identity', 'relu', 'leaky', 'elu', 'sigmoid', 'tanh'] as const;

export interface KernelActivation {
  readonly kind: number;
  readonly slope: number;
}

export const noActivation: KernelActivation = { kind: 0, slope: 1 };

export function kernelActivation({ kind, slope = 0.01 }: Attributes['activation']): KernelActivation {
  return { kind: kinds.indexOf(kind), slope };
}

export const activation: WasmRow = {
  backwardReads: { inputs: false, output: true },
  inPlace: true,
  forward({ kernels: { functions }, nodes, sources: [x], output }) {
    const { kind, slope } = kernelActivation((nodes[0] as GraphNode<'activation'>).attributes);
    return ({ n }) => functions.activate(x.view, output.view, n, kind, slope);
  },
  backward({ kernels: { functions }, nodes, output, gradient, inputGradients: [dx] }) {
    const { kind, slope } = kernelActivation((nodes[0] as GraphNode<'activation'>).attributes);
    return ({ n }) => {
      if (dx !== null) functions.activateGradient(output.view, gradient.view, dx.view, n, kind, slope);
    };
  },
};

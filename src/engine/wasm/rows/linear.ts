/** @file Linear layers. */
import type { GraphNode } from '../../../networks/graph';
import type { WasmRow } from '../row';

export const linear: WasmRow = {
  backwardReads: { inputs: true, output: false },
  forward(at) {
    const { functions } = at.kernels;
    const [node] = at.nodes as readonly GraphNode<'linear'>[];
    const { inFeatures, outFeatures } = node.attributes;
    const [weight, bias] = [at.parameter(node, 'weight'), at.parameter(node, 'bias')];
    const [x] = at.sources;
    return ({ n }) => functions.linear(x.base, weight, bias, at.output.base, n, inFeatures, outFeatures);
  },
  backward(at) {
    const { functions } = at.kernels;
    const [node] = at.nodes as readonly GraphNode<'linear'>[];
    const { inFeatures, outFeatures } = node.attributes;
    const weight = at.parameter(node, 'weight');
    const [dWeight, dBias] = [at.gradientOf(node, 'weight'), at.gradientOf(node, 'bias')];
    const outer = at.outerGradientOf(node);
    const { gradient } = at;
    const [x] = at.sources;
    const [dx] = at.inputGradients;
    return ({ n }) => {
      if (dWeight !== 0) functions.linearWeightGradient(x.base, gradient.base, dWeight, n, inFeatures, outFeatures);
      outer?.add(x.base, gradient.base, n);
      if (dBias !== 0) functions.linearBiasGradient(gradient.base, dBias, n, outFeatures);
      if (dx !== null) functions.linearInputGradient(weight, gradient.base, dx.base, n, inFeatures, outFeatures);
    };
  },
};

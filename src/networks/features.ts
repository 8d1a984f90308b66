/** @file What a network says of an input before its last layer: the input of the last linear layer, or the code of an autoencoder. */
import { layerNames, type Network, type Value } from './graph';
import type { Shape } from './operations';

export interface Features {
  /** Name of the output that they are read from, which `withFeatures` adds where there is none. */
  readonly output: string;
  readonly value: Value;
  /** What it is, e.g. `input of fc.6`, `mu`. */
  readonly what: string;
  /** [features], or [channels, …space]. */
  readonly shape: Shape;
}

/** Operations between the last linear layer and an output. */
const after: readonly string[] = ['activation', 'reshape', 'dropout', 'reverse-gradient'];

/** `main`: the output that predictions are made from. Undefined for a network without a code and without a last linear layer. */
export function featuresOf(network: Network, main: string): Features | undefined {
  const { nodes, outputs } = network.graph;
  const code = ['mu', 'code'].find((name) => name in outputs);
  if (code !== undefined) return { output: code, value: outputs[code], what: code, shape: nodes[outputs[code]].shape };
  let value = outputs[main];
  while (after.includes(nodes[value].op)) value = nodes[value].inputs[0];
  const { op, layer, inputs } = nodes[value];
  if (op !== 'linear' || layer === null) return undefined;
  const what = `input of ${layerNames(network).get(layer)}`;
  return { output: 'features', value: inputs[0], what, shape: nodes[inputs[0]].shape };
}

/** The network with them among its outputs: what it computes, and its weights, stay as they are. */
export function withFeatures(network: Network, { output, value }: Features): Network {
  const { graph } = network;
  return { ...network, graph: { ...graph, outputs: { ...graph.outputs, [output]: value } } };
}

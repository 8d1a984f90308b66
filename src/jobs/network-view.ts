/** @file A network for people: what it takes, how much it learns, and its layers as few enough steps to be drawn. */
import { product } from '../base/shape';
import { type Chain, fuse, resultOf } from '../engine/fuse';
import { type GraphNode, type Network, rankOf } from '../networks/graph';
import type { Op } from '../networks/operations';
import { isParameter, parametersOf } from '../networks/parameters';
import { isNetworkName, networkRow } from '../vocabulary/networks';

export interface LayerView {
  /** e.g. `convolution 3, normalisation, relu, pool`. */
  readonly label: string;
  readonly kind: 'convolution' | 'dense' | 'other';
  /** [c, …space] or [features] of its result. */
  readonly shape: readonly number[];
  readonly parameters: number;
  /** Numbers of the layers that it reads beside the one before it; −1 is the input. */
  readonly alsoReads: readonly number[];
}

export interface NetworkView {
  readonly architecture: string;
  /** Absent for a network of one's own. */
  readonly summary?: string;
  /** [c, h, w] or [c, d, h, w]. */
  readonly inputSize: readonly number[];
  /** That learn. */
  readonly parameters: number;
  readonly layers: readonly LayerView[];
}

/** What is drawn with the layer before it; the longest first. */
const tails: readonly (readonly Op[])[] = [
  ['batch-norm', 'activation', 'pad-max-pool'],
  ['instance-norm', 'activation', 'pad-max-pool'],
  ['batch-norm', 'activation'],
  ['instance-norm', 'activation'],
  ['activation', 'pad-max-pool'],
  ['batch-norm'],
  ['instance-norm'],
  ['activation'],
];
const chains: readonly Chain<'shown'>[] = (['conv', 'conv-transpose', 'linear'] as const).flatMap((first) =>
  tails.map((tail): Chain<'shown'> => ({ row: 'shown', ops: [first, ...tail] })),
);

const words: { readonly [op in GraphNode['op']]?: string } = {
  linear: 'fully connected',
  'batch-norm': 'normalisation',
  'instance-norm': 'normalisation',
  'pad-max-pool': 'pool',
  'max-pool': 'pool',
  'max-unpool': 'unpool',
  mean: 'mean over space',
  add: 'sum',
  concat: 'joined',
  sample: 'random sample',
};

function wordOf(node: GraphNode): string {
  if (node.op === 'conv') return `convolution ${node.attributes.kernel}`;
  if (node.op === 'conv-transpose') return `transposed convolution ${node.attributes.kernel}`;
  if (node.op === 'activation') return node.attributes.kind;
  if (node.op === 'reshape') return node.shape.length === 1 ? 'flatten' : 'reshape';
  return words[node.op] ?? node.op;
}

function kindOf({ op }: GraphNode): LayerView['kind'] {
  if (op === 'linear') return 'dense';
  return op === 'conv' || op === 'conv-transpose' ? 'convolution' : 'other';
}

/** Parameters of each layer are counted once, where it is first used. */
export function networkView(network: Network): NetworkView {
  const { graph, architecture, inputSize } = network;
  const rank = rankOf(network);
  const counted = new Set<GraphNode['layer']>();
  const parametersIn = (nodes: readonly GraphNode[]): number =>
    nodes.reduce((sum, { layer }) => {
      if (layer === null || counted.has(layer)) return sum;
      counted.add(layer);
      return sum + parametersOf(layer, rank).reduce((all, one) => all + (isParameter(one) ? product(one.shape) : 0), 0);
    }, 0);
  const rows = fuse(graph, chains, new Set(Object.values(graph.outputs))).filter(
    ({ nodes: [{ op }] }) => op !== 'dropout' && op !== 'reverse-gradient',
  );
  const made = new Map([[0, -1]]);
  const rowOf = (value: number): number => made.get(value) ?? (value === 0 ? -1 : rowOf(graph.nodes[value].inputs[0]));
  const layers = rows.map((row, i): LayerView => {
    const reads = [...new Set(row.inputs.map(rowOf))];
    made.set(resultOf(row), i);
    return {
      label: row.nodes.map(wordOf).join(', '),
      kind: kindOf(row.nodes[0]),
      shape: graph.nodes[resultOf(row)].shape,
      parameters: parametersIn(row.nodes),
      alsoReads: reads.filter((read) => read !== i - 1),
    };
  });
  const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  const summary = isNetworkName(architecture) ? { summary: networkRow(architecture).summary } : {};
  return { architecture, ...summary, inputSize, parameters, layers };
}

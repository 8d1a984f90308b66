/** @file The three networks of five convolutions as lists of blocks, for executors that run blocks. */
import { layerNames, type Network } from '../../networks/graph';

/** convolution (kernel 3, padding 1, bias) → BatchNorm (eps 1e-5, momentum 0.1) → ReLU → optional front-padded max pool (2, 2). */
export interface ConvBlock {
  readonly kind: 'conv-block';
  /** State-dict prefixes, e.g. `convolutions.0` and `convolutions.1`. */
  readonly conv: string;
  readonly norm: string;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly stride: 1 | 2;
  readonly pool: boolean;
}

/** Row-major flattening of [c, …spatial]: the order of PyTorch, whatever the layout on the device. */
export interface FlattenBlock {
  readonly kind: 'flatten';
}

export interface DropoutBlock {
  readonly kind: 'dropout';
  readonly name: string;
  /** Its number in the graph. */
  readonly node: number;
  readonly probability: number;
}

/** y = x Wᵀ + b, then ReLU if asked. */
export interface LinearBlock {
  readonly kind: 'linear';
  readonly name: string;
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly relu: boolean;
}

export type Block = ConvBlock | FlattenBlock | DropoutBlock | LinearBlock;

export interface NetworkSpec {
  /** ClinicaDL's class name, e.g. `Conv4_FC3`. */
  readonly architecture: string;
  /** [c, h, w] or [c, d, h, w], as in maps.json. */
  readonly inputSize: readonly number[];
  readonly outputSize: number;
  readonly blocks: readonly Block[];
}

/** Reads the blocks off the graph. Throws an Error for a network that is no chain of them. */
export function blocksOf(network: Network): NetworkSpec {
  const names = layerNames(network);
  const { nodes } = network.graph;
  const name = (node: Network['graph']['nodes'][number]): string => (node.layer === null ? '' : (names.get(node.layer) ?? ''));
  const blocks: Block[] = [];
  for (let i = 1; i < nodes.length; ) {
    const node = nodes[i];
    if (node.op === 'conv' && nodes[i + 1]?.op === 'batch-norm' && nodes[i + 2]?.op === 'activation') {
      const pool = nodes[i + 3]?.op === 'pad-max-pool';
      const { inChannels, outChannels, stride } = node.attributes;
      const conv = { conv: name(node), norm: name(nodes[i + 1]), inChannels, outChannels, stride: stride as 1 | 2 };
      blocks.push({ kind: 'conv-block', ...conv, pool });
      i += pool ? 4 : 3;
    } else if (node.op === 'linear') {
      const relu = nodes[i + 1]?.op === 'activation';
      blocks.push({ kind: 'linear', name: name(node), ...node.attributes, relu });
      i += relu ? 2 : 1;
    } else if (node.op === 'reshape') {
      blocks.push({ kind: 'flatten' });
      i += 1;
    } else if (node.op === 'dropout') {
      blocks.push({ kind: 'dropout', name: name(node), node: i, probability: node.attributes.probability });
      i += 1;
    } else throw new Error(`no block for ${node.op}`);
  }
  return { architecture: network.architecture, inputSize: network.inputSize, outputSize: network.outputSize, blocks };
}

/**
 * @file AE_Conv5_FC3 and AE_Conv4_FC3 in 2D and 3D: the convolutions of a CNN and their mirror image. Pools become unpools to the
 * places of the maxima, convolutions transposed ones.
 */
import type { Builders } from '../builders';
import { Construction, Forward, module, network, sequential } from '../construct';
import type { Layer, Network, Tree, Value } from '../graph';
import { type ConvFcDesign, encoderOf } from './conv-fc';

interface Pooled {
  readonly value: Value;
  /** Shape of the pool's input. */
  readonly like: readonly number[];
}

/** Convolution, norm, ReLU and pool of the encoder, turned around in the order of PyTorch's list. */
function mirrored(c: Construction, [conv, norm, relu]: readonly Layer[], pooled: Pooled, rank: number): Layer[] {
  const { inChannels, outChannels } = (conv as Layer<'conv'>).attributes;
  const back = c.transposed(outChannels, inChannels, 3, new Array<number>(rank).fill(0), { padding: 1 });
  const unpool = c.plain('max-unpool', { like: pooled.like });
  if (rank === 3) return [unpool, back, c.norm(inChannels), c.plain('activation', relu.attributes as { kind: 'relu' })];
  // In 2D the norm stands before the convolution, so it keeps the encoder's number of channels: it is a copy.
  const copy = { ...norm, copyOf: norm } as Layer;
  return [unpool, { ...relu }, copy, back];
}

/**
 * Outputs: `code`, the encoder's last value, and `output`, of the input's shape. In 3D it ends with a norm and a ReLU, so it is never
 * negative; in 2D with the transposed convolution. Throws `network-input-rank`, `network-input-small`.
 */
function autoencoder(architecture: string, hidden: ConvFcDesign['hidden'], inputSize: readonly number[]): Network {
  const c = new Construction();
  const encoder = encoderOf(architecture, c, inputSize, hidden);
  const g = new Forward();
  const pools: Pooled[] = [];
  let code = g.input(inputSize);
  const layers = [...encoder.children.values()] as Layer[];
  for (const layer of layers) {
    const like = g.shape(code);
    code = g.run(layer, code);
    if (layer.op === 'pad-max-pool') pools.push({ value: code, like });
  }
  // Drawn in the order of the encoder, run in the reverse.
  const blocks = pools.map((pooled, k) => mirrored(c, layers.slice(4 * k, 4 * k + 3), pooled, inputSize.length - 1));
  const decoder: Tree = sequential(...blocks.toReversed().flat());
  let output = code;
  for (const layer of decoder.children.values())
    output = (layer as Layer).op === 'max-unpool' ? g.run(layer, output, pools.pop()!.value) : g.run(layer, output);
  const probe = { through: code, dropouts: [] };
  return network(architecture, c, module(architecture, { encoder, decoder }), g, { code, output }, { main: 'output', probe });
}

export const builders = {
  AE_Conv4_FC3: ({ inputSize }, name) => autoencoder(name, [50, 40], inputSize),
  AE_Conv5_FC3: ({ inputSize }, name) => autoencoder(name, [1300, 50], inputSize),
} satisfies Builders;

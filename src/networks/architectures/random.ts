/** @file RandomArchitecture: convolution blocks and linear layers as a random search drew them. */
import { appError } from '../../base/errors';
import { product } from '../../base/shape';
import type { RandomBlock, RandomDesign } from '../../vocabulary/random-design';
import type { Builders } from '../builders';
import { Construction, Forward, module, network, sequential } from '../construct';
import type { Layer, Network, Tree } from '../graph';
import type { CnnOptions } from './conv-fc';
import { checkOneAxis, checkRank } from './input-checks';

/** Python's `round`: halves go to the even neighbour. */
function pythonRound(x: number): number {
  const down = Math.floor(x);
  if (x - down !== 0.5) return Math.round(x);
  return down % 2 === 0 ? down : down + 1;
}

/** Sizes of the linear layers: a geometric row from the features to the outputs. */
function fullySizes(features: number, outputs: number, blocks: number): number[] {
  const ratio = (features / outputs) ** (1 / blocks);
  const sizes: number[] = [features];
  let exact = features;
  for (let i = 0; i < blocks; i++) {
    exact /= ratio;
    sizes.push(pythonRound(exact));
  }
  return sizes;
}

/** Throws `network-design` for what a dictionary of this kind may not hold. */
function checkDesign(architecture: string, design: RandomDesign): void {
  const refuse = (what: string, expected: string) => appError('network-design', { architecture, what, expected });
  const { convolutions_dict: blocks, n_fcblocks, network_normalization: norm } = design;
  if (Object.keys(blocks).length === 0) throw refuse('convolutions_dict is empty', 'one block or more');
  if (norm !== null && norm !== 'BatchNorm' && norm !== 'InstanceNorm')
    throw refuse(`network_normalization is "${String(norm)}"`, 'BatchNorm, InstanceNorm or none');
  if (!Number.isInteger(n_fcblocks) || n_fcblocks < 1) throw refuse(`n_fcblocks is ${n_fcblocks}`, 'a whole number above 0');
  for (const [name, { n_conv, d_reduction, out_channels }] of Object.entries(blocks)) {
    if (d_reduction !== 'MaxPooling' && d_reduction !== 'stride')
      throw refuse(`d_reduction of ${name} is "${String(d_reduction)}"`, 'MaxPooling or stride');
    for (const [key, value] of Object.entries({ n_conv, out_channels }))
      if (!Number.isInteger(value) || value < 1) throw refuse(`${key} of ${name} is ${value}`, 'a whole number above 0');
  }
}

/** A pool of the last block comes after its norm. */
function checkNorms(architecture: string, design: RandomDesign, inputSize: readonly number[]): void {
  if (design.network_normalization === null) return;
  const blocks = Object.values(design.convolutions_dict);
  const halvings = blocks.length - (blocks[blocks.length - 1].d_reduction === 'MaxPooling' ? 1 : 0);
  checkOneAxis(architecture, inputSize, 2 ** halvings);
}

function block(
  c: Construction,
  channels: number,
  { out_channels, n_conv, d_reduction }: RandomBlock,
  norm: RandomDesign['network_normalization'],
): Tree {
  const unit = (to: number, stride: number): Layer[] => [
    c.conv(channels, to, 3, { padding: 1, stride }),
    ...(norm === 'BatchNorm' ? [c.norm(to)] : norm === 'InstanceNorm' ? [c.plain('instance-norm', { channels: to })] : []),
    c.activation('leaky', 0.01),
  ];
  const same = Array.from({ length: n_conv - 1 }, () => unit(channels, 1)).flat();
  return d_reduction === 'stride'
    ? sequential(...same, ...unit(out_channels, 2))
    : sequential(...same, ...unit(out_channels, 1), c.plain('pad-max-pool', {}));
}

/** Throws `network-input-rank`, `network-input-small`, `network-design`. */
export function randomArchitecture(
  architecture: string,
  design: RandomDesign,
  { inputSize, outputSize, dropout }: CnnOptions,
): Network {
  checkRank(architecture, inputSize);
  checkDesign(architecture, design);
  checkNorms(architecture, design, inputSize);
  const c = new Construction();
  const g = new Forward();
  let x = g.input(inputSize);
  const blocks = Object.entries(design.convolutions_dict).map(([name, own]) => {
    const channels = g.shape(x)[0];
    if (own.in_channels !== null && own.in_channels !== channels)
      throw appError('network-design', {
        architecture,
        what: `in_channels of ${name} is ${own.in_channels}`,
        expected: `${channels}, the channels of what comes before`,
      });
    const tree = block(c, channels, own, design.network_normalization);
    x = g.run(tree, x);
    return [name, tree] as const;
  });
  const features = product(g.shape(x));
  const sizes = fullySizes(features, outputSize, design.n_fcblocks);
  const linears = Array.from({ length: design.n_fcblocks }, (_, i) => {
    const linear = c.linear(sizes[i], sizes[i + 1]);
    const last = i === design.n_fcblocks - 1;
    return [`FC${i}`, last ? sequential(linear) : sequential(linear, c.activation('leaky', 0.01))] as const;
  });
  const fc = module('Sequential', [['0', c.flatten(features)], ['1', c.plain('dropout', { probability: dropout })], ...linears]);
  const output = g.run(fc, x);
  const tree = module(architecture, { convolutions: module('Sequential', blocks), fc });
  return network(architecture, c, tree, g, { output }, { main: 'output' });
}

export const builders = {
  RandomArchitecture: (options, name) => randomArchitecture(name, options, options),
} satisfies Builders;

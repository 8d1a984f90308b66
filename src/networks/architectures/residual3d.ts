/** @file ResNet3D and SqueezeExcitationCNN: five residual blocks in 3D, each followed by a pool, and two linear layers. */
import { product } from '../../base/shape';
import type { Builders } from '../builders';
import { Construction, Forward, module, network, sequential } from '../construct';
import type { Layer, Network, Tree, Value } from '../graph';
import type { CnnOptions } from './conv-fc';
import { checkEachAxis, checkRank } from './input-checks';

const CHANNELS = [8, 16, 32, 64, 128] as const;
/** The least length of an axis from which five pools of 3 with stride 2 leave something. */
const SMALLEST = 63;

type ResidualKind = 'plain' | 'squeeze-excitation';

/** Weights of the channels, from their means through two linear layers. */
function squeeze(c: Construction, channels: number, space: readonly number[]): Tree {
  return module('SE_Blocks', {
    avg_pooling_3D: c.plain('mean', { space }, 'AdaptiveAvgPool3d(output_size=1)'),
    fc1: c.linear(channels, channels / 8),
    fc2: c.linear(channels / 8, channels),
    act1: c.activation('relu'),
    act2: c.activation('sigmoid'),
  });
}

function block(c: Construction, kind: ResidualKind, from: number, to: number, space: readonly number[]): Tree {
  const activation = (): Layer => c.activation(kind === 'plain' ? 'elu' : 'relu');
  return module(kind === 'plain' ? 'ResBlock' : 'ResBlock_SE', {
    conv1: c.conv(from, to, 3, { padding: 1, bias: false }),
    bn1: c.norm(to),
    act1: activation(),
    conv2: c.conv(to, to, 3, { padding: 1, bias: false }),
    bn2: c.norm(to),
    ...(kind === 'plain' ? {} : { se_block: squeeze(c, to, space) }),
    shortcut: sequential(c.conv(from, to, 1, { bias: false })),
    act2: activation(),
  });
}

function runBlock(g: Forward, { children }: Tree, x: Value): Value {
  const run = (tree: Tree, names: readonly string[], from: Value): Value =>
    names.reduce((value, name) => g.run(tree.children.get(name)!, value), from);
  let y = ['conv1', 'bn1', 'act1', 'conv2', 'bn2'].reduce((value, name) => g.run(children.get(name)!, value), x);
  const excitation = children.get('se_block') as Tree | undefined;
  if (excitation !== undefined)
    y = g.node('scale', {}, [y, run(excitation, ['avg_pooling_3D', 'fc1', 'act1', 'fc2', 'act2'], y)]);
  return g.run(children.get('act2')!, g.add(y, g.run(children.get('shortcut')!, x)));
}

/**
 * Input [c, d, h, w]; ClinicaDL takes 1 × 169 × 208 × 179 and gives two outputs, whatever is asked for. Throws `network-input-rank`,
 * `network-input-axis`.
 */
function residual3d(
  architecture: string,
  kind: ResidualKind,
  { inputSize, outputSize, dropout: probability }: CnnOptions,
): Network {
  checkRank(architecture, inputSize, [3]);
  checkEachAxis(architecture, inputSize, SMALLEST);
  const c = new Construction();
  const g = new Forward();
  let x = g.input(inputSize);
  const stages = CHANNELS.map((to, k): Tree => {
    const own = block(c, kind, k === 0 ? inputSize[0] : to / 2, to, g.shape(x).slice(1));
    const pool = c.plain('max-pool', { kernel: 3, stride: 2, padding: 0 });
    x = g.run(pool, runBlock(g, own, x));
    return sequential(own, pool);
  });
  const features = product(g.shape(x));
  const flatten = c.flatten(features, true);
  const dropout = c.plain('dropout', { probability });
  const fc =
    kind === 'plain'
      ? sequential(flatten, c.linear(features, 256), c.activation('elu'), dropout, c.linear(256, outputSize))
      : sequential(flatten, dropout, c.linear(features, 256), c.activation('relu'), c.linear(256, outputSize));
  const output = g.run(fc, x);
  const tree = module(architecture, { convolutions: sequential(...stages), fc });
  const probe = { through: x, dropouts: [{ size: kind === 'plain' ? 256 : features, probability }] };
  return network(architecture, c, tree, g, { output }, { main: 'output', probe });
}

export const builders = {
  ResNet3D: (options, name) => residual3d(name, 'plain', options),
  SqueezeExcitationCNN: (options, name) => residual3d(name, 'squeeze-excitation', options),
} satisfies Builders;

/** @file resnet18: torchvision's network for images of three channels, followed by ClinicaDL's own last layer. */
import type { Builders } from '../builders';
import { Construction, Forward, module, network, sequential } from '../construct';
import { isLayer, type Layer, type Network, type Tree, type Value } from '../graph';
import type { CnnOptions } from './conv-fc';
import { checkChannels, checkOneAxis, checkRank } from './input-checks';

const STAGES = [64, 128, 256, 512] as const;

/** The layers of a block by name. The shortcut is drawn first and registered last. */
export function residualBlock(c: Construction, from: number, to: number, stride: number): Tree {
  const shortcut = stride === 1 ? null : sequential(c.conv(from, to, 1, { stride, bias: false }), c.norm(to));
  return module('BasicBlock', {
    conv1: c.conv(from, to, 3, { stride, padding: 1, bias: false }),
    bn1: c.norm(to),
    relu: c.reluInPlace(),
    conv2: c.conv(to, to, 3, { padding: 1, bias: false }),
    bn2: c.norm(to),
    ...(shortcut === null ? {} : { downsample: shortcut }),
  });
}

export function runResidualBlock(g: Forward, { children }: Tree, x: Value): Value {
  const body = ['conv1', 'bn1', 'relu', 'conv2', 'bn2'].reduce((value, name) => g.run(children.get(name)!, value), x);
  const downsample = children.get('downsample');
  return g.run(children.get('relu')!, g.add(body, downsample === undefined ? x : g.run(downsample, x)));
}

const convolutionsOf = (tree: Tree): Layer<'conv'>[] =>
  [...tree.children.values()].flatMap((item) => (isLayer(item) ? (item.op === 'conv' ? [item] : []) : convolutionsOf(item)));

/**
 * Input [3, h, w]; weights as torchvision draws them, which a pretrained file replaces. There is no activation between the two linear
 * layers. Throws `network-input-rank`, `network-input-channels`, `network-input-small`.
 */
function resnet18(architecture: string, { inputSize, outputSize, dropout }: CnnOptions): Network {
  checkRank(architecture, inputSize, [2]);
  checkChannels(architecture, inputSize, 3);
  checkOneAxis(architecture, inputSize, 32);
  const c = new Construction();
  const stem: Layer[] = [
    c.conv(3, 64, 7, { stride: 2, padding: 3, bias: false }),
    c.norm(64),
    c.reluInPlace(),
    c.plain('max-pool', { kernel: 3, stride: 2, padding: 1 }),
  ];
  const stages = STAGES.map((to, k) =>
    sequential(residualBlock(c, k === 0 ? 64 : to / 2, to, k === 0 ? 1 : 2), residualBlock(c, to, to, 1)),
  );
  const classifier = c.linear(512, 1000);
  c.redraw(convolutionsOf(sequential(...stem, ...stages)));

  const g = new Forward();
  let x = stem.reduce<Value>((value, layer) => g.run(layer, value), g.input(inputSize));
  for (const stage of stages) for (const one of stage.children.values()) x = runResidualBlock(g, one as Tree, x);
  const mean = c.plain('mean', { space: g.shape(x).slice(1) });
  const through = g.run(mean, x);
  const fc = module('Sequential', {
    0: c.flatten(512),
    1: classifier,
    drop_out: c.plain('dropout', { probability: dropout }),
    fc_out: c.linear(1000, outputSize),
  });
  const output = g.run(fc, through);
  const tree = module(architecture, { convolutions: sequential(...stem, ...stages, mean), fc });
  return network(architecture, c, tree, g, { output }, { main: 'output', probe: { through, dropouts: [] } });
}

export const builders = {
  resnet18: (options, name) => resnet18(name, options),
} satisfies Builders;

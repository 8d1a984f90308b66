/** @file GeneratorUNet: five strided convolutions down, four transposed ones up, and what was on the way down beside each. */
import { appError } from '../../base/errors';
import type { Builders } from '../builders';
import { Construction, Forward, module, network, sequential } from '../construct';
import type { Layer, Network, Tree } from '../graph';
import { checkRank } from './input-checks';

const DOWN = [64, 128, 256, 512, 512] as const;
const UP = [512, 256, 128, 64] as const;

function block(c: Construction, name: string, first: Layer<'conv' | 'conv-transpose'>, activation: Layer): Tree {
  const norm = c.plain('instance-norm', { channels: first.attributes.outChannels });
  return module(name, { model: sequential(first, norm, activation) });
}

/**
 * Input [c, d, h, w], output of the same shape between −1 and 1. Throws `network-input-rank`, `network-input-multiple` and, where the
 * last norm would see one voxel, `network-input-small`.
 */
function generatorUnet(architecture: string, inputSize: readonly number[]): Network {
  checkRank(architecture, inputSize, [3]);
  const [channels, ...space] = inputSize;
  const size = space.join(' × ');
  if (space.some((length) => length % 32 !== 0)) throw appError('network-input-multiple', { architecture, size, step: 32 });
  if (space.every((length) => length <= 32)) throw appError('network-input-small', { architecture, size, smallest: 64 });
  const c = new Construction();
  const down = DOWN.map((to, k) => {
    const conv = c.conv(k === 0 ? channels : DOWN[k - 1], to, 3, { stride: 2, padding: 1 });
    return block(c, 'UNetDown', conv, c.activation('leaky', 0.2));
  });
  const up = UP.map((to, k) => {
    const from = k === 0 ? DOWN[4] : UP[k - 1] + DOWN[4 - k];
    return block(c, 'UNetUp', c.transposed(from, to, 4, [0, 0, 0], { stride: 2, padding: 1 }), c.reluInPlace());
  });
  const last = module('FinalLayer', {
    model: sequential(c.plain('upsample', { by: 2 }), c.conv(UP[3] + DOWN[0], channels, 3, { padding: 1 }), c.activation('tanh')),
  });

  const g = new Forward();
  const skips = [g.input(inputSize)];
  for (const one of down) skips.push(g.run(one, skips[skips.length - 1]));
  let x = skips[DOWN.length];
  up.forEach((one, k) => {
    x = g.node('concat', {}, [g.run(one, x), skips[DOWN.length - 1 - k]]);
  });
  const output = g.run(last, x);
  const children = [
    ...down.map((one, k) => [`down${k + 1}`, one] as const),
    ...up.map((one, k) => [`up${k + 1}`, one] as const),
    ['final', last] as const,
  ];
  return network(architecture, c, module(architecture, children), g, { output }, { main: 'output', printed: false });
}

export const builders = {
  GeneratorUNet: ({ inputSize }, name) => generatorUnet(name, inputSize),
} satisfies Builders;

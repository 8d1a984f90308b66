/** @file BatchNorm by itself, with the activation that follows it, if one does. */

import { activationOf } from '../activation';
import type { Command } from '../command';
import { applyNorm, BatchNorm, normalize, normBackward } from '../normalization';
import { copied } from '../pointwise';
import type { Site } from '../site';
import type { Row } from './row';

function forward(site: Site): Command[] {
  const [norm, activation] = site.nodes;
  const y = site.input();
  const batchNorm = new BatchNorm(site, norm, undefined, y);
  return [...normalize(batchNorm, y, site), ...applyNorm(site, batchNorm, y, site.output, activationOf(activation))];
}

function backward(site: Site): Command[] {
  const [norm, activation] = site.nodes;
  const [y, dz, dx] = [site.input(), site.gradient, site.inputGradient()];
  const batchNorm = new BatchNorm(site, norm, undefined, y);
  const commands = normBackward(site, batchNorm, y, dz, activationOf(activation));
  return dx === null ? commands : [...commands, ...copied(site, dz, dx)];
}

export const batchNorm: Row = {
  needs: { kept: ({ values: [norm] }) => ({ norm }), backwardReads: { inputs: true, output: false }, inPlace: true },
  forward,
  backward,
};

/** @file Rows of operations on every element by itself: activation, dropout, sum, and the gradient that turns round. */
import { activationOf } from '../activation';
import { type Command, reversal } from '../command';
import { activated, activatedBackward, added, copied, masked, scaled } from '../pointwise';
import type { Site, Stored } from '../site';
import type { Row } from './row';

/** Backward over the gradient of the result; elsewhere if that of the input lies elsewhere. */
function inGradient(site: Site, change: (gradient: Stored) => Command[]): Command[] {
  const dx = site.inputGradient();
  return dx === null ? [] : [...copied(site, site.gradient, dx), ...change(dx)];
}

export const activation: Row = {
  needs: { backwardReads: { inputs: false, output: true }, inPlace: true },
  forward: (site) => {
    const { code, slope } = activationOf(site.nodes[0]);
    return [...copied(site, site.input(), site.output), ...activated(site, site.output, code, slope)];
  },
  backward: (site) => {
    const { code, slope } = activationOf(site.nodes[0]);
    return inGradient(site, (dz) => activatedBackward(site, site.output, dz, code, slope));
  },
};

export const dropout: Row = {
  needs: { backwardReads: { inputs: false, output: false }, inPlace: true },
  forward: (site) => [...copied(site, site.input(), site.output), ...masked(site, site.output, site.step.fused.values[0])],
  backward: (site) => inGradient(site, (dx) => masked(site, dx, site.step.fused.values[0])),
};

export const add: Row = {
  needs: { backwardReads: { inputs: false, output: false }, inPlace: true },
  forward: (site) => [...copied(site, site.input(0), site.output), ...added(site, site.input(1), site.output)],
  backward: (site) =>
    [site.inputGradient(1), site.inputGradient(0)].flatMap((dx) => (dx === null ? [] : copied(site, site.gradient, dx))),
};

export const reverseGradient: Row = {
  needs: { backwardReads: { inputs: false, output: false }, inPlace: true },
  forward: (site) => copied(site, site.input(), site.output),
  backward: (site) => inGradient(site, (dx) => scaled(site, dx, reversal)),
  half: () => true,
};

/** A second reader's gradient joins the first one's. */
export function sum(site: Site): Command[] {
  return added(site, site.input(), site.inputGradient()!);
}

/** @file Rows of operations on every element by itself: activation, dropout, sum, and the gradient that turns round. */
import { activationGradient, activation as activationKernel } from '../../../gpu/kernels/activation';
import type { GraphNode } from '../../../networks/graph';
import type { Command } from '../command';
import { sloped } from '../command';
import { activationOf } from '../normalization';
import { added, copied, masked, perPart, scaled } from '../pointwise';
import { part, type Site, type Stored } from '../site';
import type { Row } from './row';

/** Backward over the gradient of the result; elsewhere if that of the input lies elsewhere. */
function inGradient(site: Site, change: (gradient: Stored) => Command[]): Command[] {
  const dx = site.inputGradient();
  return dx === null ? [] : [...copied(site.gradient, dx), ...change(dx)];
}

export const activation: Row = {
  needs: { backwardReads: { inputs: false, output: true }, inPlace: true },
  forward: (site) => {
    const [x, z] = [site.input(), site.output];
    const { code: ACTIVATION, slope } = activationOf(site.nodes[0]);
    const change = perPart(z, activationKernel, { XS: z.stride, ACTIVATION }, (g) => [sloped(slope), part(z.tensor, g)]);
    return [...copied(x, z), ...change];
  },
  backward: (site) => {
    const z = site.output;
    const { code: ACTIVATION, slope } = activationOf(site.nodes[0]);
    return inGradient(site, (dz) =>
      perPart(dz, activationGradient, { ZS: z.stride, GS: dz.stride, ACTIVATION }, (g) => [
        sloped(slope),
        part(z.tensor, g),
        part(dz.tensor, g),
      ]),
    );
  },
};

export const dropout: Row = {
  needs: { backwardReads: { inputs: false, output: false }, inPlace: true },
  forward: (site) => [...copied(site.input(), site.output), ...masked(site.output, site.step.fused.values[0])],
  backward: (site) => inGradient(site, (dx) => masked(dx, site.step.fused.values[0])),
};

export const add: Row = {
  needs: { backwardReads: { inputs: false, output: false }, inPlace: true },
  forward: (site) => [...copied(site.input(0), site.output), ...added(site.input(1), site.output)],
  backward: (site) =>
    [site.inputGradient(1), site.inputGradient(0)].flatMap((dx) => (dx === null ? [] : copied(site.gradient, dx))),
};

type Reversed = Extract<GraphNode, { op: 'reverse-gradient' }>;

export const reverseGradient: Row = {
  needs: { backwardReads: { inputs: false, output: false }, inPlace: true },
  forward: (site) => copied(site.input(), site.output),
  backward: (site) => inGradient(site, (dx) => scaled(dx, -(site.nodes[0] as Reversed).attributes.alpha)),
};

/** A second reader's gradient joins the first one's. */
export function sum(site: Site): Command[] {
  return added(site.input(), site.inputGradient()!);
}

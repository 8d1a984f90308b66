/** @file Means over space, factors of channels, concatenations and enlargements. */
import { moveChannels } from '../../../gpu/kernels/channels';
import { packFor, packs } from '../../../gpu/kernels/pack';
import { upsampleGradient, upsample as upsampleKernel } from '../../../gpu/kernels/upsample';
import type { GraphNode } from '../../../networks/graph';
import { channelsJoined, spread } from '../channels';
import { type Command, ranged } from '../command';
import { part, type Site, type Stored, samples } from '../site';
import type { Row } from './row';

const nothing = { inputs: false, output: false };

export const mean: Row = {
  needs: { backwardReads: nothing },
  forward: (site) => channelsJoined(site, site.input(), null, site.output, 1 / site.input().voxels),
  backward: (site) => {
    const dx = site.inputGradient();
    return dx === null ? [] : spread(site, site.gradient, null, dx, 1 / dx.voxels);
  },
};

export const scale: Row = {
  needs: { backwardReads: { inputs: true, output: false } },
  forward: (site) => spread(site, site.input(1), site.input(0), site.output, 1),
  backward: (site) => {
    const [dx, ds] = [site.inputGradient(0), site.inputGradient(1)];
    return [
      ...(ds === null ? [] : channelsJoined(site, site.input(0), site.gradient, ds, 1)),
      ...(dx === null ? [] : spread(site, site.input(1), site.gradient, dx, 1)),
    ];
  },
};

/** Channels of `from` (from `fromFirst` on) to `to`, `C` of them. */
function moved(from: Stored, fromFirst: number, to: Stored, toFirst: number, C: number): Command[] {
  const { voxels: VOXELS } = from;
  const constants = { VOXELS, C, XC: from.C, XC0: fromFirst, XS: from.stride, YC: to.C, YC0: toFirst, YS: to.stride };
  const pack = [C, from.C, fromFirst, to.C, toFirst].every((count) => count % 4 === 0) ? 4 : 1;
  return to.parts.map((group, g) => ({
    use: { spec: moveChannels[pack], constants },
    sources: [part(from.tensor, g), part(to.tensor, g)],
    extent: (n) => ({ threads: (VOXELS * C) / pack, z: samples(group)(n) }),
  }));
}

export const concat: Row = {
  needs: { backwardReads: nothing },
  forward: (site) => {
    let first = 0;
    return site.step.inputs.flatMap((_, i) => {
      const x = site.input(i);
      first += x.C;
      return moved(x, 0, site.output, first - x.C, x.C);
    });
  },
  backward: (site) => {
    let first = 0;
    return site.step.inputs.flatMap((_, i) => {
      const [dx, { C }] = [site.inputGradient(i), site.input(i)];
      first += C;
      return dx === null ? [] : moved(site.gradient, first - C, dx, 0, C);
    });
  },
};

type Upsample = Extract<GraphNode, { op: 'upsample' }>;

function enlarging(site: Site, small: Stored, large: Stored) {
  const { D, H, W, C, rank, stride: XS } = small;
  const { by: BY } = (site.nodes[0] as Upsample).attributes;
  return { D, H, W, C, BY, BYD: rank === 2 ? 1 : BY, XS, YS: large.stride };
}

export const upsample: Row = {
  needs: { backwardReads: nothing },
  forward: (site) => {
    const [x, y] = [site.input(), site.output];
    return site.groups.map((group, g) => ({
      use: { spec: upsampleKernel[packFor(x.C)], constants: enlarging(site, x, y) },
      sources: [ranged((n) => ({ n: samples(group)(n), dn: y.D })), part(x.tensor, g), part(y.tensor, g)],
      extent: (n) => ({ threads: y.voxels * packs(y.C), z: samples(group)(n) }),
    }));
  },
  backward: (site) => {
    const [dy, dx] = [site.gradient, site.inputGradient()];
    if (dx === null) return [];
    return site.groups.map((group, g) => ({
      use: { spec: upsampleGradient[packFor(dx.C)], constants: enlarging(site, dx, dy) },
      sources: [ranged((n) => ({ n: samples(group)(n), dn: dx.D })), part(dy.tensor, g), part(dx.tensor, g)],
      extent: (n) => ({ threads: dx.voxels * packs(dx.C), z: samples(group)(n) }),
    }));
  },
};

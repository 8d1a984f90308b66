/** @file Means over space, factors of channels, concatenations and enlargements. */
import { moveChannels } from '../../../gpu/kernels/channels';
import { packFor, packs } from '../../../gpu/kernels/pack';
import { upsampleGradient, upsample as upsampleKernel } from '../../../gpu/kernels/upsample';
import type { GraphNode } from '../../../networks/graph';
import { channelsJoined, spread } from '../channels';
import { type Command, ranged } from '../command';
import { type Site, type Stored, samples } from '../site';
import { slabsWithin, viewOf, voxelStretches } from '../windows';
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
function moved(site: Site, from: Stored, fromFirst: number, to: Stored, toFirst: number, C: number): Command[] {
  const constants = { C, XC: from.C, XC0: fromFirst, XS: from.stride, YC: to.C, YC0: toFirst, YS: to.stride };
  const pack = [C, from.C, fromFirst, to.C, toFirst].every((count) => count % 4 === 0) ? 4 : 1;
  return voxelStretches(site, [from, to]).map(({ group, voxels: VOXELS, of }) => ({
    use: { spec: moveChannels[pack], constants: { VOXELS, ...constants } },
    sources: [of(from), of(to)],
    extent: (n) => ({ threads: (VOXELS * C) / pack, z: samples(site.groups[group])(n) }),
  }));
}

export const concat: Row = {
  needs: { backwardReads: nothing },
  forward: (site) => {
    let first = 0;
    return site.step.inputs.flatMap((_, i) => {
      const x = site.input(i);
      first += x.C;
      return moved(site, x, 0, site.output, first - x.C, x.C);
    });
  },
  backward: (site) => {
    let first = 0;
    return site.step.inputs.flatMap((_, i) => {
      const [dx, { C }] = [site.inputGradient(i), site.input(i)];
      first += C;
      return dx === null ? [] : moved(site, site.gradient, first - C, dx, 0, C);
    });
  },
};

type Upsample = Extract<GraphNode, { op: 'upsample' }>;

function enlarging(site: Site, small: Stored, large: Stored) {
  const { D, H, W, C, rank, stride: XS } = small;
  const { by: BY } = (site.nodes[0] as Upsample).attributes;
  return { D, H, W, C, BY, BYD: rank === 2 ? 1 : BY, XS, YS: large.stride };
}

/** Planes of the large tensor that are made of some of the small one. */
const enlarged = (small: Stored, large: Stored): number => large.D / small.D;

export const upsample: Row = {
  needs: { backwardReads: nothing },
  forward: (site) => {
    const [x, y] = [site.input(), site.output];
    const [from, to] = [viewOf(site, x), viewOf(site, y)];
    const by = enlarged(x, y);
    const pieces = slabsWithin(site, x.D, (_, dn) => [
      [from, dn],
      [to, dn * by],
    ]);
    return pieces.map(({ group, first: d0, count: dn }) => {
      const [small, large] = [from.see(group, d0, dn), to.see(group, d0 * by, dn * by)];
      const range = { d0: d0 * by, dn: dn * by, from0: small.from, from1: large.from };
      return {
        use: { spec: upsampleKernel[packFor(x.C)], constants: enlarging(site, x, y) },
        sources: [ranged((n) => ({ n: samples(site.groups[group])(n), ...range })), small.source, large.source],
        extent: (n) => ({ threads: dn * by * y.H * y.W * packs(y.C), z: samples(site.groups[group])(n) }),
      };
    });
  },
  backward: (site) => {
    const [dy, dx] = [site.gradient, site.inputGradient()];
    if (dx === null) return [];
    const [from, to] = [viewOf(site, dy), viewOf(site, dx)];
    const by = enlarged(dx, dy);
    const pieces = slabsWithin(site, dx.D, (_, dn) => [
      [to, dn],
      [from, dn * by],
    ]);
    return pieces.map(({ group, first: d0, count: dn }) => {
      const [large, small] = [from.see(group, d0 * by, dn * by), to.see(group, d0, dn)];
      const range = { d0, dn, from0: large.from, from1: small.from };
      return {
        use: { spec: upsampleGradient[packFor(dx.C)], constants: enlarging(site, dx, dy) },
        sources: [ranged((n) => ({ n: samples(site.groups[group])(n), ...range })), large.source, small.source],
        extent: (n) => ({ threads: dn * dx.H * dx.W * packs(dx.C), z: samples(site.groups[group])(n) }),
      };
    });
  },
};

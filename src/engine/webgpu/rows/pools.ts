/** @file Pools, and the unpool that undoes one of them. */
import { maxPoolIndices, maxUnpoolCrop, maxUnpoolGradient } from '../../../gpu/kernels/max-pool';
import { maxPoolGradient, maxPool as maxPoolKernel } from '../../../gpu/kernels/overlapping-pool';
import { type PackedKernel, packFor, packs } from '../../../gpu/kernels/pack';
import type { GraphNode } from '../../../networks/graph';
import { resultOf } from '../../fuse';
import { PLACES, type RowNeeds, type Tensor } from '../../plan';
import { type Command, ranged, type Source } from '../command';
import { part, type Site, type Stored, samples } from '../site';
import { aligned } from '../volume';
import type { Row } from './row';

/** Row-major places of the maxima, as large as what was pooled to. */
const placesOf = (site: Site, pooled: Stored): Tensor =>
  site.kept(
    PLACES,
    pooled.parts.map(({ size }) => size * pooled.stride * 4),
  );

/** One command for each group: `voxels` windows or voxels along which threads lie. */
function perGroup(
  site: Site,
  kernel: PackedKernel,
  constants: Readonly<Record<string, number>>,
  range: { readonly dn: number; readonly qn: number },
  voxels: number,
  sources: (group: number) => readonly Source[],
): Command[] {
  const { C } = constants;
  return site.groups.map((group, g) => ({
    use: { spec: kernel[packFor(C)], constants },
    sources: [ranged((n) => ({ n: samples(group)(n), ...range })), ...sources(g)],
    extent: (n) => ({ threads: voxels * packs(C), z: samples(group)(n) }),
  }));
}

/** Constants of a front-padded pool of windows of 2, with the names that unpools give the distance of large samples. */
function padded(large: Stored, small: Stored) {
  const { D, H, W, C, rank } = large;
  return { D, H, W, C, PD: rank === 2 ? 1 : 2, P: 2, ZS: small.stride };
}

const needs: RowNeeds = {
  kept: (fused) => ({ [PLACES]: resultOf(fused) }),
  backwardReads: { inputs: false, output: false },
};

export const padMaxPool: Row = {
  needs,
  forward: (site) => {
    const [x, p] = [site.input(), site.output];
    const index = placesOf(site, p);
    const constants = { ...padded(x, p), XS: x.stride, CS: p.stride };
    return perGroup(site, maxPoolIndices, constants, { dn: x.D, qn: p.D }, p.voxels, (g) => [
      part(x.tensor, g),
      part(p.tensor, g),
      part(index, g),
    ]);
  },
  backward: (site) => {
    const [x, dp, dx] = [site.input(), site.gradient, site.inputGradient()];
    if (dx === null) return [];
    const index = placesOf(site, dp);
    const constants = { ...padded(x, dp), YS: dx.stride, CS: dp.stride, CODES: 0 };
    return perGroup(site, maxUnpoolCrop, constants, { dn: x.D, qn: dp.D }, dp.voxels, (g) => [
      part(dp.tensor, g),
      part(index, g),
      part(dx.tensor, g),
    ]);
  },
};

/** Places that a pool left: as row-major places, or as codes where it was computed with its convolution. */
function unpooling(site: Site, large: Stored, small: Stored) {
  const places = site.step.places!;
  const coded = site.scene.codes.has(places);
  const CS = coded ? aligned(small.size / 8) : small.stride;
  return { places, constants: { ...padded(large, small), YS: large.stride, CS, CODES: coded ? 1 : 0 } };
}

export const maxUnpool: Row = {
  needs: { backwardReads: { inputs: false, output: false } },
  forward: (site) => {
    const [v, y] = [site.input(), site.output];
    const { places, constants } = unpooling(site, y, v);
    return perGroup(site, maxUnpoolCrop, constants, { dn: y.D, qn: v.D }, v.voxels, (g) => [
      part(v.tensor, g),
      part(places, g),
      part(y.tensor, g),
    ]);
  },
  backward: (site) => {
    const [dy, dv] = [site.gradient, site.inputGradient()];
    if (dv === null) return [];
    const { places, constants } = unpooling(site, dy, dv);
    return perGroup(site, maxUnpoolGradient, constants, { dn: dy.D, qn: dv.D }, dv.voxels, (g) => [
      part(dy.tensor, g),
      part(places, g),
      part(dv.tensor, g),
    ]);
  },
};

type Pool = Extract<GraphNode, { op: 'max-pool' }>;

/** Constants of a pool whose windows may overlap. */
function windows({ attributes: { kernel, stride, padding } }: Pool, x: Stored, p: Stored) {
  const { D, H, W, C, rank, stride: XS } = x;
  return { D, H, W, C, KD: rank === 2 ? 1 : kernel, K: kernel, S: stride, PAD: padding, XS, ZS: p.stride, CS: p.stride };
}

export const maxPool: Row = {
  needs,
  forward: (site) => {
    const [x, p] = [site.input(), site.output];
    const index = placesOf(site, p);
    const constants = windows(site.nodes[0] as Pool, x, p);
    return perGroup(site, maxPoolKernel, constants, { dn: x.D, qn: p.D }, p.voxels, (g) => [
      part(x.tensor, g),
      part(p.tensor, g),
      part(index, g),
    ]);
  },
  backward: (site) => {
    const [dp, dx] = [site.gradient, site.inputGradient()];
    if (dx === null) return [];
    const index = placesOf(site, dp);
    const constants = windows(site.nodes[0] as Pool, dx, dp);
    return perGroup(site, maxPoolGradient, constants, { dn: dx.D, qn: dp.D }, dx.voxels, (g) => [
      part(dp.tensor, g),
      part(index, g),
      part(dx.tensor, g),
    ]);
  },
};

/** @file Pools, and the unpool that undoes one of them. */
import type { Range } from '../../../gpu/kernels/example-arrays';
import { maxPoolIndices, maxUnpoolCrop, maxUnpoolGradient } from '../../../gpu/kernels/max-pool';
import { maxPoolGradient, maxPool as maxPoolKernel } from '../../../gpu/kernels/overlapping-pool';
import { type PackedKernel, packFor, packs } from '../../../gpu/kernels/pack';
import type { GraphNode } from '../../../networks/graph';
import { resultOf } from '../../fuse';
import { PLACES, type RowNeeds, type Tensor } from '../../plan';
import { type Command, ranged } from '../command';
import { type Site, type Stored, samples } from '../site';
import { aligned } from '../volume';
import { clipped, slabsWithin, type View, viewOf, viewOfPlanes } from '../windows';
import type { Row } from './row';

/** Row-major places of the maxima, as large as what was pooled to. */
const placesOf = (site: Site, pooled: Stored): Tensor =>
  site.kept(
    PLACES,
    pooled.parts.map(({ size }) => size * pooled.stride * 4),
  );

/** What a pool or unpool sees, in the order of its kernel's bindings. */
interface Seeing {
  readonly kernel: PackedKernel;
  readonly constants: Readonly<Record<string, number>>;
  /** Threads lie along planes of it. */
  readonly made: Stored;
  /** Windows that the kernel sees, in order, each on the planes of it that some planes of `made` need. */
  readonly views: readonly (readonly [view: View, planes: (first: number, count: number) => readonly [number, number]])[];
  /** Fields of a range that say which planes are made. */
  readonly range: (first: number, count: number) => Partial<Range>;
}

function commandsOf(site: Site, { kernel, constants, made, views, range }: Seeing): Command[] {
  const { H, W, C } = made;
  const slabs = slabsWithin(site, made.D, (first, count) => views.map(([view, planes]) => [view, planes(first, count)[1]]));
  return slabs.map(({ group, first, count }) => {
    const of = samples(site.groups[group]);
    const seen = views.map(([view, planes]) => view.see(group, ...planes(first, count)));
    const [from0, from1, from2] = seen.map(({ from }) => from);
    return {
      use: { spec: kernel[packFor(C)], constants },
      sources: [ranged((n) => ({ n: of(n), ...range(first, count), from0, from1, from2 })), ...seen.map(({ source }) => source)],
      extent: (n) => ({ threads: count * H * W * packs(C), z: of(n) }),
    };
  });
}

type PlanesOf = (first: number, count: number) => readonly [number, number];

const same: PlanesOf = (first, count) => [first, count];
const pooledRange = (q0: number, qn: number): Partial<Range> => ({ q0, qn });

/** Places as a view: of as many words as values, or of codes. */
function placesView(site: Site, tensor: Tensor, pooled: Stored, coded: boolean): View {
  const { H, W, C, parts, stride } = pooled;
  const by = coded ? 8 : 1;
  const words = coded ? aligned(pooled.size / 8) : stride;
  return viewOfPlanes(site, { tensor, parts, plane: (H * W * C) / by, stride: words, width: 4 });
}

/** Planes of the large tensor that the windows of pooled planes cover, a zero plane in front of odd depths left out. */
function covered(large: Stored, small: Stored): PlanesOf {
  const PD = large.rank === 2 ? 1 : 2;
  const pad = small.D * PD - large.D;
  return (q0, qn) => clipped(q0 * PD - pad, (q0 + qn) * PD - pad, large.D);
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
    return commandsOf(site, {
      kernel: maxPoolIndices,
      constants: { ...padded(x, p), XS: x.stride, CS: p.stride },
      made: p,
      views: [
        [viewOf(site, x), covered(x, p)],
        [viewOf(site, p), same],
        [placesView(site, placesOf(site, p), p, false), same],
      ],
      range: pooledRange,
    });
  },
  backward: (site) => {
    const [dp, dx] = [site.gradient, site.inputGradient()];
    if (dx === null) return [];
    return commandsOf(site, {
      kernel: maxUnpoolCrop,
      constants: { ...padded(dx, dp), YS: dx.stride, CS: dp.stride, CODES: 0 },
      made: dp,
      views: [
        [viewOf(site, dp), same],
        [placesView(site, placesOf(site, dp), dp, false), same],
        [viewOf(site, dx), covered(dx, dp)],
      ],
      range: pooledRange,
    });
  },
};

/** Places that a pool left: as row-major places, or as codes where it was computed with its convolution. */
function unpooling(site: Site, large: Stored, small: Stored) {
  const tensor = site.step.places!;
  const coded = site.scene.codes.has(tensor);
  const CS = coded ? aligned(small.size / 8) : small.stride;
  const constants = { ...padded(large, small), YS: large.stride, CS, CODES: coded ? 1 : 0 };
  return { places: placesView(site, tensor, small, coded), constants };
}

export const maxUnpool: Row = {
  needs: { backwardReads: { inputs: false, output: false } },
  forward: (site) => {
    const [v, y] = [site.input(), site.output];
    const { places, constants } = unpooling(site, y, v);
    return commandsOf(site, {
      kernel: maxUnpoolCrop,
      constants,
      made: v,
      views: [
        [viewOf(site, v), same],
        [places, same],
        [viewOf(site, y), covered(y, v)],
      ],
      range: pooledRange,
    });
  },
  backward: (site) => {
    const [dy, dv] = [site.gradient, site.inputGradient()];
    if (dv === null) return [];
    const { places, constants } = unpooling(site, dy, dv);
    return commandsOf(site, {
      kernel: maxUnpoolGradient,
      constants,
      made: dv,
      views: [
        [viewOf(site, dy), covered(dy, dv)],
        [places, same],
        [viewOf(site, dv), same],
      ],
      range: pooledRange,
    });
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
    const { kernel, stride, padding } = (site.nodes[0] as Pool).attributes;
    const below: PlanesOf = (q0, qn) =>
      x.rank === 2 ? [0, 1] : clipped(q0 * stride - padding, (q0 + qn - 1) * stride - padding + kernel, x.D);
    return commandsOf(site, {
      kernel: maxPoolKernel,
      constants: windows(site.nodes[0] as Pool, x, p),
      made: p,
      views: [
        [viewOf(site, x), below],
        [viewOf(site, p), same],
        [placesView(site, placesOf(site, p), p, false), same],
      ],
      range: pooledRange,
    });
  },
  backward: (site) => {
    const [dp, dx] = [site.gradient, site.inputGradient()];
    if (dx === null) return [];
    const { kernel, stride, padding } = (site.nodes[0] as Pool).attributes;
    const above: PlanesOf = (d0, dn) =>
      dx.rank === 2
        ? [0, 1]
        : clipped(Math.ceil((d0 + padding - kernel + 1) / stride), Math.floor((d0 + dn - 1 + padding) / stride) + 1, dp.D);
    return commandsOf(site, {
      kernel: maxPoolGradient,
      constants: windows(site.nodes[0] as Pool, dx, dp),
      made: dx,
      views: [
        [viewOf(site, dp), above],
        [placesView(site, placesOf(site, dp), dp, false), above],
        [viewOf(site, dx), same],
      ],
      range: (d0, dn) => ({ d0, dn }),
    });
  },
};

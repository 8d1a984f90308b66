/**
 * @file Convolutions and their gradients as commands: the fastest kernel that takes the filter, the stride and the channels. A
 * transposed convolution is the input gradient of the convolution whose geometry it has.
 */
import type { KernelSpec } from '../../gpu/kernel';
import {
  convStrided,
  convStridedAny,
  convStridedFilterGradient,
  convStridedFilterGradientAny,
  convStridedInputGradient,
  convStridedInputGradientAny,
  type StridedGeometry,
  stridedFilterThreads,
  stridedInputThreads,
  stridedThreads,
} from '../../gpu/kernels/conv-strided';
import { filterFlip, sumParts } from '../../gpu/kernels/convolution';
import { packFor } from '../../gpu/kernels/pack';
import type { ConvAttributes } from '../../networks/operations';
import { type Command, ranged, type Source } from './command';
import { channelsNear, convolutionGroup, filterLanes } from './lanes';
import { type Piece, pieceRange, pieceSamples } from './pieces';
import { type Site, samples, whole } from './site';
import { firstConvolutions, firstRow, innerConvolutions, innerRow, type PlainGeometry } from './variants/convolution';
import { filterRow, firstFilterGradients, innerFilterGradients } from './variants/filter-gradient';
import type { Threads } from './variants/variant';
import type { Volume } from './volume';
import { clipped, type Slab, slabsWithin, type View } from './windows';

/** Of a convolution from x to y. XS and YS are elements from sample to sample. */
export type Geometry = StridedGeometry;

export function geometryOf({ kernel, stride, padding }: ConvAttributes, x: Volume, y: Volume): Geometry {
  const { D, H, W, C: CI, stride: XS } = x;
  const { D: OD, H: OH, W: OW, C: CO, stride: YS } = y;
  const [KD, SD, PD] = x.rank === 2 ? [1, 1, 0] : [kernel, stride, padding];
  return { D, H, W, OD, OH, OW, CI, CO, KD, K: kernel, SD, STRIDE: stride, PD, P: padding, XS, YS };
}

/** Weights of the filter. */
export const filterSize = ({ KD, K, CI, CO }: Geometry): number => KD * K * K * CI * CO;

/** Filters of 3 that keep the size, in both or all three axes. */
const keepsSize = ({ K, STRIDE, P }: Geometry): boolean => K === 3 && STRIDE === 1 && P === 1;

/** Constants of the kernels for filters of 3 that keep the size. */
export const plain = ({ D, H, W, CI, CO, KD, XS, YS }: Geometry): PlainGeometry => ({ D, H, W, CI, CO, KD, XS, YS });

/** Where threads of so many voxels and in all stand. */
const order = (threads: number, voxels: number) => ({ GROUP: convolutionGroup(threads), NEAR: channelsNear(voxels) });

/** Planes of x that planes of y are made of. */
const below = ({ D, KD, SD, PD }: Geometry, d0: number, dn: number): readonly [number, number] =>
  clipped(d0 * SD - PD, (d0 + dn - 1) * SD - PD + KD, D);

/** Planes of y that planes of x go into. */
const above = ({ OD, KD, SD, PD }: Geometry, d0: number, dn: number): readonly [number, number] =>
  clipped(Math.ceil((d0 + PD - KD + 1) / SD), Math.floor((d0 + dn - 1 + PD) / SD) + 1, OD);

const pieceOf = (site: Site, { group, first, count }: Slab): Piece => ({
  group,
  n0: 0,
  n: site.groups[group].size,
  d0: first,
  dn: count,
  q0: first,
  qn: count,
});

/** Pieces of the planes of y: all of a group where x and y can be seen whole. */
export function planesOfY(site: Site, g: Geometry, x: View, y: View): Piece[] {
  const slabs = slabsWithin(site, g.OD, (d0, dn) => [
    [x, below(g, d0, dn)[1]],
    [y, dn],
  ]);
  return slabs.map((slab) => pieceOf(site, slab));
}

/** Where x and y of a convolution are seen while a piece of y is made or read. */
export interface ConvolutionIo {
  readonly x: View;
  readonly y: View;
  readonly piece: Piece;
}

/** True where x is read float by float: its channels fill no vector, or it is the input beside activations of another type. */
export const isStem = ({ CI }: Geometry, xType: { readonly half: boolean }, half: boolean): boolean =>
  CI % 4 !== 0 || (half && !xType.half);

interface Made extends Threads {
  /** Where there are variants. */
  readonly key?: string;
}

/** The kernel of a convolution, for some planes of y. */
function forwardKernel({ layout }: Site, g: Geometry, planes: number, stem: boolean): Made {
  const { CO, OW, OH, OD } = g;
  const { kernels, half } = layout;
  if (keepsSize(g) && !stem && CO % 8 === 0) {
    const row = innerRow('convolution', plain(g), half);
    return { ...kernels.pick(innerConvolutions, row).make(plain(g), planes), key: row.key };
  }
  if (keepsSize(g) && CO % 4 === 0) {
    const row = firstRow(plain(g), half);
    return { ...kernels.pick(firstConvolutions, row).make(plain(g), planes), key: row.key };
  }
  const threads = stridedThreads(g, planes);
  if (stem || CO % 8 !== 0) return { spec: convStridedAny, constants: g, threads };
  return { spec: convStrided, constants: { ...g, ...order(threads, OD * OH * OW) }, threads };
}

/** y of a piece, without bias. */
export function convolve(site: Site, g: Geometry, f: Source, { x, y, piece }: ConvolutionIo, stem: boolean): Command {
  const { threads, key, spec, constants } = forwardKernel(site, g, piece.dn, stem);
  const [from, to] = [x.see(piece.group, ...below(g, piece.d0, piece.dn)), y.see(piece.group, piece.d0, piece.dn)];
  return {
    use: { spec, constants },
    sources: [
      ranged((n) => ({ ...pieceRange(site.groups, piece, n), from0: from.from, from1: to.from })),
      from.source,
      f,
      to.source,
    ],
    extent: (n) => ({ threads, z: pieceSamples(site.groups, piece, n) }),
    key,
  };
}

/** The kernel of an input gradient, for some planes of x; `flipped`: it takes the filter turned round. */
function backwardKernel({ layout }: Site, g: Geometry, planes: number): Made & { readonly flipped: boolean } {
  const { D, H, W, CI, CO } = g;
  const fast = CI % 8 === 0 && CO % 4 === 0;
  if (keepsSize(g) && fast) {
    const turned = { ...plain(g), CI: CO, CO: CI, XS: g.YS, YS: g.XS };
    const row = innerRow('input gradient', turned, layout.half);
    return { ...layout.kernels.pick(innerConvolutions, row).make(turned, planes), key: row.key, flipped: true };
  }
  const threads = stridedInputThreads({ ...g, D: planes });
  if (!fast) return { spec: convStridedInputGradientAny, constants: g, threads, flipped: false };
  return { spec: convStridedInputGradient, constants: { ...g, ...order(threads, D * H * W) }, threads, flipped: false };
}

/** From y's gradient to that of x. */
export function inputGradient(site: Site, g: Geometry, filter: Source, x: View, y: View): Command[] {
  const { CI, CO, KD } = g;
  const slabs = slabsWithin(site, g.D, (d0, dn) => [
    [x, dn],
    [y, above(g, d0, dn)[1]],
  ]);
  const flip = whole(site.local('flip', filterSize(g) * 4));
  const commands = slabs.map(({ group, first, count }): Command & { flipped: boolean } => {
    const { threads, flipped, key, spec, constants } = backwardKernel(site, g, count);
    const [from, to] = [y.see(group, ...above(g, first, count)), x.see(group, first, count)];
    const samplesOf = samples(site.groups[group]);
    return {
      use: { spec, constants },
      sources: [
        ranged((n) => ({ n: samplesOf(n), d0: first, dn: count, from0: from.from, from1: to.from })),
        from.source,
        flipped ? flip : filter,
        to.source,
      ],
      extent: (n) => ({ threads, z: samplesOf(n) }),
      key,
      flipped,
    };
  });
  if (!commands[0].flipped) return commands;
  const turn: Command = {
    use: { spec: filterFlip, constants: { KD, CI, CO } },
    sources: [filter, flip],
    extent: () => ({ threads: filterSize(g) / 4, z: 1 }),
  };
  return [turn, ...commands];
}

interface FilterKernel {
  readonly spec: KernelSpec;
  /** Threads of a lane. */
  readonly perLane: number;
  /** For filters of any size and stride. */
  readonly any: boolean;
  readonly key?: string;
}

function filterKernel({ layout }: Site, g: Geometry, stem: boolean): FilterKernel {
  const { CI, CO } = g;
  if (keepsSize(g) && CO % 8 === 0) {
    const row = filterRow(stem ? 'first filter gradient' : 'filter gradient', plain(g), layout.half);
    const { spec, perLane } = layout.kernels.pick(stem ? firstFilterGradients : innerFilterGradients, row);
    return { spec, perLane: perLane(plain(g)), any: false, key: row.key };
  }
  const any = stem || CI % 8 !== 0 || CO % 8 !== 0;
  const spec = any ? convStridedFilterGradientAny : convStridedFilterGradient;
  return { spec, perLane: stridedFilterThreads(g, any), any: true };
}

/** Writes the gradient of a filter, piece by piece; adds to what is there when all are done. */
export class FilterGradient {
  readonly #site: Site;
  readonly #g: Geometry;
  readonly #gradient: Source;
  readonly #kernel: FilterKernel;
  /** Lanes; their results lie in `#parts` before they are joined. */
  readonly #S: number;
  readonly #parts: Source;
  #first = true;

  constructor(site: Site, g: Geometry, pieces: readonly Piece[], gradient: Source, stem: boolean) {
    this.#site = site;
    this.#g = g;
    this.#gradient = gradient;
    this.#kernel = filterKernel(site, g, stem);
    const rows = Math.max(...pieces.map(({ n, dn }) => n * dn)) * g.OH;
    const { threads, largestBinding } = site.layout;
    this.#S = filterLanes(this.#kernel.perLane, filterSize(g), rows, threads, largestBinding / 4);
    this.#parts = this.#S > 1 ? whole(site.local('filter-parts', this.#S * filterSize(g) * 4)) : gradient;
  }

  /** `y` is seen of the gradient. */
  add({ x, y, piece }: ConvolutionIo): Command {
    const { groups } = this.#site;
    const { spec, perLane, any, key } = this.#kernel;
    const { YS, ...rest } = plain(this.#g);
    const constants = any ? { ...this.#g, S: this.#S } : { ...rest, GS: YS, S: this.#S };
    const first = this.#S > 1 && this.#first ? 1 : 0;
    this.#first = false;
    const [of, with_] = [x.see(piece.group, ...below(this.#g, piece.d0, piece.dn)), y.see(piece.group, piece.d0, piece.dn)];
    return {
      use: { spec, constants },
      sources: [
        ranged((n) => ({ ...pieceRange(groups, piece, n), first, from0: of.from, from1: with_.from })),
        of.source,
        with_.source,
        this.#parts,
      ],
      extent: (n) => ({ threads: perLane * this.#S, z: Math.min(1, pieceSamples(groups, piece, n)) }),
      key,
    };
  }

  /** After the last piece. */
  join(): Command[] {
    if (this.#S === 1) return [];
    const SIZE = filterSize(this.#g);
    const pack = packFor(SIZE);
    return [
      {
        use: { spec: sumParts[pack], constants: { SIZE, S: this.#S } },
        sources: [this.#parts, this.#gradient],
        extent: () => ({ threads: SIZE / pack, z: 1 }),
      },
    ];
  }
}

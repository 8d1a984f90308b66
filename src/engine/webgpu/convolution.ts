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
import {
  convStem,
  convTile4,
  convTile8,
  filterFlip,
  filterGradient,
  stemFilterGradient,
  sumParts,
} from '../../gpu/kernels/convolution';
import { packFor } from '../../gpu/kernels/pack';
import type { ConvAttributes } from '../../networks/operations';
import { type Command, ranged, type Source, type TensorSource } from './command';
import { channelsNear, convolutionGroup, filterLanes } from './lanes';
import { type Piece, pieceRange, pieceSamples } from './pieces';
import { type Site, whole } from './site';
import type { Volume } from './volume';

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
const plain = ({ D, H, W, CI, CO, KD, XS, YS }: Geometry) => ({ D, H, W, CI, CO, KD, XS, YS });

/** Where threads of so many voxels and in all stand. */
const order = (threads: number, voxels: number) => ({ GROUP: convolutionGroup(threads), NEAR: channelsNear(voxels) });

/** Convolution of vectors: `x` and `y` are n d h w c of the same voxels. */
function tile(g: Geometry, x: Source, f: Source, y: Source, samples: (n: number) => number): Command {
  const { D, H, W, CO } = g;
  // Twice the tile is a third cheaper per voxel, if the row is long enough to fill it.
  const short = Math.ceil(W / 4) * 4 * 1.4 < Math.ceil(W / 8) * 8;
  const [spec, along] = short ? [convTile4, 4] : [convTile8, 8];
  const threads = Math.ceil(W / along) * H * D * (CO / 8);
  return {
    use: { spec, constants: { ...plain(g), ...order(threads, D * H * W) } },
    sources: [x, f, y],
    extent: (n) => ({ threads, z: samples(n) }),
  };
}

/** What a convolution reads and writes in one piece; y begins with the first plane of the piece. */
export interface ConvolutionIo {
  readonly x: TensorSource;
  readonly y: TensorSource;
  readonly piece: Piece;
}

/** True where x is read float by float: its channels fill no vector, or it is the input beside activations of another type. */
export const isStem = ({ CI }: Geometry, xType: { readonly half: boolean }, half: boolean): boolean =>
  CI % 4 !== 0 || (half && !xType.half);

/** y of a piece, without bias. Pieces of some planes only for stems. */
export function convolve(site: Site, g: Geometry, f: Source, { x, y, piece }: ConvolutionIo, stem: boolean): Command {
  const samples = (n: number): number => pieceSamples(site.groups, piece, n);
  const range = ranged((n) => pieceRange(site.groups, piece, n));
  const { W, H, CO, OW, OH, OD } = g;
  if (keepsSize(g) && !stem && CO % 8 === 0) return tile(g, x, f, y, samples);
  if (keepsSize(g) && CO % 4 === 0)
    return {
      use: { spec: convStem, constants: plain(g) },
      sources: [range, x, f, y],
      extent: (n) => ({ threads: Math.ceil(W / 8) * Math.ceil(H / 2) * piece.dn * (CO / 4), z: samples(n) }),
    };
  const threads = stridedThreads(g, piece.dn);
  if (!stem && CO % 8 === 0)
    return {
      use: { spec: convStrided, constants: { ...g, ...order(threads, OD * OH * OW) } },
      sources: [x, f, y],
      extent: (n) => ({ threads, z: samples(n) }),
    };
  return { use: { spec: convStridedAny, constants: g }, sources: [range, x, f, y], extent: (n) => ({ threads, z: samples(n) }) };
}

/** From y's gradient to that of x, in pieces of whole samples; what `filter` is, is used flipped where that is faster. */
export function inputGradient(site: Site, g: Geometry, filter: Source, io: readonly ConvolutionIo[]): Command[] {
  const { D, H, W, CI, CO, KD } = g;
  const samples =
    ({ piece }: ConvolutionIo) =>
    (n: number): number =>
      pieceSamples(site.groups, piece, n);
  if (keepsSize(g) && CI % 8 === 0 && CO % 4 === 0) {
    const flip = whole(site.local('flip', filterSize(g) * 4));
    const flipped: Command = {
      use: { spec: filterFlip, constants: { KD, CI, CO } },
      sources: [filter, flip],
      extent: () => ({ threads: filterSize(g) / 4, z: 1 }),
    };
    const turned = { ...g, CI: CO, CO: CI, XS: g.YS, YS: g.XS };
    return [flipped, ...io.map((one) => tile(turned, one.y, flip, one.x, samples(one)))];
  }
  const threads = stridedInputThreads(g);
  const fast = CI % 8 === 0 && CO % 4 === 0;
  const use = fast
    ? { spec: convStridedInputGradient, constants: { ...g, ...order(threads, D * H * W) } }
    : { spec: convStridedInputGradientAny, constants: g };
  return io.map((one) => ({ use, sources: [one.y, filter, one.x], extent: (n) => ({ threads, z: samples(one)(n) }) }));
}

/** Kernel of a filter gradient, and threads of a lane. */
function filterKernel(g: Geometry, stem: boolean): { spec: KernelSpec; perLane: number; any: boolean } {
  const { KD, CI, CO } = g;
  if (keepsSize(g) && CO % 8 === 0)
    return stem
      ? { spec: stemFilterGradient, perLane: (CO / 8) * CI * KD, any: false }
      : { spec: filterGradient, perLane: (CO / 8) * (CI / 4) * KD * 3, any: false };
  const any = stem || CI % 8 !== 0 || CO % 8 !== 0;
  const spec = any ? convStridedFilterGradientAny : convStridedFilterGradient;
  return { spec, perLane: stridedFilterThreads(g, any), any: true };
}

/** Writes the gradient of a filter, piece by piece; adds to what is there when all are done. */
export class FilterGradient {
  readonly #site: Site;
  readonly #g: Geometry;
  readonly #gradient: Source;
  readonly #kernel: ReturnType<typeof filterKernel>;
  /** Lanes; their results lie in `#parts` before they are joined. */
  readonly #S: number;
  readonly #parts: Source;
  #first = true;

  constructor(site: Site, g: Geometry, pieces: readonly Piece[], gradient: Source, stem: boolean) {
    this.#site = site;
    this.#g = g;
    this.#gradient = gradient;
    this.#kernel = filterKernel(g, stem);
    const rows = Math.max(...pieces.map(({ n, dn }) => n * dn)) * g.OH;
    const { threads, largestBinding } = site.layout;
    this.#S = filterLanes(this.#kernel.perLane, filterSize(g), rows, threads, largestBinding / 4);
    this.#parts = this.#S > 1 ? whole(site.local('filter-parts', this.#S * filterSize(g) * 4)) : gradient;
  }

  /** `y` of the piece is its gradient. */
  add({ x, y, piece }: ConvolutionIo): Command {
    const { groups } = this.#site;
    const { spec, perLane, any } = this.#kernel;
    const { YS, ...rest } = plain(this.#g);
    const constants = any ? { ...this.#g, S: this.#S } : { ...rest, GS: YS, S: this.#S };
    const first = this.#S > 1 && this.#first ? 1 : 0;
    this.#first = false;
    return {
      use: { spec, constants },
      sources: [ranged((n) => ({ ...pieceRange(groups, piece, n), first })), x, y, this.#parts],
      extent: (n) => ({ threads: perLane * this.#S, z: Math.min(1, pieceSamples(groups, piece, n)) }),
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

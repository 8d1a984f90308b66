/**
 * @file Convolutions with 3 × 3 × 3 (KD = 3) or 3 × 3 (KD = 1, depth 1) filters and zero padding 1, and their gradients.
 * Layout n d h w c; channels of the inner blocks are multiples of 8.
 */
import type { Constants, KernelArray, KernelExample, KernelSpec } from '../kernel';
import stemText from './conv-stem.wgsl?raw';
import tile4Text from './conv-tile4.wgsl?raw';
import tile8Text from './conv-tile8.wgsl?raw';
import { gradientScale, noise, type Range, rangeOf, rangeWords, strided } from './example-arrays';
import flipText from './filter-flip.wgsl?raw';
import filterGradientText from './filter-gradient.wgsl?raw';
import { type PackedExample, type PackedKernel, packed, packs } from './pack';
import stemFilterGradientText from './stem-filter-gradient.wgsl?raw';
import sumPartsText from './sum-parts.wgsl?raw';

/** Visits every product of the convolution: offsets in x (sample stride XS), in the filter, and in y (planes from d0, stride `ys`). */
function eachProduct(
  c: Constants,
  range: Pick<Range, 'n0' | 'n' | 'd0' | 'dn'>,
  ys: number,
  visit: (x: number, f: number, y: number) => void,
): void {
  const { D, H, W, CI, CO, KD, XS } = c;
  for (let n = 0; n < range.n; n++)
    for (let d = range.d0; d < range.d0 + range.dn; d++)
      for (let h = 0; h < H; h++)
        for (let w = 0; w < W; w++)
          for (let tap = 0; tap < KD * 9; tap++) {
            const pd = d + Math.floor(tap / 9) - (KD >> 1);
            const ph = h + (Math.floor(tap / 3) % 3) - 1;
            const pw = w + (tap % 3) - 1;
            if (pd < 0 || pd >= D || ph < 0 || ph >= H || pw < 0 || pw >= W) continue;
            const x = (range.n0 + n) * XS + ((pd * H + ph) * W + pw) * CI;
            const y = n * ys + (((d - range.d0) * H + h) * W + w) * CO;
            for (let i = 0; i < CI; i++) for (let o = 0; o < CO; o++) visit(x + i, (tap * CI + i) * CO + o, y + o);
          }
}

/** The convolution in doubles; what `y` held between samples stays. */
function convolve(
  x: KernelArray,
  f: KernelArray,
  y: KernelArray,
  c: Constants,
  range: Pick<Range, 'n0' | 'n' | 'd0' | 'dn'>,
): KernelArray {
  const sums = new Float64Array(y.length);
  const { H, W, CO, YS } = c;
  eachProduct(c, range, YS, (xi, fi, yi) => {
    sums[yi] += x[xi] * f[fi];
  });
  const result = y.slice();
  const size = range.dn * H * W * CO;
  for (let n = 0; n < range.n; n++) for (let i = n * YS; i < n * YS + size; i++) result[i] = sums[i];
  return result;
}

/** Threads of a convolution for one sample, given its constants and planes. */
type ThreadsOf = (c: Constants, planes: number) => number;

function tileExample(
  title: string,
  threads: ThreadsOf,
  n: number,
  shape: readonly [number, number, number],
  CI: number,
  CO: number,
  KD = 3,
  slab: readonly [d0: number, dn: number] = [0, shape[0]],
): KernelExample {
  const [D, H, W] = shape;
  const [d0, dn] = slab;
  const voxels = D * H * W;
  const XS = voxels * CI + 4;
  const YS = dn * H * W * CO + 8;
  const constants = { D, H, W, CI, CO, KD, XS, YS, GROUP: n === 1 ? 16 : 64, NEAR: n === 1 ? 1 : 0 };
  return {
    title,
    constants,
    extent: { threads: threads(constants, dn), z: n },
    arrays: () => [
      rangeWords({ n, d0, dn, from1: d0 * H * W * CO }),
      strided(n, voxels * CI, XS, 1),
      noise(KD * 9 * CI * CO, 2),
      new Float32Array(n * YS),
    ],
  };
}

/** A convolution of inner blocks whose threads make `tile` voxels along w. */
export function innerConvolution(name: string, wgsl: string, tile: number, threads: ThreadsOf): KernelSpec {
  return {
    name,
    wgsl,
    bindings: [
      { name: 'range', access: 'uniform' },
      { name: 'x', access: 'read' },
      { name: 'f', access: 'read' },
      { name: 'y', access: 'write' },
    ],
    constants: ['D', 'H', 'W', 'CI', 'CO', 'KD', 'XS', 'YS', 'GROUP', 'NEAR'],
    half: ['x', 'y'],
    workgroupSize: 64,
    examples: [
      tileExample('one voxel', threads, 1, [1, 1, 1], 8, 8),
      tileExample('odd sizes, two samples', threads, 2, [3, 5, 7], 8, 16),
      tileExample('one more than a tile', threads, 1, [2, 3, tile + 1], 4, 8),
      tileExample('two dimensions', threads, 2, [1, 9, 2 * tile - 1], 16, 8, 1),
      tileExample('two planes of four', threads, 2, [4, 3, tile - 1], 8, 8, 3, [1, 2]),
      tileExample('more than a workgroup, 20 channels', threads, 1, [3, 7, 13], 20, 16),
    ],
    windows: ['x', 'y'],
    reference: ([range, x, f, y], c) => [convolve(x, f, y, c, rangeOf(range))],
    tolerance: 2e-6,
  };
}

/** Threads that make so many voxels along w x 8 channels each. */
export const tileThreads =
  (tile: number) =>
  ({ H, W, CO }: Constants, planes: number): number =>
    Math.ceil(W / tile) * H * planes * (CO / 8);

/** Forward, and the input gradient on a flipped filter; for rows longer than 4 voxels. */
export const convTile8 = innerConvolution('conv-tile8', tile8Text, 8, tileThreads(8));
/** The same with tiles of 4 voxels, for short rows. */
export const convTile4 = innerConvolution('conv-tile4', tile4Text, 4, tileThreads(4));

const stemThreads: ThreadsOf = ({ H, W, CO }, planes) => Math.ceil(W / 8) * Math.ceil(H / 2) * planes * (CO / 4);

function stemExample(
  title: string,
  threads: ThreadsOf,
  n: number,
  shape: readonly [number, number, number],
  CI: number,
  slab: [number, number],
  KD = 3,
): KernelExample {
  const [D, H, W] = shape;
  const [d0, dn] = slab;
  const CO = 8;
  const XS = D * H * W * CI + 1;
  const YS = dn * H * W * CO + 8;
  const constants = { D, H, W, CI, CO, KD, XS, YS };
  return {
    title,
    constants,
    extent: { threads: threads(constants, dn), z: n },
    arrays: () => [
      rangeWords({ n0: d0, n, d0, dn, from1: d0 * H * W * CO }),
      strided(n + d0, D * H * W * CI, XS, 3),
      noise(KD * 9 * CI * CO, 4),
      new Float32Array(n * YS),
    ],
  };
}

/** A convolution of the first block: any number of input channels, any slab of planes. */
export function firstConvolution(name: string, wgsl: string, threads: ThreadsOf): KernelSpec {
  return {
    name,
    wgsl,
    bindings: [
      { name: 'range', access: 'uniform' },
      { name: 'x', access: 'read' },
      { name: 'f', access: 'read' },
      { name: 'y', access: 'write' },
    ],
    constants: ['D', 'H', 'W', 'CI', 'CO', 'KD', 'XS', 'YS'],
    half: ['y'],
    windows: ['x', 'y'],
    workgroupSize: 64,
    examples: [
      stemExample('one voxel', threads, 1, [1, 1, 1], 1, [0, 1]),
      stemExample('one channel, odd sizes, two samples', threads, 2, [5, 7, 9], 1, [0, 5]),
      stemExample('planes 2 to 4 of three channels', threads, 1, [7, 3, 17], 3, [2, 3]),
      stemExample('two dimensions', threads, 2, [1, 11, 13], 3, [0, 1], 1),
    ],
    reference: ([range, x, f, y], c) => [convolve(x, f, y, c, rangeOf(range))],
    tolerance: 2e-6,
  };
}

export const convStem = firstConvolution('conv-stem', stemText, stemThreads);

/** Partial filter gradients, rows dealt out to lanes in turn; `range.dn` planes of g from `range.d0`. */
function filterParts(arrays: readonly KernelArray[], c: Constants, range: Range): KernelArray[] {
  const [, x, g, part] = arrays;
  const { H, W, CI, CO, KD, GS, S } = c;
  const size = KD * 9 * CI * CO;
  const sums = Float64Array.from(part, (value) => (range.first === 1 ? 0 : value));
  eachProduct(c, range, GS, (xi, fi, gi) => {
    const row = Math.floor(gi / GS) * range.dn * H + Math.floor((gi % GS) / (W * CO));
    sums[(row % S) * size + fi] += (x[xi] * g[gi]) / gradientScale(c);
  });
  return [Float32Array.from(sums)];
}

const filterBindings: KernelSpec['bindings'] = [
  { name: 'range', access: 'uniform' },
  { name: 'x', access: 'read' },
  { name: 'g', access: 'read' },
  { name: 'part', access: 'write' },
];

function filterExample(
  title: string,
  sizes: {
    n: number;
    shape: readonly [number, number, number];
    CI: number;
    CO: number;
    S: number;
    KD?: number;
    slab?: [number, number];
    first?: number;
  },
  threads: (c: Constants) => number,
): KernelExample {
  const { n, shape, CI, CO, S, KD = 3, first = 1 } = sizes;
  const [D, H, W] = shape;
  const [d0, dn] = sizes.slab ?? [0, D];
  const XS = D * H * W * CI + 4;
  const GS = dn * H * W * CO + 8;
  const constants = { D, H, W, CI, CO, KD, XS, GS, S };
  return {
    title,
    constants,
    extent: { threads: threads(constants), z: 1 },
    arrays: () => [
      rangeWords({ n0: d0, n, d0, dn, first, from1: d0 * H * W * CO }),
      strided(n + d0, D * H * W * CI, XS, 5),
      strided(n, dn * H * W * CO, GS, 6),
      noise(S * KD * 9 * CI * CO, 7),
    ],
  };
}

/** Of one sample, as all of filter gradients. */
export const filterThreads = (c: Constants): number => (c.CO / 8) * (c.CI / 4) * c.KD * 3 * c.S;
export const stemFilterThreads = (c: Constants): number => (c.CO / 8) * c.CI * c.KD * c.S;

/** A filter gradient of the inner blocks; of so many input channels and output channels the sizes are multiples. */
export function innerFilterGradient(
  name: string,
  wgsl: string,
  threads: (c: Constants) => number,
  [ci, co]: readonly [number, number] = [4, 8],
): KernelSpec {
  const [i, o] = [Math.max(ci, 8), Math.max(co, 8)];
  return {
    name,
    wgsl,
    bindings: filterBindings,
    constants: ['D', 'H', 'W', 'CI', 'CO', 'KD', 'XS', 'GS', 'S'],
    half: ['x', 'g'],
    windows: ['x', 'g'],
    workgroupSize: 64,
    examples: [
      filterExample('one voxel', { n: 1, shape: [1, 1, 1], CI: i, CO: o, S: 1 }, threads),
      filterExample('odd sizes, two samples, five lanes', { n: 2, shape: [3, 5, 7], CI: i, CO: 2 * o, S: 5 }, threads),
      filterExample('added to what is there', { n: 1, shape: [2, 4, 3], CI: ci, CO: co, S: 3, first: 0 }, threads),
      filterExample('two dimensions', { n: 3, shape: [1, 6, 5], CI: i, CO: o, S: 4, KD: 1 }, threads),
    ],
    reference: (arrays, c) => filterParts(arrays, c, rangeOf(arrays[0])),
    tolerance: 4e-6,
  };
}

export const filterGradient = innerFilterGradient('filter-gradient', filterGradientText, filterThreads);

/** A filter gradient of the first block: its input, the image, stays f32. */
export function firstFilterGradient(name: string, wgsl: string, threads: (c: Constants) => number): KernelSpec {
  return {
    name,
    wgsl,
    bindings: filterBindings,
    constants: ['D', 'H', 'W', 'CI', 'CO', 'KD', 'XS', 'GS', 'S'],
    half: ['g'],
    windows: ['x', 'g'],
    workgroupSize: 64,
    examples: [
      filterExample('one voxel', { n: 1, shape: [1, 1, 1], CI: 1, CO: 8, S: 1 }, threads),
      filterExample('odd sizes, two samples, seven lanes', { n: 2, shape: [5, 7, 9], CI: 1, CO: 8, S: 7 }, threads),
      filterExample(
        'planes 2 to 4 of three channels, added to what is there',
        { n: 2, shape: [7, 3, 5], CI: 3, CO: 16, S: 3, slab: [2, 3], first: 0 },
        threads,
      ),
      filterExample('two dimensions', { n: 2, shape: [1, 9, 11], CI: 3, CO: 8, S: 4, KD: 1 }, threads),
    ],
    reference: (arrays, c) => filterParts(arrays, c, rangeOf(arrays[0])),
    tolerance: 4e-6,
  };
}

export const stemFilterGradient = firstFilterGradient('stem-filter-gradient', stemFilterGradientText, stemFilterThreads);

/** Joins partial gradients and adds them to what has been accumulated. */
export const sumParts: PackedKernel = packed(
  {
    name: 'sum-parts',
    wgsl: sumPartsText,
    bindings: [
      { name: 'part', access: 'read' },
      { name: 'total', access: 'write' },
    ],
    constants: ['SIZE', 'S'],
    half: [],
    reference: ([part, total], { SIZE, S }) => [
      Float32Array.from(total, (value, i) => {
        let sum = value;
        for (let s = 0; s < S; s++) sum += part[s * SIZE + i];
        return sum;
      }),
    ],
    tolerance: 1e-6,
  },
  [
    ['one vector', 4, 1],
    ['not a multiple of 64', 276, 13],
    ['one float', 1, 3],
    ['an odd number', 27, 7],
  ].map(([title, SIZE, S]): PackedExample => {
    const [size, lanes] = [Number(SIZE), Number(S)];
    return {
      title: String(title),
      channels: size,
      constants: { SIZE: size, S: lanes },
      extent: { threads: packs(size), z: 1 },
      arrays: () => [noise(size * lanes, 8), noise(size, 9)],
    };
  }),
);

/** The filter whose convolution is the input gradient. */
export const filterFlip: KernelSpec = {
  name: 'filter-flip',
  wgsl: flipText,
  bindings: [
    { name: 'f', access: 'read' },
    { name: 'r', access: 'write' },
  ],
  constants: ['KD', 'CI', 'CO'],
  workgroupSize: 64,
  examples: [
    {
      title: 'three dimensions',
      constants: { KD: 3, CI: 8, CO: 16 },
      extent: { threads: 864, z: 1 },
      arrays: () => [noise(3456, 10), new Float32Array(3456)],
    },
    {
      title: 'two dimensions, odd',
      constants: { KD: 1, CI: 12, CO: 5 },
      extent: { threads: 135, z: 1 },
      arrays: () => [noise(540, 10), new Float32Array(540)],
    },
  ],
  reference: ([f, r], { KD, CI, CO }) => {
    const result = r.slice();
    for (let tap = 0; tap < KD * 9; tap++)
      for (let i = 0; i < CI; i++)
        for (let o = 0; o < CO; o++) result[(tap * CO + o) * CI + i] = f[((KD * 9 - 1 - tap) * CI + i) * CO + o];
    return [result];
  },
  tolerance: 0,
};

/**
 * @file Convolutions with filters, strides and zero padding of any size, and their gradients. Layout n d h w c. Images are volumes of
 * depth 1 with KD = SD = 1, PD = 0.
 *
 * A transposed convolution is the input gradient; its gradients are the convolution (of the input) and the filter gradient, where
 * the gradient of its output takes the place of x and its input that of g. Output padding is a larger D, H, W.
 *
 * Each has a form for channels that are multiples of 4 and 8, which loads vectors, and one for any number of channels.
 */
import type { Constants, KernelArray, KernelExample, KernelSpec } from '../kernel';
import text from './conv-strided.wgsl?raw';
import textOfAny from './conv-strided-any.wgsl?raw';
import filterGradientText from './conv-strided-filter-gradient.wgsl?raw';
import filterGradientTextOfAny from './conv-strided-filter-gradient-any.wgsl?raw';
import inputGradientText from './conv-strided-input-gradient.wgsl?raw';
import inputGradientTextOfAny from './conv-strided-input-gradient-any.wgsl?raw';
import { gradientScale, noise, type Range, rangeOf, rangeWords, strided } from './example-arrays';

/** Input D H W and output OD OH OW; filter KD K K; stride and padding along d (SD, PD) and along h and w (STRIDE, P). */
const geometry = ['D', 'H', 'W', 'OD', 'OH', 'OW', 'CI', 'CO', 'KD', 'K', 'SD', 'STRIDE', 'PD', 'P', 'XS', 'YS'] as const;

/** The geometry of a convolution as the kernels take it; XS and YS are elements from sample to sample. */
export type StridedGeometry = Readonly<Record<(typeof geometry)[number], number>>;

type Planes = Pick<Range, 'n0' | 'n' | 'd0' | 'dn'>;

/** Threads of the convolution, for `Extent`: of some planes of the output. */
export function stridedThreads({ OD, OH, OW, CO }: StridedGeometry, planes = OD): number {
  return Math.ceil(OW / 4) * OH * planes * Math.ceil(CO / 8);
}
/** Threads of the input gradient. */
export function stridedInputThreads({ D, H, W, CI, SD, STRIDE }: StridedGeometry): number {
  const turns = Math.ceil(W / (4 * STRIDE)) * Math.ceil(H / STRIDE) * Math.ceil(D / SD);
  return turns * SD * STRIDE * STRIDE * Math.ceil(CI / 8);
}
/** Threads of each lane of the filter gradient; `any` for the form that takes any channels. */
export function stridedFilterThreads({ CI, CO, KD, K }: Pick<StridedGeometry, 'CI' | 'CO' | 'KD' | 'K'>, any: boolean): number {
  return KD * K * Math.ceil(CO / 8) * (any ? Math.ceil(K / 4) * CI : K * (CI / 8));
}

/** Visits every product: offsets in x, in the filter, and in y (the planes of the range). */
function eachProduct(c: Constants, planes: Planes, visit: (x: number, f: number, y: number) => void): void {
  const { D, H, W, OH, OW, CI, CO, KD, K, SD, STRIDE, PD, P, XS, YS } = c;
  for (let n = 0; n < planes.n; n++)
    for (let row = 0; row < planes.dn * OH * OW; row++)
      for (let tap = 0; tap < KD * K * K; tap++) {
        const pd = (planes.d0 + Math.floor(row / (OH * OW))) * SD + Math.floor(tap / (K * K)) - PD;
        const ph = (Math.floor(row / OW) % OH) * STRIDE + (Math.floor(tap / K) % K) - P;
        const pw = (row % OW) * STRIDE + (tap % K) - P;
        if (pd < 0 || pd >= D || ph < 0 || ph >= H || pw < 0 || pw >= W) continue;
        const x = (planes.n0 + n) * XS + ((pd * H + ph) * W + pw) * CI;
        const y = n * YS + row * CO;
        for (let i = 0; i < CI; i++) for (let o = 0; o < CO; o++) visit(x + i, (tap * CI + i) * CO + o, y + o);
      }
}

/** Sums in doubles, written to `target` but for what lies between its samples. */
function written(target: KernelArray, n: number, size: number, stride: number, add: (sums: Float64Array) => void): KernelArray[] {
  const sums = new Float64Array(target.length);
  add(sums);
  const result = target.slice();
  for (let k = 0; k < n; k++) result.set(sums.subarray(k * stride, k * stride + size), k * stride);
  return [result];
}

function forward([x, f, y]: readonly KernelArray[], c: Constants, planes: Planes): KernelArray[] {
  return written(y, planes.n, planes.dn * c.OH * c.OW * c.CO, c.YS, (sums) =>
    eachProduct(c, planes, (xi, fi, yi) => {
      sums[yi] += x[xi] * f[fi];
    }),
  );
}

/** Planes d0 … d0 + dn − 1 of dx, which begins with the first of them. */
function inputGradient([g, f, dx]: readonly KernelArray[], c: Constants, { n, d0, dn }: Planes): KernelArray[] {
  const plane = c.H * c.W * c.CI;
  return written(dx, n, dn * plane, c.XS, (sums) =>
    eachProduct(c, { n0: 0, n, d0: 0, dn: c.OD }, (xi, fi, gi) => {
      const [sample, at] = [Math.floor(xi / c.XS), (xi % c.XS) - d0 * plane];
      if (at >= 0 && at < dn * plane) sums[sample * c.XS + at] += g[gi] * f[fi];
    }),
  );
}

/** Partial gradients, rows dealt out to lanes in turn. */
function filterParts([words, x, g, part]: readonly KernelArray[], c: Constants): KernelArray[] {
  const range = rangeOf(words);
  const size = c.KD * c.K * c.K * c.CI * c.CO;
  const sums = Float64Array.from(part, (value) => (range.first === 1 ? 0 : value));
  eachProduct(c, range, (xi, fi, gi) => {
    const row = Math.floor(gi / c.YS) * range.dn * c.OH + Math.floor((gi % c.YS) / (c.OW * c.CO));
    sums[(row % c.S) * size + fi] += (x[xi] * g[gi]) / gradientScale(c);
  });
  return [Float32Array.from(sums)];
}

interface Case {
  readonly title: string;
  readonly n: number;
  /** Input, depth 1 for images. */
  readonly shape: readonly [number, number, number];
  /** Channels of the vector form, and of the one for any channels. */
  readonly channels: readonly [CI: number, CO: number];
  readonly any: readonly [CI: number, CO: number];
  /** Filter, stride, padding. */
  readonly window: readonly [K: number, STRIDE: number, P: number];
  readonly flat?: boolean;
}

const cases: readonly Case[] = [
  { title: 'one voxel', n: 1, shape: [1, 1, 1], channels: [8, 8], any: [1, 1], window: [3, 2, 1] },
  { title: 'stride 2, odd sizes, two samples', n: 2, shape: [3, 5, 11], channels: [8, 16], any: [1, 8], window: [3, 2, 1] },
  { title: 'stride 2, even sizes', n: 1, shape: [4, 2, 10], channels: [16, 8], any: [5, 11], window: [3, 2, 1] },
  { title: 'filter 4, stride 2, even and odd sizes', n: 1, shape: [4, 5, 7], channels: [8, 8], any: [3, 12], window: [4, 2, 1] },
  { title: 'filter 3, stride 1', n: 2, shape: [2, 3, 5], channels: [8, 8], any: [12, 1], window: [3, 1, 1] },
  { title: 'filter 7, stride 2, images', n: 2, shape: [1, 9, 12], channels: [8, 8], any: [3, 9], window: [7, 2, 3], flat: true },
  { title: 'filter 1, stride 2, images', n: 1, shape: [1, 5, 6], channels: [8, 16], any: [6, 3], window: [1, 2, 0], flat: true },
  {
    title: 'filter 2, stride 3: voxels that nothing reaches',
    n: 1,
    shape: [5, 4, 8],
    channels: [8, 8],
    any: [2, 2],
    window: [2, 3, 0],
  },
];

function geometryOf({ shape, window, flat = false }: Case, [CI, CO]: readonly [number, number]): StridedGeometry {
  const [D, H, W] = shape;
  const [K, STRIDE, P] = window;
  const [KD, SD, PD] = flat ? [1, 1, 0] : window;
  const [OD, OH, OW] = [
    Math.floor((D + 2 * PD - KD) / SD) + 1,
    Math.floor((H + 2 * P - K) / STRIDE) + 1,
    Math.floor((W + 2 * P - K) / STRIDE) + 1,
  ];
  return { D, H, W, OD, OH, OW, CI, CO, KD, K, SD, STRIDE, PD, P, XS: D * H * W * CI + 16, YS: OD * OH * OW * CO + 8 };
}

const filterSize = ({ KD, K, CI, CO }: StridedGeometry): number => KD * K * K * CI * CO;

/** Examples of one kernel: the cases, small workgroups and both orders of threads among them. */
function examplesOf(
  any: boolean,
  make: (c: StridedGeometry, one: Case, order: { GROUP: number; NEAR: number }) => Omit<KernelExample, 'title'>,
): KernelExample[] {
  return cases.map((one) => {
    const order = one.n === 1 ? { GROUP: 16, NEAR: 1 } : { GROUP: 64, NEAR: 0 };
    return { title: one.title, ...make(geometryOf(one, any ? one.any : one.channels), one, order) };
  });
}

const forwardArrays = (c: StridedGeometry, n: number, planes = c.OD): KernelArray[] => [
  strided(n, c.D * c.H * c.W * c.CI, c.XS, 11),
  noise(filterSize(c), 12),
  new Float32Array((n - 1) * c.YS + planes * c.OH * c.OW * c.CO),
];
const inputArrays = (c: StridedGeometry, n: number): KernelArray[] => [
  strided(n, c.OD * c.OH * c.OW * c.CO, c.YS, 13),
  noise(filterSize(c), 12),
  new Float32Array(n * c.XS),
];

const bindings = (read: string, write: string): KernelSpec['bindings'] => [
  { name: 'range', access: 'uniform' },
  { name: read, access: 'read' },
  { name: 'f', access: 'read' },
  { name: write, access: 'write' },
];
/** Forward; CI a multiple of 4, CO of 8. */
export const convStrided: KernelSpec = {
  name: 'conv-strided',
  wgsl: text,
  bindings: bindings('x', 'y'),
  constants: [...geometry, 'GROUP', 'NEAR'],
  half: ['x', 'y'],
  windows: ['x', 'y'],
  workgroupSize: 64,
  examples: examplesOf(false, (c, { n }, order) => ({
    constants: { ...c, ...order },
    extent: { threads: stridedThreads(c), z: n },
    arrays: () => [rangeWords({ n, dn: c.OD }), ...forwardArrays(c, n)],
  })),
  reference: ([range, ...arrays], c) => forward(arrays, c, rangeOf(range)),
  tolerance: 4e-6,
};

/** Forward with any channels, of the planes of a range (`n0`, `d0`, `dn`): the first block, and outputs of few channels. */
export const convStridedAny: KernelSpec = {
  name: 'conv-strided-any',
  wgsl: textOfAny,
  bindings: bindings('x', 'y'),
  constants: geometry,
  half: ['y'],
  windows: ['x', 'y'],
  workgroupSize: 64,
  examples: [
    ...examplesOf(true, (c, { n }) => ({
      constants: c,
      extent: { threads: stridedThreads(c), z: n },
      arrays: () => [rangeWords({ n, dn: c.OD }), ...forwardArrays(c, n)],
    })),
    ...[geometryOf(cases[1], [3, 8])].map((c) => ({
      title: 'plane 1 of the second sample',
      constants: c,
      extent: { threads: stridedThreads(c, 1), z: 1 },
      arrays: () => [rangeWords({ n0: 1, n: 1, d0: 1, dn: 1, from1: c.OH * c.OW * c.CO }), ...forwardArrays(c, 2, 1)],
    })),
  ],
  reference: ([range, ...arrays], c) => forward(arrays, c, rangeOf(range)),
  tolerance: 4e-6,
};

/** Input gradient, or transposed convolution; CI a multiple of 8, CO of 4. */
export const convStridedInputGradient: KernelSpec = {
  name: 'conv-strided-input-gradient',
  wgsl: inputGradientText,
  bindings: bindings('g', 'dx'),
  constants: [...geometry, 'GROUP', 'NEAR'],
  half: ['g', 'dx'],
  windows: ['g', 'dx'],
  workgroupSize: 64,
  examples: examplesOf(false, (c, { n }, order) => ({
    constants: { ...c, ...order },
    extent: { threads: stridedInputThreads(c), z: n },
    arrays: () => [rangeWords({ n, dn: c.D }), ...inputArrays(c, n)],
  })),
  reference: ([range, ...arrays], c) => inputGradient(arrays, c, rangeOf(range)),
  tolerance: 4e-6,
};

/** Input gradient, or transposed convolution, with any channels. */
export const convStridedInputGradientAny: KernelSpec = {
  ...convStridedInputGradient,
  name: 'conv-strided-input-gradient-any',
  wgsl: inputGradientTextOfAny,
  constants: geometry,
  examples: examplesOf(true, (c, { n }) => ({
    constants: c,
    extent: { threads: stridedInputThreads(c), z: n },
    arrays: () => [rangeWords({ n, dn: c.D }), ...inputArrays(c, n)],
  })),
};

function filterExamples(any: boolean): KernelExample[] {
  const make = (c: StridedGeometry, n: number, S: number, range: Partial<Range>): Omit<KernelExample, 'title'> => {
    const { n0 = 0, dn = c.OD } = range;
    return {
      constants: { ...c, S },
      extent: { threads: stridedFilterThreads(c, any) * S, z: 1 },
      arrays: () => [
        rangeWords({ n, dn, from1: (range.d0 ?? 0) * c.OH * c.OW * c.CO, ...range }),
        strided(n0 + n, c.D * c.H * c.W * c.CI, c.XS, 14),
        strided(n, dn * c.OH * c.OW * c.CO, c.YS, 15),
        noise(S * filterSize(c), 16),
      ],
    };
  };
  const first = cases[1];
  return [
    ...examplesOf(any, (c, { n }) => make(c, n, n === 1 ? 1 : 5, { first: 1 })),
    {
      title: 'plane 1 of the second sample, added to what is there',
      ...make(geometryOf(first, any ? [3, 8] : first.channels), 1, 3, { n0: 1, d0: 1, dn: 1, first: 0 }),
    },
  ];
}

/** Partial filter gradients of the planes of a range, to be joined by `sum-parts`; CI and CO multiples of 8. */
export const convStridedFilterGradient: KernelSpec = {
  name: 'conv-strided-filter-gradient',
  wgsl: filterGradientText,
  bindings: [
    { name: 'range', access: 'uniform' },
    { name: 'x', access: 'read' },
    { name: 'g', access: 'read' },
    { name: 'part', access: 'write' },
  ],
  constants: [...geometry, 'S'],
  half: ['x', 'g'],
  windows: ['x', 'g'],
  workgroupSize: 64,
  examples: filterExamples(false),
  reference: filterParts,
  tolerance: 4e-6,
};

/** The same with any channels; its input stays f32. */
export const convStridedFilterGradientAny: KernelSpec = {
  ...convStridedFilterGradient,
  name: 'conv-strided-filter-gradient-any',
  wgsl: filterGradientTextOfAny,
  half: ['g'],
  examples: filterExamples(true),
};

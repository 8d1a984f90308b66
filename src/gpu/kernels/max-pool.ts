/**
 * @file Front-padded max pool (window PD × P × P, a zero plane in front of odd axes) that says where its maxima were, the unpool that
 * puts values back there, and their gradients: unpooling is also the gradient of the pool.
 */
import type { Constants, KernelArray } from '../kernel';
import { noise, type Range, rangeOf, rangeWords, strided } from './example-arrays';
import indicesText from './max-pool-indices.wgsl?raw';
import unpoolText from './max-unpool-crop.wgsl?raw';
import unpoolGradientText from './max-unpool-gradient.wgsl?raw';
import { type PackedExample, type PackedKernel, packed } from './pack';

interface Voxel {
  /** Offset in the large tensor, sample and slab included; undefined in the padding. */
  readonly at: number | undefined;
  /** Row-major place in the padded volume. */
  readonly place: number;
}

interface Window {
  /** Number of the pooled voxel, and of its sample in the pooled tensor. */
  readonly cell: number;
  readonly sample: number;
  /** In row-major order. */
  readonly voxels: readonly Voxel[];
}

/** All windows of a range; samples of the large tensor are `stride` elements apart. */
function windows(c: Constants, range: Range, stride: number): Window[] {
  const { D, H, W, C, PD, P } = c;
  const pooled = (length: number, p: number): number => Math.ceil(length / p);
  const [QD, QH, QW] = [pooled(D, PD), pooled(H, P), pooled(W, P)];
  const result: Window[] = [];
  for (let n = 0; n < range.n; n++)
    for (let qd = range.q0; qd < range.q0 + range.qn; qd++)
      for (let qh = 0; qh < QH; qh++)
        for (let qw = 0; qw < QW; qw++) {
          const voxels = Array.from({ length: PD * P * P }, (_, i): Voxel => {
            const [pd, ph, pw] = [qd * PD + Math.floor(i / (P * P)), qh * P + (Math.floor(i / P) % P), qw * P + (i % P)];
            const [d, h, w] = [pd - (QD * PD - D), ph - (QH * P - H), pw - (QW * P - W)];
            const at = d < 0 || h < 0 || w < 0 ? undefined : n * stride + (((d - range.d0) * H + h) * W + w) * C;
            return { at, place: (pd * QH * P + ph) * QW * P + pw };
          });
          result.push({ sample: range.n0 + n, cell: (qd * QH + qh) * QW + qw, voxels });
        }
  return result;
}

interface Sizes {
  readonly n: number;
  /** Samples before the range. */
  readonly n0?: number;
  readonly shape: readonly [number, number, number];
  readonly C: number;
  /** Window along d, and along h and w. */
  readonly window?: readonly [number, number];
  /** First plane and number of planes of the large tensor, then of the pooled one. */
  readonly slab?: readonly [number, number, number, number];
}

const cases: readonly (readonly [string, Sizes])[] = [
  ['one voxel', { n: 1, shape: [1, 1, 1], C: 1 }],
  ['odd sizes, two samples of 3 channels', { n: 2, shape: [5, 3, 7], C: 3 }],
  ['5 channels, even and odd', { n: 1, shape: [4, 5, 2], C: 5 }],
  ['two dimensions, one channel', { n: 2, shape: [1, 5, 9], C: 1, window: [1, 2] }],
  ['one voxel, 8 channels', { n: 1, shape: [1, 1, 1], C: 8 }],
  ['odd sizes, two samples of 16 channels', { n: 2, shape: [5, 7, 3], C: 16 }],
  ['two dimensions, 8 channels', { n: 2, shape: [1, 6, 9], C: 8, window: [1, 2] }],
  ['windows 2 and 3 of an odd depth', { n: 2, shape: [9, 3, 4], C: 8, n0: 1, slab: [3, 4, 2, 2] }],
];

interface Setting {
  readonly constants: Constants;
  readonly range: Partial<Range>;
  /** Elements of the large tensor before its window. */
  readonly before: number;
  /** Threads per channel. */
  readonly windows: number;
  /** Elements of the large tensor in use, per sample; samples of the pooled one. */
  readonly size: number;
  readonly samples: number;
}

function settingOf({ n, n0 = 0, shape, C, window = [2, 2], slab }: Sizes, codes: boolean): Setting {
  const [D, H, W] = shape;
  const [PD, P] = window;
  const [QD, QH, QW] = [Math.ceil(D / PD), Math.ceil(H / P), Math.ceil(W / P)];
  const [d0, dn, q0, qn] = slab ?? [0, D, 0, QD];
  const pooled = QD * QH * QW * C;
  const size = dn * H * W * C;
  const before = d0 * H * W * C;
  const constants = { D, H, W, C, PD, P, XS: size + 8, ZS: pooled + 4, CS: codes ? pooled / 8 + 3 : pooled + 8 };
  return { constants, range: { n0, n, d0, dn, q0, qn }, before, windows: qn * QH * QW, size, samples: n0 + n };
}

/** `XS` under the name that a kernel gives the large tensor's distance of samples. */
function asY({ XS, ...rest }: Constants): Constants {
  return { ...rest, YS: XS };
}

function extentOf({ windows, range, constants }: Setting): PackedExample['extent'] {
  const { C } = constants;
  return { threads: windows * (C % 4 === 0 ? C / 4 : C), z: range.n! };
}

/** Few distinct values, so that ties are common, with negative ones that lose against the padding. */
const tied = (values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> =>
  values.map((value) => Math.round(value * 3 - 1) / 4);

/** Values and places of the maxima. */
export const maxPoolIndices: PackedKernel = packed(
  {
    name: 'max-pool-indices',
    wgsl: indicesText,
    bindings: [
      { name: 'range', access: 'uniform' },
      { name: 'x', access: 'read' },
      { name: 'p', access: 'write' },
      { name: 'index', access: 'write' },
    ],
    constants: ['D', 'H', 'W', 'C', 'PD', 'P', 'XS', 'ZS', 'CS'],
    half: ['x', 'p'],
    windows: ['x', 'p', 'index'],
    reference: ([range, x, p, index], constants) => {
      const { C, XS, ZS, CS } = constants;
      const [values, indices] = [p.slice(), index.slice()];
      for (const { sample, cell, voxels } of windows(constants, rangeOf(range), XS))
        for (let c = 0; c < C; c++) {
          const inWindow = voxels.map(({ at }) => (at === undefined ? 0 : x[at + c]));
          const best = inWindow.reduce((top, value) => Math.max(top, value));
          values[sample * ZS + cell * C + c] = best;
          indices[sample * CS + cell * C + c] = voxels[inWindow.indexOf(best)].place;
        }
      return [values, indices];
    },
    tolerance: 0,
  },
  cases.map(([title, sizes]) => {
    const setting = settingOf(sizes, false);
    const { constants, range, size, samples } = setting;
    return {
      title,
      channels: sizes.C,
      constants,
      extent: extentOf(setting),
      arrays: () => [
        rangeWords({ ...range, from0: setting.before }),
        tied(strided(sizes.n, size, constants.XS, 51)),
        new Float32Array(samples * constants.ZS),
        new Uint32Array(samples * constants.CS),
      ],
    };
  }),
);

/** Places 0…7 in the window and 8, eight to a word, at random. */
function codes(length: number, seed: number): Uint32Array<ArrayBuffer> {
  const random = noise(length * 8, seed);
  return Uint32Array.from({ length }, (_, word) =>
    random.subarray(word * 8, word * 8 + 8).reduce((bits, value, c) => bits + Math.floor((value + 1) * 4.5) * 16 ** c, 0),
  );
}

/** A place in every window, the padding included, as `max-pool-indices` tells it. */
function someIndices(constants: Constants, range: Range, seed: number): Uint32Array<ArrayBuffer> {
  const { C, CS } = constants;
  const indices = new Uint32Array((range.n0 + range.n) * CS);
  const random = noise(indices.length, seed);
  for (const { sample, cell, voxels } of windows(constants, range, 0))
    for (let c = 0; c < C; c++) {
      const at = sample * CS + cell * C + c;
      indices[at] = voxels[Math.floor(((random[at] + 1) / 2) * voxels.length)].place;
    }
  return indices;
}

/** The voxel of a window that `index` names for channel c. */
function chosen({ cell, sample, voxels }: Window, c: number, index: KernelArray, { C, CS, CODES }: Constants): Voxel | undefined {
  if (CODES === 0) return voxels.find(({ place }) => place === index[sample * CS + cell * C + c]);
  const code = (index[sample * CS + (cell * C + c - (c % 8)) / 8] >>> (4 * (c % 8))) & 15;
  return voxels[code === 8 ? 0 : code];
}

/** Examples with indices, and with codes where channels and window allow. */
const unpoolCases = cases.flatMap(([title, sizes]) => [
  { title, sizes, CODES: 0 },
  ...(sizes.C % 8 === 0 ? [{ title: `${title}, codes`, sizes, CODES: 1 }] : []),
]);

function unpoolExample({ title, sizes, CODES }: (typeof unpoolCases)[number], fromPooled: boolean): PackedExample {
  const setting = settingOf(sizes, CODES === 1);
  const { range, size, samples } = setting;
  const constants: Constants = { ...asY(setting.constants), CODES };
  const { YS, ZS, CS, PD, C } = constants;
  const places = (): Uint32Array<ArrayBuffer> => {
    if (CODES === 0) return someIndices(constants, rangeOf(rangeWords(range)), 53);
    // In two dimensions a window has four places.
    const made = codes(samples * CS, 53);
    return PD === 2 ? made : made.map((word) => word & 0x33333333);
  };
  const large = strided(sizes.n, size, YS, 54);
  return {
    title,
    channels: C,
    constants,
    extent: extentOf(setting),
    arrays: () =>
      fromPooled
        ? [rangeWords({ ...range, from2: setting.before }), strided(samples, ZS - 4, ZS, 52), places(), large.slice()]
        : [rangeWords({ ...range, from0: setting.before }), large.slice(), places(), new Float32Array(samples * ZS)],
  };
}

/** Values back at the places of the maxima, and the gradient of the pool. */
export const maxUnpoolCrop: PackedKernel = packed(
  {
    name: 'max-unpool-crop',
    wgsl: unpoolText,
    bindings: [
      { name: 'range', access: 'uniform' },
      { name: 'v', access: 'read' },
      { name: 'index', access: 'read' },
      { name: 'y', access: 'write' },
    ],
    constants: ['D', 'H', 'W', 'C', 'PD', 'P', 'YS', 'ZS', 'CS', 'CODES'],
    half: ['v', 'y'],
    windows: ['v', 'index', 'y'],
    reference: ([range, v, index, y], constants) => {
      const { C, YS, ZS } = constants;
      const result = y.slice();
      for (const window of windows(constants, rangeOf(range), YS))
        for (let c = 0; c < C; c++) {
          const here = chosen(window, c, index, constants);
          for (const voxel of window.voxels)
            if (voxel.at !== undefined) result[voxel.at + c] = voxel === here ? v[window.sample * ZS + window.cell * C + c] : 0;
        }
      return [result];
    },
    tolerance: 0,
  },
  unpoolCases.map((one) => unpoolExample(one, true)),
);

/** The gradient with respect to the values that were unpooled. */
export const maxUnpoolGradient: PackedKernel = packed(
  {
    name: 'max-unpool-gradient',
    wgsl: unpoolGradientText,
    bindings: [
      { name: 'range', access: 'uniform' },
      { name: 'dy', access: 'read' },
      { name: 'index', access: 'read' },
      { name: 'dv', access: 'write' },
    ],
    constants: ['D', 'H', 'W', 'C', 'PD', 'P', 'YS', 'ZS', 'CS', 'CODES'],
    half: ['dy', 'dv'],
    windows: ['dy', 'index', 'dv'],
    reference: ([range, dy, index, dv], constants) => {
      const { C, YS, ZS } = constants;
      const result = dv.slice();
      for (const window of windows(constants, rangeOf(range), YS))
        for (let c = 0; c < C; c++) {
          const at = chosen(window, c, index, constants)?.at;
          result[window.sample * ZS + window.cell * C + c] = at === undefined ? 0 : dy[at + c];
        }
      return [result];
    },
    tolerance: 0,
  },
  unpoolCases.map((one) => unpoolExample(one, false)),
);

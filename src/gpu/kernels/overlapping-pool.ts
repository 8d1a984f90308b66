/** @file Max pool with windows that overlap (kernel 3, stride 2: PyTorch's MaxPool2d and MaxPool3d), and its gradient. */
import type { Constants } from '../kernel';
import { type Range, rangeOf, rangeWords, strided } from './example-arrays';
import poolText from './max-pool.wgsl?raw';
import gradientText from './max-pool-gradient.wgsl?raw';
import { type PackedExample, type PackedKernel, packed, packs } from './pack';

/** Pooled length of each axis. */
function pooledShape({ D, H, W, KD, K, S, PAD }: Constants): [number, number, number] {
  const pooled = (length: number): number => Math.floor((length + 2 * PAD - K) / S) + 1;
  return [KD === 1 ? D : pooled(D), pooled(H), pooled(W)];
}

interface Window {
  /** Number of the pooled voxel. */
  readonly cell: number;
  /** Row-major places in the volume of the voxels that are inside it, in order. */
  readonly places: readonly number[];
}

/** Windows of the pooled planes q0 … q0 + qn − 1. */
function windows(constants: Constants, q0: number, qn: number): Window[] {
  const { D, H, W, KD, K, S, PAD } = constants;
  const [, QH, QW] = pooledShape(constants);
  const [SD, PADD] = KD === 1 ? [1, 0] : [S, PAD];
  const result: Window[] = [];
  for (let cell = q0 * QH * QW; cell < (q0 + qn) * QH * QW; cell++) {
    const [qd, qh, qw] = [Math.floor(cell / (QH * QW)), Math.floor(cell / QW) % QH, cell % QW];
    const places: number[] = [];
    for (let d = qd * SD - PADD; d < qd * SD - PADD + KD; d++)
      for (let h = qh * S - PAD; h < qh * S - PAD + K; h++)
        for (let w = qw * S - PAD; w < qw * S - PAD + K; w++)
          if (d >= 0 && h >= 0 && w >= 0 && d < D && h < H && w < W) places.push((d * H + h) * W + w);
    result.push({ cell, places });
  }
  return result;
}

interface Sizes {
  readonly n: number;
  readonly n0?: number;
  readonly shape: readonly [number, number, number];
  readonly C: number;
  /** Two dimensions, with a voxel of padding. */
  readonly flat?: boolean;
  /** First plane and number of planes of the volume, then of the pooled tensor. */
  readonly slab?: readonly [number, number, number, number];
}

const cases: readonly (readonly [string, Sizes])[] = [
  ['one window', { n: 1, shape: [3, 3, 3], C: 1 }],
  ['a row that no window reaches, two samples of 3 channels', { n: 2, shape: [5, 4, 7], C: 3 }],
  ['two dimensions, 5 channels', { n: 2, shape: [1, 5, 6], C: 5, flat: true }],
  ['two dimensions, one voxel', { n: 1, shape: [1, 1, 1], C: 8, flat: true }],
  ['two samples of 16 channels', { n: 2, shape: [6, 5, 7], C: 16 }],
  ['two dimensions, 8 channels', { n: 1, shape: [1, 8, 7], C: 8, flat: true }],
  ['two planes of four', { n: 2, shape: [9, 5, 3], C: 8, n0: 1, slab: [2, 5, 1, 2] }],
];

function settingOf({ n, n0 = 0, shape, C, flat = false, slab }: Sizes): {
  readonly constants: Constants;
  readonly range: Partial<Range>;
  readonly size: number;
  readonly pooled: number;
} {
  const [D, H, W] = shape;
  const kernel = { D, H, W, C, KD: flat ? 1 : 3, K: 3, S: 2, PAD: flat ? 1 : 0 };
  const [QD, QH, QW] = pooledShape(kernel);
  const [d0, dn, q0, qn] = slab ?? [0, D, 0, QD];
  const pooled = QD * QH * QW * C;
  const size = dn * H * W * C;
  const constants = { ...kernel, XS: size + 8, ZS: pooled + 4, CS: pooled + 8 };
  return { constants, range: { n0, n, d0, dn, q0, qn }, size, pooled };
}

const tied = (values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> =>
  values.map((value) => Math.round(value * 3 - 1) / 4);

/** Values and places of the maxima. */
export const maxPool: PackedKernel = packed(
  {
    name: 'max-pool',
    wgsl: poolText,
    bindings: [
      { name: 'range', access: 'uniform' },
      { name: 'x', access: 'read' },
      { name: 'p', access: 'write' },
      { name: 'index', access: 'write' },
    ],
    constants: ['D', 'H', 'W', 'C', 'KD', 'K', 'S', 'PAD', 'XS', 'ZS', 'CS'],
    half: ['x', 'p'],
    windows: ['x', 'p', 'index'],
    reference: ([words, x, p, index], constants) => {
      const { H, W, C, XS, ZS, CS } = constants;
      const { n0, n, d0, q0, qn } = rangeOf(words);
      const [values, indices] = [p.slice(), index.slice()];
      for (const { cell, places } of windows(constants, q0, qn))
        for (let i = 0; i < n * C; i++) {
          const [sample, c] = [Math.floor(i / C), i % C];
          const inWindow = places.map((place) => x[sample * XS + (place - d0 * H * W) * C + c]);
          const best = inWindow.reduce((top, value) => Math.max(top, value));
          values[(n0 + sample) * ZS + cell * C + c] = best;
          indices[(n0 + sample) * CS + cell * C + c] = places[inWindow.indexOf(best)];
        }
      return [values, indices];
    },
    tolerance: 0,
  },
  cases.map(([title, sizes]): PackedExample => {
    const { constants, range, size } = settingOf(sizes);
    const { C, XS, ZS, CS } = constants;
    const samples = sizes.n + range.n0!;
    const [, QH, QW] = pooledShape(constants);
    return {
      title,
      channels: C,
      constants,
      extent: { threads: range.qn! * QH * QW * packs(C), z: sizes.n },
      arrays: () => [
        rangeWords({ ...range, from0: range.d0! * constants.H * constants.W * C }),
        tied(strided(sizes.n, size, XS, 55)),
        new Float32Array(samples * ZS),
        new Uint32Array(samples * CS),
      ],
    };
  }),
);

/** The gradient with respect to x. */
export const maxPoolGradient: PackedKernel = packed(
  {
    name: 'max-pool-gradient',
    wgsl: gradientText,
    bindings: [
      { name: 'range', access: 'uniform' },
      { name: 'dp', access: 'read' },
      { name: 'index', access: 'read' },
      { name: 'dx', access: 'write' },
    ],
    constants: ['D', 'H', 'W', 'C', 'KD', 'K', 'S', 'PAD', 'XS', 'ZS', 'CS'],
    half: ['dp', 'dx'],
    windows: ['dp', 'index', 'dx'],
    reference: ([words, dp, index, dx], constants) => {
      const { H, W, C, XS, ZS, CS } = constants;
      const { n0, n, d0, dn } = rangeOf(words);
      const result = dx.slice();
      for (let sample = 0; sample < n; sample++) result.fill(0, sample * XS, sample * XS + dn * H * W * C);
      for (const { cell } of windows(constants, 0, pooledShape(constants)[0]))
        for (let i = 0; i < n * C; i++) {
          const [sample, c] = [Math.floor(i / C), i % C];
          const voxel = index[(n0 + sample) * CS + cell * C + c] - d0 * H * W;
          if (voxel >= 0 && voxel < dn * H * W) result[sample * XS + voxel * C + c] += dp[(n0 + sample) * ZS + cell * C + c];
        }
      return [result];
    },
    tolerance: 1e-6,
  },
  cases.map(([title, sizes]): PackedExample => {
    const { constants, range, size, pooled } = settingOf(sizes);
    const { H, W, C, XS, ZS, CS } = constants;
    const samples = sizes.n + range.n0!;
    return {
      title,
      channels: C,
      constants,
      extent: { threads: range.dn! * H * W * packs(C), z: sizes.n },
      arrays: () => {
        const gradients = strided(samples, pooled, ZS, 56);
        const choice = strided(samples, pooled, CS, 57);
        const index = new Uint32Array(samples * CS);
        for (const { cell, places } of windows(constants, 0, pooledShape(constants)[0]))
          for (let i = 0; i < samples * C; i++) {
            const at = Math.floor(i / C) * CS + cell * C + (i % C);
            index[at] = places[Math.floor(((choice[at] + 1) / 2) * places.length)];
          }
        return [rangeWords({ ...range, from2: range.d0! * H * W * C }), gradients, index, strided(sizes.n, size, XS, 58)];
      },
    };
  }),
);

/** @file Enlarging by a whole factor, nearest neighbour, and its gradient. */
import type { Constants } from '../kernel';
import { type Range, rangeOf, rangeWords, strided } from './example-arrays';
import { type PackedExample, type PackedKernel, packed, packs } from './pack';
import upsampleText from './upsample.wgsl?raw';
import gradientText from './upsample-gradient.wgsl?raw';

interface Sizes {
  readonly n: number;
  readonly shape: readonly [number, number, number];
  readonly C: number;
  readonly BY: number;
  readonly flat?: boolean;
  /** Planes of the small tensor; both are seen from there on. */
  readonly slab?: readonly [d0: number, dn: number];
}

const cases: readonly (readonly [string, Sizes])[] = [
  ['one voxel', { n: 1, shape: [1, 1, 1], C: 1, BY: 2 }],
  ['two samples of 3 channels', { n: 2, shape: [2, 3, 4], C: 3, BY: 2 }],
  ['images, three times', { n: 2, shape: [1, 3, 2], C: 4, BY: 3, flat: true }],
  ['8 channels', { n: 1, shape: [3, 2, 2], C: 8, BY: 2 }],
  ['two planes of four', { n: 1, shape: [4, 2, 3], C: 4, BY: 2, slab: [1, 2] }],
  ['one plane of three, 5 channels', { n: 1, shape: [3, 2, 1], C: 5, BY: 2, slab: [2, 1] }],
];

/** Offsets of every pair of a small and a large element that belong together, in windows that begin with the slab. */
function pairs({ D, H, W, C, BY, BYD, XS, YS }: Constants, n: number, [d0, dn]: readonly [number, number]) {
  const result: { x: number; y: number }[] = [];
  const [OH, OW] = [H * BY, W * BY];
  for (let k = 0; k < n; k++)
    for (let d = d0 * BYD; d < Math.min(D, d0 + dn) * BYD; d++)
      for (let h = 0; h < OH; h++)
        for (let w = 0; w < OW; w++)
          for (let c = 0; c < C; c++) {
            const [sd, sh, sw] = [Math.floor(d / BYD) - d0, Math.floor(h / BY), Math.floor(w / BY)];
            result.push({
              x: k * XS + ((sd * H + sh) * W + sw) * C + c,
              y: k * YS + (((d - d0 * BYD) * OH + h) * OW + w) * C + c,
            });
          }
  return result;
}

function settingOf({ n, shape: [D, H, W], C, BY, flat = false, slab = [0, D] }: Sizes) {
  const BYD = flat ? 1 : BY;
  const [d0, dn] = slab;
  const small = dn * H * W * C;
  const large = small * BYD * BY * BY;
  const constants = { D, H, W, C, BY, BYD, XS: small + 4, YS: large + 8 };
  const plane = H * W * C;
  const from = { small: d0 * plane, large: d0 * BYD * plane * BY * BY };
  return { n, constants, small, large, d0, dn, from, voxels: dn * H * W };
}

/** The planes of a range, in the small tensor. */
const slabOf = ({ d0, dn }: Range, by: number): readonly [number, number] => [d0 / by, dn / by];

export const upsample: PackedKernel = packed(
  {
    name: 'upsample',
    wgsl: upsampleText,
    bindings: [
      { name: 'range', access: 'uniform' },
      { name: 'x', access: 'read' },
      { name: 'y', access: 'write' },
    ],
    constants: ['D', 'H', 'W', 'C', 'BY', 'BYD', 'XS', 'YS'],
    half: ['x', 'y'],
    windows: ['x', 'y'],
    reference: ([words, x, y], c, { z }) => {
      const result = y.slice();
      for (const at of pairs(c, z, slabOf(rangeOf(words), c.BYD))) result[at.y] = x[at.x];
      return [result];
    },
    tolerance: 0,
  },
  cases.map(([title, sizes]): PackedExample => {
    const { n, constants, small, large, d0, dn, from, voxels } = settingOf(sizes);
    const { C, BY, BYD, XS, YS } = constants;
    const range = { n, d0: d0 * BYD, dn: dn * BYD, from0: from.small, from1: from.large };
    return {
      title,
      channels: C,
      constants,
      extent: { threads: voxels * BYD * BY * BY * packs(C), z: n },
      arrays: () => [rangeWords(range), strided(n, small, XS, 95), strided(n, large, YS, 96)],
    };
  }),
);

export const upsampleGradient: PackedKernel = packed(
  {
    name: 'upsample-gradient',
    wgsl: gradientText,
    bindings: [
      { name: 'range', access: 'uniform' },
      { name: 'dy', access: 'read' },
      { name: 'dx', access: 'write' },
    ],
    constants: ['D', 'H', 'W', 'C', 'BY', 'BYD', 'XS', 'YS'],
    half: ['dy', 'dx'],
    windows: ['dy', 'dx'],
    reference: ([words, dy, dx], c, { z }) => {
      const all = pairs(c, z, slabOf(rangeOf(words), 1));
      const result = dx.slice();
      for (const { x } of all) result[x] = 0;
      for (const { x, y } of all) result[x] += dy[y];
      return [result];
    },
    tolerance: 1e-6,
  },
  cases.map(([title, sizes]): PackedExample => {
    const { n, constants, small, large, d0, dn, from, voxels } = settingOf(sizes);
    const { C, XS, YS } = constants;
    return {
      title,
      channels: C,
      constants,
      extent: { threads: voxels * packs(C), z: n },
      arrays: () => [
        rangeWords({ n, d0, dn, from0: from.large, from1: from.small }),
        strided(n, large, YS, 97),
        strided(n, small, XS, 98),
      ],
    };
  }),
);

/**
 * @file BatchNorm with the activation that follows it, of any kind, and its gradient. Statistics and lines are those of `norm.ts` and
 * `norm-pool.ts`; with ReLU and a pool `norm-pool.ts` does more at once.
 */
import type { Constants } from '../kernel';
import { activated, activationCodes, derivative, withActivation } from './activation';
import { noise, rangeOf, rangeWords, strided } from './example-arrays';
import normText from './norm-activation.wgsl?raw';
import gradientText from './norm-activation-gradient.wgsl?raw';
import inPlaceText from './norm-activation-in-place.wgsl?raw';
import sumsText from './norm-activation-sums.wgsl?raw';
import { type PackedExample, type PackedKernel, packed, packs } from './pack';

interface Sizes {
  readonly n: number;
  readonly shape: readonly [number, number, number];
  readonly C: number;
  readonly kind: keyof typeof activationCodes;
  readonly parts: number;
}

const cases: readonly (readonly [string, Sizes])[] = [
  ['one channel, two samples', { n: 2, shape: [3, 5, 4], C: 1, kind: 'leaky', parts: 4 }],
  ['3 channels of one voxel, more lanes than voxels', { n: 2, shape: [1, 1, 1], C: 3, kind: 'none', parts: 3 }],
  ['5 channels', { n: 1, shape: [6, 2, 3], C: 5, kind: 'elu', parts: 7 }],
  ['16 channels, odd sizes, two samples', { n: 2, shape: [5, 7, 3], C: 16, kind: 'relu', parts: 11 }],
  ['8 channels, one voxel', { n: 1, shape: [1, 1, 1], C: 8, kind: 'sigmoid', parts: 1 }],
  ['8 channels', { n: 1, shape: [5, 3, 4], C: 8, kind: 'tanh', parts: 3 }],
  ['4 channels', { n: 1, shape: [2, 4, 5], C: 4, kind: 'none', parts: 2 }],
];

interface Setting {
  readonly constants: Readonly<Record<'C' | 'YS' | 'ZS' | 'ACTIVATION', number>>;
  readonly SIZE: number;
  readonly threads: number;
}

function settingOf({ shape: [D, H, W], C, kind }: Sizes): Setting {
  const SIZE = D * H * W * C;
  return { constants: { C, YS: SIZE + 8, ZS: SIZE + 4, ACTIVATION: activationCodes[kind] }, SIZE, threads: packs(C) * D * H * W };
}

/** Every element of n samples: its voxel's number, its channel, and its offsets in y and z. */
function elements({ C, YS, ZS }: Constants, n: number, size: number) {
  return Array.from({ length: n * size }, (_, i) => {
    const [sample, rest] = [Math.floor(i / size), i % size];
    return { voxel: Math.floor(i / C), c: i % C, y: sample * YS + rest, z: sample * ZS + rest };
  });
}

const slope = (): Float32Array<ArrayBuffer> => Float32Array.of(0.2);
const shape = { name: 'shape', access: 'uniform' } as const;

/** From y to the activated value. */
export const normActivation: PackedKernel = packed(
  {
    name: 'norm-activation',
    wgsl: withActivation(normText),
    bindings: [shape, { name: 'y', access: 'read' }, { name: 'norm', access: 'read' }, { name: 'z', access: 'write' }],
    constants: ['SIZE', 'C', 'YS', 'ZS', 'ACTIVATION'],
    half: ['y', 'z'],
    reference: ([[leak], from, norm, to], c, { z: n }) => {
      const result = to.slice();
      for (const { c: k, y, z } of elements(c, n, c.SIZE)) result[z] = activated(from[y] * norm[k] + norm[c.C + k], c, leak);
      return [result];
    },
    tolerance: 2e-6,
  },
  cases.map(([title, sizes]): PackedExample => {
    const { constants, SIZE, threads } = settingOf(sizes);
    const { C, YS, ZS } = constants;
    const arrays = () => [slope(), strided(sizes.n, SIZE, YS, 71), noise(4 * C, 72), strided(sizes.n, SIZE, ZS, 73)];
    return { title, channels: C, constants: { ...constants, SIZE }, extent: { threads, z: sizes.n }, arrays };
  }),
);

/** The same over y. */
export const normActivationInPlace: PackedKernel = packed(
  {
    name: 'norm-activation-in-place',
    wgsl: withActivation(inPlaceText),
    bindings: [shape, { name: 'norm', access: 'read' }, { name: 'y', access: 'write' }],
    constants: ['SIZE', 'C', 'YS', 'ACTIVATION'],
    half: ['y'],
    reference: ([[leak], norm, over], c, { z: n }) => {
      const result = over.slice();
      for (const { c: k, y } of elements({ ...c, ZS: 0 }, n, c.SIZE))
        result[y] = activated(over[y] * norm[k] + norm[c.C + k], c, leak);
      return [result];
    },
    tolerance: 2e-6,
  },
  cases.map(([title, sizes]): PackedExample => {
    const { constants, SIZE, threads } = settingOf(sizes);
    const { C, YS, ACTIVATION } = constants;
    const arrays = () => [slope(), noise(4 * C, 72), strided(sizes.n, SIZE, YS, 71)];
    return { title, channels: C, constants: { SIZE, C, YS, ACTIVATION }, extent: { threads, z: sizes.n }, arrays };
  }),
);

/** Scale, shift, mean and inverse deviation. */
const someNorm = (C: number): Float32Array<ArrayBuffer> => noise(4 * C, 74).map((value, i) => (i < 3 * C ? value : value + 1.5));

/** Sums for the gradients of gamma and beta. */
export const normActivationSums: PackedKernel = packed(
  {
    name: 'norm-activation-sums',
    wgsl: withActivation(sumsText),
    bindings: [
      { name: 'range', access: 'uniform' },
      shape,
      { name: 'dz', access: 'read' },
      { name: 'y', access: 'read' },
      { name: 'norm', access: 'read' },
      { name: 'part', access: 'write' },
    ],
    constants: ['C', 'YS', 'ZS', 'ACTIVATION'],
    half: ['dz', 'y'],
    reference: ([words, [leak], dz, value, norm, part], c) => {
      const { C } = c;
      const { n, dn, part0, parts } = rangeOf(words);
      const sums = Float64Array.from(part);
      for (const { voxel, c: k, y, z } of elements(c, n, dn * C)) {
        const dh = dz[z] * derivative(activated(value[y] * norm[k] + norm[C + k], c, leak), c, leak);
        const at = (part0 + (voxel % parts)) * 2 * C + k;
        sums[at] += dh;
        sums[at + C] += dh * (value[y] - norm[2 * C + k]) * norm[3 * C + k];
      }
      const result = part.slice();
      result.set(sums);
      return [result];
    },
    tolerance: 4e-6,
  },
  cases.map(([title, sizes]): PackedExample => {
    const { n, parts } = sizes;
    const { constants, SIZE } = settingOf(sizes);
    const { C, YS, ZS } = constants;
    const arrays = () => [
      rangeWords({ n, dn: SIZE / C, part0: 1, parts }),
      slope(),
      strided(n, SIZE, ZS, 75),
      strided(n, SIZE, YS, 76),
      someNorm(C),
      new Float32Array((parts + 1) * 2 * C),
    ];
    return { title, channels: C, constants, extent: { threads: packs(C) * parts, z: 1 }, arrays };
  }),
);

/** The gradient of y, over that of the result. */
export const normActivationGradient: PackedKernel = packed(
  {
    name: 'norm-activation-gradient',
    wgsl: withActivation(gradientText),
    bindings: [
      shape,
      { name: 'y', access: 'read' },
      { name: 'norm', access: 'read' },
      { name: 'line', access: 'read' },
      { name: 'dz', access: 'write' },
    ],
    constants: ['SIZE', 'C', 'YS', 'ZS', 'ACTIVATION'],
    half: ['y', 'dz'],
    reference: ([[leak], value, norm, line, dz], c, { z: n }) => {
      const { C, SIZE } = c;
      const result = dz.slice();
      for (const { c: k, y, z } of elements(c, n, SIZE)) {
        const dh = dz[z] * derivative(activated(value[y] * norm[k] + norm[C + k], c, leak), c, leak);
        result[z] = dh * line[k] + value[y] * line[C + k] + line[2 * C + k];
      }
      return [result];
    },
    tolerance: 4e-6,
  },
  cases.map(([title, sizes]): PackedExample => {
    const { n } = sizes;
    const { constants, SIZE, threads } = settingOf(sizes);
    const { C, YS, ZS } = constants;
    const arrays = () => [slope(), strided(n, SIZE, YS, 77), someNorm(C), noise(3 * C, 78), strided(n, SIZE, ZS, 79)];
    return { title, channels: C, constants: { ...constants, SIZE }, extent: { threads, z: n }, arrays };
  }),
);

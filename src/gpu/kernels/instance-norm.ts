/**
 * @file InstanceNorm (eps 1e-5, nothing learned) with the activation that follows it, and its gradient: mean and variance of every
 * channel of every sample in two stages, then one pass over the voxels; the same again backward, where dy takes the place of y.
 */
import type { Constants, KernelSpec } from '../kernel';
import { activated, activationCodes, derivative, withActivation } from './activation';
import { noise, type Range, rangeOf, rangeWords, strided } from './example-arrays';
import finishText from './instance-finish.wgsl?raw';
import gradientText from './instance-gradient.wgsl?raw';
import gradientFinishText from './instance-gradient-finish.wgsl?raw';
import sumsText from './instance-gradient-sums.wgsl?raw';
import normText from './instance-norm.wgsl?raw';
import statisticsText from './instance-statistics.wgsl?raw';
import { type PackedExample, type PackedKernel, packed } from './pack';

const epsilon = 1e-5;

interface Sizes {
  readonly n: number;
  readonly n0?: number;
  readonly shape: readonly [number, number, number];
  readonly C: number;
  readonly kind: keyof typeof activationCodes;
  /** First plane and number of planes of y. */
  readonly slab?: readonly [number, number];
  /** Lanes of a dispatch. */
  readonly parts: number;
}

const cases: readonly (readonly [string, Sizes])[] = [
  ['one channel, two samples', { n: 2, shape: [5, 3, 7], C: 1, kind: 'leaky', parts: 4 }],
  ['3 channels of one voxel, more lanes than voxels', { n: 2, shape: [1, 1, 1], C: 3, kind: 'none', parts: 3 }],
  ['5 channels, two dimensions', { n: 1, shape: [1, 6, 9], C: 5, kind: 'elu', parts: 7 }],
  ['5 channels, one lane', { n: 2, shape: [2, 3, 3], C: 5, kind: 'relu', parts: 1 }],
  ['16 channels, odd sizes, two samples', { n: 2, shape: [5, 7, 3], C: 16, kind: 'leaky', parts: 11 }],
  ['8 channels, one voxel', { n: 1, shape: [1, 1, 1], C: 8, kind: 'sigmoid', parts: 1 }],
  ['8 channels, planes of the second sample', { n: 1, n0: 1, shape: [5, 3, 4], C: 8, kind: 'tanh', parts: 3, slab: [2, 2] }],
  ['4 channels', { n: 1, shape: [2, 4, 5], C: 4, kind: 'relu', parts: 2 }],
];

interface Setting {
  readonly constants: Readonly<Record<'H' | 'W' | 'C' | 'YS' | 'ZS' | 'ACTIVATION', number>>;
  readonly range: Partial<Range>;
  /** Elements of y and of the whole tensor, per sample. */
  readonly size: number;
  readonly whole: number;
  readonly samples: number;
  /** Packs of channels. */
  readonly packs: number;
}

function settingOf({ n, n0 = 0, shape, C, kind, slab, parts }: Sizes): Setting {
  const [D, H, W] = shape;
  const [d0, dn] = slab ?? [0, D];
  const size = dn * H * W * C;
  const whole = D * H * W * C;
  return {
    constants: { H, W, C, YS: size + 8, ZS: whole + 4, ACTIVATION: activationCodes[kind] },
    range: { n0, n, d0, dn, part0: 1, parts },
    size,
    whole,
    samples: n0 + n,
    packs: C % 4 === 0 ? C / 4 : C,
  };
}

/** Every voxel of a range: its number in the slab, and offsets of its first channel in y and in the whole tensor. */
function voxels({ H, W, C, YS, ZS }: Constants, range: Range): { sample: number; voxel: number; y: number; z: number }[] {
  const { n0, n, d0, dn } = range;
  return Array.from({ length: n * dn * H * W }, (_, i) => {
    const [sample, voxel] = [Math.floor(i / (dn * H * W)), i % (dn * H * W)];
    return { sample, voxel, y: sample * YS + voxel * C, z: (n0 + sample) * ZS + (d0 * H * W + voxel) * C };
  });
}

/** Count, mean and squared differences of each lane's voxels, sample by sample. */
export const instanceStatistics: PackedKernel = packed(
  {
    name: 'instance-statistics',
    wgsl: statisticsText,
    bindings: [
      { name: 'range', access: 'uniform' },
      { name: 'y', access: 'read' },
      { name: 'part', access: 'write' },
    ],
    constants: ['H', 'W', 'C', 'YS', 'PS'],
    half: ['y'],
    reference: ([words, y, part], constants) => {
      const { C, PS } = constants;
      const range = rangeOf(words);
      const result = part.slice();
      const all = voxels({ ...constants, ZS: 0 }, range);
      for (let sample = 0; sample < range.n; sample++)
        for (let l = 0; l < range.parts; l++)
          for (let c = 0; c < C; c++) {
            const own = all.filter((one) => one.sample === sample && one.voxel % range.parts === l);
            const values = own.map((one) => y[one.y + c]);
            const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
            const at = (range.n0 + sample) * PS + (range.part0 + l) * 3 * C + c;
            result[at] = values.length;
            result[at + C] = mean;
            result[at + 2 * C] = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
          }
      return [result];
    },
    tolerance: 2e-6,
  },
  cases.map(([title, sizes]): PackedExample => {
    const { constants, range, size, samples, packs } = settingOf(sizes);
    const { H, W, C, YS } = constants;
    const PS = (sizes.parts + 2) * 3 * C;
    return {
      title,
      channels: C,
      constants: { H, W, C, YS, PS },
      extent: { threads: packs * sizes.parts, z: sizes.n },
      arrays: () => [
        rangeWords(range),
        strided(sizes.n, size, YS, 71).map((value) => value + 100),
        new Float32Array(samples * PS),
      ],
    };
  }),
);

/** Parts as `instance-statistics` leaves them: count, mean, squared differences. */
function statisticsParts(parts: number, C: number, seed: number): Float32Array<ArrayBuffer> {
  return noise(parts * 3 * C, seed).map((value, i) => {
    const count = 3 + (Math.floor(i / (3 * C)) % 4);
    return [count, value + 3, (value + 1.5) * count][Math.floor(i / C) % 3];
  });
}

/** Lanes that join in a workgroup. */
const groupOf = (parts: number): number => (parts === 1 ? 4 : 64);

const joins = [
  { n: 1, n0: 0, C: 3, parts: 1 },
  { n: 2, n0: 1, C: 8, parts: 131 },
];

/** Mean and 1/√(variance + ε) of every channel of every sample. */
export const instanceFinish: KernelSpec = {
  name: 'instance-finish',
  wgsl: finishText,
  bindings: [
    { name: 'range', access: 'uniform' },
    { name: 'part', access: 'read' },
    { name: 'norm', access: 'write' },
  ],
  constants: ['C', 'PS', 'GROUP'],
  workgroupSize: 64,
  examples: joins.map(({ n, n0, C, parts }) => ({
    title: `${n} × ${C} channels, ${parts} lanes`,
    constants: { C, PS: parts * 3 * C, GROUP: groupOf(parts) },
    extent: { threads: groupOf(parts) * C, z: n },
    arrays: () => [rangeWords({ n, n0, parts }), statisticsParts((n0 + n) * parts, C, 72), new Float32Array((n0 + n) * 2 * C)],
  })),
  reference: ([words, part, norm], { C, PS }) => {
    const { n, n0, parts } = rangeOf(words);
    const result = norm.slice();
    for (let sample = n0; sample < n0 + n; sample++)
      for (let c = 0; c < C; c++) {
        const lanes = Array.from({ length: parts }, (_, l) => sample * PS + l * 3 * C + c);
        const count = lanes.reduce((sum, at) => sum + part[at], 0);
        const mean = lanes.reduce((sum, at) => sum + part[at] * part[at + C], 0) / count;
        const squares = lanes.reduce((sum, at) => sum + part[at + 2 * C] + part[at] * (part[at + C] - mean) ** 2, 0);
        result[sample * 2 * C + c] = mean;
        result[sample * 2 * C + C + c] = 1 / Math.sqrt(squares / count + epsilon);
      }
    return [result];
  },
  tolerance: 2e-6,
};

const shapeOf = (): Float32Array<ArrayBuffer> => Float32Array.of(0.2);

/** Means and inverse deviations. */
const someNorm = (samples: number, C: number): Float32Array<ArrayBuffer> =>
  noise(samples * 2 * C, 73).map((value, i) => (Math.floor(i / C) % 2 === 0 ? value / 4 : value + 1.5));

/** The normalised values, activated. */
export const instanceNorm: PackedKernel = packed(
  {
    name: 'instance-norm',
    wgsl: withActivation(normText),
    bindings: [
      { name: 'range', access: 'uniform' },
      { name: 'shape', access: 'uniform' },
      { name: 'y', access: 'read' },
      { name: 'norm', access: 'read' },
      { name: 'z', access: 'write' },
    ],
    constants: ['H', 'W', 'C', 'YS', 'ZS', 'ACTIVATION'],
    half: ['y', 'z'],
    reference: ([words, [slope], y, norm, z], constants) => {
      const { C } = constants;
      const range = rangeOf(words);
      const result = z.slice();
      for (const voxel of voxels(constants, range))
        for (let c = 0; c < C; c++) {
          const s = (range.n0 + voxel.sample) * 2 * C + c;
          result[voxel.z + c] = activated((y[voxel.y + c] - norm[s]) * norm[s + C], constants, slope);
        }
      return [result];
    },
    tolerance: 1e-6,
  },
  cases.map(([title, sizes]): PackedExample => {
    const { constants, range, size, samples, packs } = settingOf(sizes);
    const { C, YS, ZS } = constants;
    return {
      title,
      channels: C,
      constants,
      extent: { threads: (size / C) * packs, z: sizes.n },
      arrays: () => [
        rangeWords(range),
        shapeOf(),
        strided(sizes.n, size, YS, 74),
        someNorm(samples, C),
        new Float32Array(samples * ZS),
      ],
    };
  }),
);

/** Sums of dh and dh · h over each lane's voxels, sample by sample; h are the normalised values. */
export const instanceGradientSums: PackedKernel = packed(
  {
    name: 'instance-gradient-sums',
    wgsl: withActivation(sumsText),
    bindings: [
      { name: 'range', access: 'uniform' },
      { name: 'shape', access: 'uniform' },
      { name: 'dz', access: 'read' },
      { name: 'y', access: 'read' },
      { name: 'norm', access: 'read' },
      { name: 'part', access: 'write' },
    ],
    constants: ['H', 'W', 'C', 'YS', 'ZS', 'PS', 'ACTIVATION'],
    half: ['dz', 'y'],
    reference: ([words, [slope], dz, y, norm, part], constants) => {
      const { C, PS } = constants;
      const range = rangeOf(words);
      const { n0, part0, parts } = range;
      const sums = Float64Array.from(part);
      for (const { sample, voxel, y: from, z: also } of voxels(constants, range))
        for (let c = 0; c < C; c++) {
          const s = (n0 + sample) * 2 * C + c;
          const hat = (y[from + c] - norm[s]) * norm[s + C];
          const dh = dz[also + c] * derivative(activated(hat, constants, slope), constants, slope);
          const at = (n0 + sample) * PS + (part0 + (voxel % parts)) * 2 * C + c;
          sums[at] += dh;
          sums[at + C] += dh * hat;
        }
      const result = part.slice();
      result.set(sums);
      return [result];
    },
    tolerance: 2e-6,
  },
  cases.map(([title, sizes]): PackedExample => {
    const { constants, range, size, whole, samples, packs } = settingOf(sizes);
    const { C, YS, ZS } = constants;
    const PS = (sizes.parts + 2) * 2 * C;
    return {
      title,
      channels: C,
      constants: { ...constants, PS },
      extent: { threads: packs * sizes.parts, z: sizes.n },
      arrays: () => [
        rangeWords(range),
        shapeOf(),
        strided(samples, whole, ZS, 75),
        strided(sizes.n, size, YS, 76),
        someNorm(samples, C),
        new Float32Array(samples * PS),
      ],
    };
  }),
);

/** Means of dh and of dh · h of every channel of every sample. */
export const instanceGradientFinish: KernelSpec = {
  name: 'instance-gradient-finish',
  wgsl: gradientFinishText,
  bindings: [
    { name: 'range', access: 'uniform' },
    { name: 'part', access: 'read' },
    { name: 'means', access: 'write' },
  ],
  constants: ['SIZE', 'C', 'PS', 'GROUP'],
  workgroupSize: 64,
  examples: joins.map(({ n, n0, C, parts }) => ({
    title: `${n} × ${C} channels, ${parts} lanes`,
    constants: { SIZE: 105, C, PS: parts * 2 * C, GROUP: groupOf(parts) },
    extent: { threads: groupOf(parts) * C, z: n },
    arrays: () => [rangeWords({ n, n0, parts }), noise((n0 + n) * parts * 2 * C, 77), new Float32Array((n0 + n) * 2 * C)],
  })),
  reference: ([words, part, means], { SIZE, C, PS }) => {
    const { n, n0, parts } = rangeOf(words);
    const result = means.slice();
    for (let sample = n0; sample < n0 + n; sample++)
      for (let i = 0; i < 2 * C; i++) {
        const values = Array.from({ length: parts }, (_, l) => part[sample * PS + l * 2 * C + i]);
        result[sample * 2 * C + i] = values.reduce((sum, value) => sum + value, 0) / SIZE;
      }
    return [result];
  },
  tolerance: 4e-6,
};

/** The gradient with respect to what was normalised, over it. */
export const instanceGradient: PackedKernel = packed(
  {
    name: 'instance-gradient',
    wgsl: withActivation(gradientText),
    bindings: [
      { name: 'range', access: 'uniform' },
      { name: 'shape', access: 'uniform' },
      { name: 'dz', access: 'read' },
      { name: 'norm', access: 'read' },
      { name: 'means', access: 'read' },
      { name: 'y', access: 'write' },
    ],
    constants: ['H', 'W', 'C', 'YS', 'ZS', 'ACTIVATION'],
    half: ['dz', 'y'],
    reference: ([words, [slope], dz, norm, means, y], constants) => {
      const { C } = constants;
      const range = rangeOf(words);
      const result = y.slice();
      for (const voxel of voxels(constants, range))
        for (let c = 0; c < C; c++) {
          const s = (range.n0 + voxel.sample) * 2 * C + c;
          const hat = (y[voxel.y + c] - norm[s]) * norm[s + C];
          const dh = dz[voxel.z + c] * derivative(activated(hat, constants, slope), constants, slope);
          result[voxel.y + c] = (dh - means[s] - hat * means[s + C]) * norm[s + C];
        }
      return [result];
    },
    tolerance: 2e-6,
  },
  cases.map(([title, sizes]): PackedExample => {
    const { constants, range, size, whole, samples, packs } = settingOf(sizes);
    const { C, YS, ZS } = constants;
    return {
      title,
      channels: C,
      constants,
      extent: { threads: (size / C) * packs, z: sizes.n },
      arrays: () => [
        rangeWords(range),
        shapeOf(),
        strided(samples, whole, ZS, 78),
        someNorm(samples, C),
        noise(samples * 2 * C, 79),
        strided(sizes.n, size, YS, 80),
      ],
    };
  }),
);

/** @file Sums over the voxels of each channel, what is spread over them again, and channels that move from tensor to tensor. */
import type { KernelSpec } from '../kernel';
import broadcastText from './broadcast.wgsl?raw';
import meansText from './channel-means.wgsl?raw';
import sumsText from './channel-sums.wgsl?raw';
import totalText from './channel-total.wgsl?raw';
import { noise, rangeOf, rangeWords, strided } from './example-arrays';
import moveText from './move-channels.wgsl?raw';
import { type PackedExample, type PackedKernel, packed, packs } from './pack';

const cases = [
  { title: 'one voxel', n: 1, VOXELS: 1, C: 1, lanes: 1, TIMES: 0 },
  { title: '3 channels, two samples', n: 2, VOXELS: 35, C: 3, lanes: 4, TIMES: 1 },
  { title: '5 channels', n: 1, VOXELS: 6, C: 5, lanes: 7, TIMES: 0 },
  { title: '8 channels, two samples', n: 2, VOXELS: 30, C: 8, lanes: 5, TIMES: 1 },
  { title: '4 channels', n: 3, VOXELS: 9, C: 4, lanes: 1, TIMES: 0 },
] as const;

/** Sums over the voxels of each sample, dealt out to lanes: of x, or of x · y. */
export const channelSums: PackedKernel = packed(
  {
    name: 'channel-sums',
    wgsl: sumsText,
    bindings: [
      { name: 'range', access: 'uniform' },
      { name: 'x', access: 'read' },
      { name: 'y', access: 'read' },
      { name: 'part', access: 'write' },
    ],
    constants: ['VOXELS', 'C', 'XS', 'YS', 'TIMES', 'LANES'],
    half: ['x', 'y'],
    reference: ([words, x, y, part], { VOXELS, C, XS, YS, TIMES, LANES }, { z }) => {
      const { n0, part0, parts } = rangeOf(words);
      const sums = Float64Array.from(part);
      for (let n = 0; n < z; n++)
        for (let voxel = 0; voxel < VOXELS; voxel++)
          for (let c = 0; c < C; c++) {
            const value = x[n * XS + voxel * C + c] * (TIMES === 1 ? y[n * YS + voxel * C + c] : 1);
            sums[((n0 + n) * parts + part0 + (voxel % LANES)) * C + c] += value;
          }
      const result = part.slice();
      result.set(sums);
      return [result];
    },
    tolerance: 2e-6,
  },
  cases.map(({ title, n, VOXELS, C, lanes, TIMES }): PackedExample => {
    const size = VOXELS * C;
    return {
      title,
      channels: C,
      constants: { VOXELS, C, TIMES, LANES: lanes, XS: size + 4, YS: size + 8 },
      extent: { threads: packs(C) * lanes, z: n },
      arrays: () => [
        rangeWords({ n0: 1, n, part0: 1, parts: lanes + 1 }),
        strided(n, size, size + 4, 81),
        strided(n, size, size + 8, 82),
        new Float32Array((n + 1) * (lanes + 1) * C),
      ],
    };
  }),
);

const joins = [
  { C: 3, n: 1, parts: 2, GROUP: 4 },
  { C: 8, n: 2, parts: 131, GROUP: 64 },
];

/** Adds all rows to a gradient. */
export const channelTotal: KernelSpec = {
  name: 'channel-total',
  wgsl: totalText,
  bindings: [
    { name: 'range', access: 'uniform' },
    { name: 'part', access: 'read' },
    { name: 'gradient', access: 'write' },
  ],
  constants: ['C', 'GROUP'],
  workgroupSize: 64,
  examples: joins.map(({ C, parts, GROUP }) => ({
    title: `${C} channels, ${parts} rows`,
    constants: { C, GROUP },
    extent: { threads: GROUP * C, z: 1 },
    arrays: () => [rangeWords({ parts }), noise(parts * C, 83), noise(C, 84)],
  })),
  reference: ([words, part, gradient], { C }) => {
    const { parts } = rangeOf(words);
    return [
      Float32Array.from(gradient, (value, c) => {
        let sum = value;
        for (let l = 0; l < parts; l++) sum += part[l * C + c];
        return sum;
      }),
    ];
  },
  tolerance: 2e-6,
};

/** Sums of each sample, times a factor. */
export const channelMeans: KernelSpec = {
  name: 'channel-means',
  wgsl: meansText,
  bindings: [
    { name: 'range', access: 'uniform' },
    { name: 'shape', access: 'uniform' },
    { name: 'part', access: 'read' },
    { name: 'out', access: 'write' },
  ],
  constants: ['C', 'OS', 'GROUP'],
  workgroupSize: 64,
  examples: joins.map(({ C, n, parts, GROUP }) => ({
    title: `${n} × ${C} channels, ${parts} lanes`,
    constants: { C, OS: C + 3, GROUP },
    extent: { threads: GROUP * C, z: n },
    arrays: () => [rangeWords({ parts }), Float32Array.of(0.25), noise(n * parts * C, 85), strided(n, C, C + 3, 86)],
  })),
  reference: ([words, [factor], part, out], { C, OS }, { z }) => {
    const { parts } = rangeOf(words);
    const result = out.slice();
    for (let n = 0; n < z; n++)
      for (let c = 0; c < C; c++) {
        let sum = 0;
        for (let l = 0; l < parts; l++) sum += part[(n * parts + l) * C + c];
        result[n * OS + c] = factor * sum;
      }
    return [result];
  },
  tolerance: 2e-6,
};

/** One number of a sample and channel for all voxels, times what is there. */
export const broadcast: PackedKernel = packed(
  {
    name: 'broadcast',
    wgsl: broadcastText,
    bindings: [
      { name: 'shape', access: 'uniform' },
      { name: 'v', access: 'read' },
      { name: 'x', access: 'read' },
      { name: 'y', access: 'write' },
    ],
    constants: ['SIZE', 'C', 'VS', 'XS', 'YS', 'TIMES'],
    half: ['x', 'y'],
    reference: ([[factor], v, x, y], { SIZE, C, VS, XS, YS, TIMES }, { z }) => {
      const result = y.slice();
      for (let n = 0; n < z; n++)
        for (let i = 0; i < SIZE; i++) result[n * YS + i] = factor * v[n * VS + (i % C)] * (TIMES === 1 ? x[n * XS + i] : 1);
      return [result];
    },
    tolerance: 1e-6,
  },
  cases.map(({ title, n, VOXELS, C, TIMES }): PackedExample => {
    const SIZE = VOXELS * C;
    return {
      title,
      channels: C,
      constants: { SIZE, C, VS: C + 4, XS: SIZE + 4, YS: SIZE + 8, TIMES },
      extent: { threads: packs(C) * VOXELS, z: n },
      arrays: () => [
        Float32Array.of(0.5),
        strided(n, C, C + 4, 87),
        strided(n, SIZE, SIZE + 4, 88),
        strided(n, SIZE, SIZE + 8, 89),
      ],
    };
  }),
);

/** Some channels of one tensor to some of another; all numbers of channels are multiples of 4 for the wide one. */
export const moveChannels: PackedKernel = packed(
  {
    name: 'move-channels',
    wgsl: moveText,
    bindings: [
      { name: 'x', access: 'read' },
      { name: 'y', access: 'write' },
    ],
    constants: ['VOXELS', 'C', 'XC', 'XC0', 'XS', 'YC', 'YC0', 'YS'],
    half: ['x', 'y'],
    reference: ([x, y], { VOXELS, C, XC, XC0, XS, YC, YC0, YS }, { z }) => {
      const result = y.slice();
      for (let n = 0; n < z; n++)
        for (let v = 0; v < VOXELS; v++)
          for (let c = 0; c < C; c++) result[n * YS + v * YC + YC0 + c] = x[n * XS + v * XC + XC0 + c];
      return [result];
    },
    tolerance: 0,
  },
  [
    { title: 'the second half of five', n: 2, VOXELS: 7, C: 3, XC: 3, XC0: 0, YC: 5, YC0: 2 },
    { title: 'out of the middle', n: 1, VOXELS: 6, C: 1, XC: 4, XC0: 2, YC: 1, YC0: 0 },
    { title: 'the second half of 12', n: 2, VOXELS: 5, C: 8, XC: 8, XC0: 0, YC: 12, YC0: 4 },
    { title: 'the last four of eight', n: 1, VOXELS: 3, C: 4, XC: 8, XC0: 4, YC: 4, YC0: 0 },
  ].map(({ title, n, ...c }): PackedExample => {
    const [XS, YS] = [c.VOXELS * c.XC + 4, c.VOXELS * c.YC + 8];
    const wide = [c.C, c.XC, c.XC0, c.YC, c.YC0].every((count) => count % 4 === 0);
    return {
      title,
      channels: wide ? 4 : 1,
      constants: { ...c, XS, YS },
      extent: { threads: (c.VOXELS * c.C) / (wide ? 4 : 1), z: n },
      arrays: () => [strided(n, c.VOXELS * c.XC, XS, 90), strided(n, c.VOXELS * c.YC, YS, 91)],
    };
  }),
);

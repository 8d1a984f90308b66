/**
 * @file Statistics of BatchNorm (eps 1e-5, momentum 0.1) in training mode, and the line that normalises in either mode.
 * The convolution leaves its bias out: batch statistics cancel it, so its gradient is zero; running means get it back.
 */
import type { KernelArray, KernelExample, KernelSpec } from '../kernel';
import { noise, rangeOf, rangeWords, strided } from './example-arrays';
import finishText from './norm-finish.wgsl?raw';
import inferenceText from './norm-inference.wgsl?raw';
import statisticsText from './norm-statistics.wgsl?raw';
import { type PackedExample, type PackedKernel, packed, packs } from './pack';

const epsilon = 1e-5;

interface StatisticsCase {
  readonly title: string;
  readonly n: number;
  readonly shape: readonly [number, number, number];
  readonly C: number;
  readonly parts: number;
}

const statisticsCases: readonly StatisticsCase[] = [
  { title: 'one voxel, more lanes than voxels', n: 1, shape: [1, 1, 1], C: 8, parts: 3 },
  { title: 'odd sizes, two samples', n: 2, shape: [3, 5, 7], C: 24, parts: 11 },
  { title: 'one lane', n: 1, shape: [2, 3, 4], C: 8, parts: 1 },
  { title: '4 channels', n: 1, shape: [5, 2, 4], C: 4, parts: 5 },
  { title: 'three channels', n: 2, shape: [3, 5, 2], C: 3, parts: 7 },
  { title: 'one channel', n: 1, shape: [4, 3, 3], C: 1, parts: 4 },
];

/** Count, mean and squared differences of each lane's voxels. */
export const normStatistics: PackedKernel = packed(
  {
    name: 'norm-statistics',
    wgsl: statisticsText,
    bindings: [
      { name: 'range', access: 'uniform' },
      { name: 'y', access: 'read' },
      { name: 'part', access: 'write' },
    ],
    constants: ['C', 'YS'],
    half: ['y'],
    reference: ([words, y, part], { C, YS }) => {
      const { n, dn, part0, parts } = rangeOf(words);
      const result = Float32Array.from(part);
      const size = dn;
      for (let l = 0; l < parts; l++)
        for (let c = 0; c < C; c++) {
          const values: number[] = [];
          for (let voxel = l; voxel < n * size; voxel += parts)
            values.push(y[Math.floor(voxel / size) * YS + (voxel % size) * C + c]);
          const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
          const at = (part0 + l) * 3 * C + c;
          result[at] = values.length;
          result[at + C] = mean;
          result[at + 2 * C] = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
        }
      return [result];
    },
    tolerance: 1e-6,
  },
  statisticsCases.map(({ title, n, shape: [D, H, W], C, parts }): PackedExample => {
    const YS = D * H * W * C + 8;
    return {
      title,
      channels: C,
      constants: { C, YS },
      extent: { threads: packs(C) * parts, z: 1 },
      arrays: () => [
        rangeWords({ n, dn: D * H * W, part0: 1, parts }),
        strided(n, D * H * W * C, YS, 1).map((value) => value + 100),
        new Float32Array((parts + 1) * 3 * C),
      ],
    };
  }),
);

/** Parts as `norm-statistics` leaves them: count, mean, squared differences. */
function statisticsParts(parts: number, C: number): Float32Array<ArrayBuffer> {
  const random = noise(parts * 3 * C, 2);
  return random.map((value, i) => {
    const kind = Math.floor(i / C) % 3;
    const count = 3 + (Math.floor(i / (3 * C)) % 4);
    return kind === 0 ? count : kind === 1 ? value + 3 : (value + 1.5) * count;
  });
}

/** Bias of a channel, if there is any. */
const biasAt = (weights: KernelArray, BIAS: number, c: number): number => (BIAS < 0 ? 0 : weights[BIAS + c]);

function finishExample(title: string, C: number, parts: number, BIAS = 2 * C): KernelExample {
  return {
    title,
    constants: { C, GAMMA: 0, BETA: C, BIAS, MEAN: 0, VAR: C, GROUP: parts === 1 ? 4 : 64 },
    extent: { threads: (parts === 1 ? 4 : 64) * C, z: 1 },
    arrays: () => [rangeWords({ parts }), statisticsParts(parts, C), noise(3 * C, 3), noise(2 * C, 4), new Float32Array(4 * C)],
  };
}

/** Mean and variance of a channel, and the line y · scale + shift. */
export const normFinish: KernelSpec = {
  name: 'norm-finish',
  wgsl: finishText,
  bindings: [
    { name: 'range', access: 'uniform' },
    { name: 'part', access: 'read' },
    { name: 'weights', access: 'read' },
    { name: 'running', access: 'write' },
    { name: 'norm', access: 'write' },
  ],
  constants: ['C', 'GAMMA', 'BETA', 'BIAS', 'MEAN', 'VAR', 'GROUP'],
  workgroupSize: 64,
  examples: [finishExample('one lane', 8, 1), finishExample('odd number of lanes', 16, 131), finishExample('no bias', 8, 3, -1)],
  reference: ([words, part, weights, running, norm], { C, GAMMA, BETA, BIAS, MEAN, VAR }) => {
    const { parts } = rangeOf(words);
    const lanes = Array.from({ length: parts }, (_, l) => l * 3 * C);
    const newRunning = Float32Array.from(running);
    const newNorm = Float32Array.from(norm);
    for (let c = 0; c < C; c++) {
      const count = lanes.reduce((sum, at) => sum + part[at + c], 0);
      const mean = lanes.reduce((sum, at) => sum + part[at + c] * part[at + C + c], 0) / count;
      const squares = lanes.reduce((sum, at) => sum + part[at + 2 * C + c] + part[at + c] * (part[at + C + c] - mean) ** 2, 0);
      const inverse = 1 / Math.sqrt(squares / count + epsilon);
      const scale = weights[GAMMA + c] * inverse;
      newNorm.set([scale], c);
      newNorm.set([weights[BETA + c] - mean * scale], C + c);
      newNorm.set([mean], 2 * C + c);
      newNorm.set([inverse], 3 * C + c);
      newRunning[MEAN + c] = 0.9 * running[MEAN + c] + 0.1 * (mean + biasAt(weights, BIAS, c));
      newRunning[VAR + c] = 0.9 * running[VAR + c] + (0.1 * squares) / (count - 1);
    }
    return [newRunning, newNorm];
  },
  tolerance: 2e-6,
};

/** The line y · scale + shift of evaluation mode; mean, without the bias that y lacks, and inverse deviation. */
export const normInference: KernelSpec = {
  name: 'norm-inference',
  wgsl: inferenceText,
  bindings: [
    { name: 'weights', access: 'read' },
    { name: 'running', access: 'read' },
    { name: 'norm', access: 'write' },
  ],
  constants: ['C', 'GAMMA', 'BETA', 'BIAS', 'MEAN', 'VAR'],
  workgroupSize: 64,
  examples: [
    { C: 1, BIAS: 2 },
    { C: 72, BIAS: 144 },
    { C: 5, BIAS: -1 },
  ].map(({ C, BIAS }) => ({
    title: `${C} channels`,
    constants: { C, GAMMA: C, BETA: 0, BIAS, MEAN: C, VAR: 0 },
    extent: { threads: C, z: 1 },
    arrays: () => [noise(3 * C, 5), noise(2 * C, 6).map((value) => value + 1.5), new Float32Array(4 * C)],
  })),
  reference: ([weights, running, norm], { C, GAMMA, BETA, BIAS, MEAN, VAR }) => {
    const result = Float32Array.from(norm);
    for (let c = 0; c < C; c++) {
      const scale = weights[GAMMA + c] / Math.sqrt(running[VAR + c] + epsilon);
      result[c] = scale;
      result[C + c] = weights[BETA + c] + (biasAt(weights, BIAS, c) - running[MEAN + c]) * scale;
      result[2 * C + c] = running[MEAN + c] - biasAt(weights, BIAS, c);
      result[3 * C + c] = 1 / Math.sqrt(running[VAR + c] + epsilon);
    }
    return [result];
  },
  tolerance: 2e-6,
};

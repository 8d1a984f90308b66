/**
 * @file BatchNorm, ReLU and front-padded max pool (window PD × P × P) as one operation, and its gradient. Pooling keeps of each
 * window the value before the norm and 4 bits that say where it was.
 */
import type { Constants, KernelArray, KernelExample, KernelSpec } from '../kernel';
import { gradientScale, noise, type Range, rangeOf, rangeWords, strided } from './example-arrays';
import gradientText from './norm-gradient.wgsl?raw';
import gradientFinishText from './norm-gradient-finish.wgsl?raw';
import gradientSumsText from './norm-gradient-sums.wgsl?raw';
import poolText from './norm-relu-pool.wgsl?raw';

interface Window {
  /** Offset of the pooled voxel in units of channels. */
  readonly cell: number;
  /** Offsets of the voxels in y (sample and slab included), by place in the window; undefined in the padding. */
  readonly voxels: readonly (number | undefined)[];
  readonly sample: number;
}

/** All windows of a range. */
function windows(c: Constants, range: Range, n: number): Window[] {
  const { D, H, W, C, PD, P, YS } = c;
  const size = (length: number, p: number): number => Math.ceil(length / p);
  const [QH, QW] = [size(H, P), size(W, P)];
  const start = (q: number, length: number, p: number): number => q * p - (size(length, p) * p - length);
  const result: Window[] = [];
  for (let sample = 0; sample < n; sample++)
    for (let qd = range.q0; qd < range.q0 + range.qn; qd++)
      for (let qh = 0; qh < QH; qh++)
        for (let qw = 0; qw < QW; qw++) {
          const voxels = Array.from({ length: PD * P * P }, (_, i) => {
            const d = start(qd, D, PD) + Math.floor(i / (P * P));
            const h = start(qh, H, P) + (Math.floor(i / P) % P);
            const w = start(qw, W, P) + (i % P);
            return d < 0 || h < 0 || w < 0 ? undefined : sample * YS + (((d - range.d0) * H + h) * W + w) * C;
          });
          result.push({ sample, cell: (qd * QH + qh) * QW + qw, voxels });
        }
  return result;
}

interface PoolSizes {
  readonly n: number;
  /** Samples before the range. */
  readonly n0?: number;
  readonly shape: readonly [number, number, number];
  readonly C: number;
  readonly window?: readonly [number, number];
  /** First plane and number of planes of y, then of the pooled tensor. */
  readonly slab?: readonly [number, number, number, number];
}

function poolConstants(sizes: PoolSizes): { constants: Constants; range: Partial<Range>; cells: number } {
  const { n, shape, C, window = [2, 2] } = sizes;
  const [D, H, W] = shape;
  const [PD, P] = window;
  const QD = Math.ceil(D / PD);
  const [d0, dn, q0, qn] = sizes.slab ?? [0, D, 0, QD];
  const cells = QD * Math.ceil(H / P) * Math.ceil(W / P);
  const constants = { D, H, W, C, PD, P, YS: dn * H * W * C + 8, ZS: cells * C + 4, CS: (cells * C) / 8 + 3 };
  return { constants, range: { n0: sizes.n0 ?? 0, n, d0, dn, q0, qn }, cells };
}

/** Few distinct values, so that ties are common. */
const tied = (values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> => values.map((value) => Math.round(value * 3) / 4);

function poolExample(title: string, sizes: PoolSizes): KernelExample {
  const { constants, range } = poolConstants(sizes);
  const { n, C } = sizes;
  const { H, W, P, YS, ZS, CS } = constants;
  return {
    title,
    constants,
    extent: { threads: range.qn! * Math.ceil(H / P) * Math.ceil(W / P) * (C / 8), z: n },
    arrays: () => [
      rangeWords({ ...range, from0: range.d0! * H * W * C }),
      tied(strided(n, range.dn! * H * W * C, YS, 7)),
      tied(noise(4 * C, 8)),
      new Float32Array((n + range.n0!) * ZS),
      new Float32Array((n + range.n0!) * ZS),
      new Uint32Array((n + range.n0!) * CS),
    ],
  };
}

const poolCases: readonly (readonly [string, PoolSizes])[] = [
  ['one voxel', { n: 1, shape: [1, 1, 1], C: 8 }],
  ['odd sizes, two samples', { n: 2, shape: [5, 7, 3], C: 16 }],
  ['even and odd', { n: 1, shape: [4, 5, 6], C: 8 }],
  ['windows 2 and 3 of an odd depth', { n: 1, shape: [9, 3, 4], C: 8, n0: 1, slab: [3, 4, 2, 2] }],
  ['two dimensions', { n: 2, shape: [1, 5, 9], C: 8, window: [1, 2] }],
  ['no pool', { n: 1, shape: [3, 2, 5], C: 8, window: [1, 1] }],
];

/** Pooled values, what backward needs of them, and where they came from. */
export const normReluPool: KernelSpec = {
  name: 'norm-relu-pool',
  wgsl: poolText,
  bindings: [
    { name: 'range', access: 'uniform' },
    { name: 'y', access: 'read' },
    { name: 'norm', access: 'read' },
    { name: 'p', access: 'write' },
    { name: 'peak', access: 'write' },
    { name: 'code', access: 'write' },
  ],
  constants: ['D', 'H', 'W', 'C', 'PD', 'P', 'YS', 'ZS', 'CS'],
  half: ['y', 'p', 'peak'],
  // One for p and peak.
  windows: ['y', 'p peak', 'code'],
  workgroupSize: 64,
  examples: poolCases.map(([title, sizes]) => poolExample(title, sizes)),
  reference: ([words, y, norm, p, peak, code], constants, extent) => {
    const { C, ZS, CS } = constants;
    const { n0 } = rangeOf(words);
    const result = [Float32Array.from(p), Float32Array.from(peak), Uint32Array.from(code)] as const;
    for (const { sample, cell, voxels } of windows(constants, rangeOf(words), extent.z))
      for (let c = 0; c < C; c++) {
        let [best, at, place] = [0, 0, 8];
        for (const [i, voxel] of voxels.entries()) {
          if (voxel === undefined) continue;
          const z = Math.max(0, y[voxel + c] * norm[c] + norm[C + c]);
          if (z > best) [best, at, place] = [z, y[voxel + c], i];
        }
        result[0][(n0 + sample) * ZS + cell * C + c] = best;
        result[1][(n0 + sample) * ZS + cell * C + c] = at;
        result[2][(n0 + sample) * CS + (cell * C + c - (c % 8)) / 8] += place * 2 ** (4 * (c % 8));
      }
    return [...result];
  },
  tolerance: 1e-6,
};

/** Codes 0…7 and 8 at random. */
function codes(length: number, seed: number): Uint32Array<ArrayBuffer> {
  const random = noise(length * 8, seed);
  return Uint32Array.from({ length }, (_, word) => {
    let value = 0;
    for (let c = 0; c < 8; c++) value += Math.min(8, Math.floor((random[word * 8 + c] + 1) * 6)) * 2 ** (4 * c);
    return value;
  });
}

const placeOf = (word: number, c: number): number => (word >>> (4 * (c % 8))) & 15;

/** Sums over the pooled voxels. */
export const normGradientSums: KernelSpec = {
  name: 'norm-gradient-sums',
  wgsl: gradientSumsText,
  bindings: [
    { name: 'range', access: 'uniform' },
    { name: 'dp', access: 'read' },
    { name: 'peak', access: 'read' },
    { name: 'code', access: 'read' },
    { name: 'norm', access: 'read' },
    { name: 'part', access: 'write' },
  ],
  constants: ['SIZE', 'C', 'ZS', 'CS'],
  half: ['dp', 'peak'],
  workgroupSize: 64,
  examples: [
    [1, 1, 8, 1],
    [2, 105, 24, 13],
    [1, 3, 8, 7],
  ].map(([n, SIZE, C, parts]) => ({
    title: `${n} × ${SIZE} voxels of ${C} channels, ${parts} lanes`,
    constants: { SIZE, C, ZS: SIZE * C + 4, CS: (SIZE * C) / 8 + 1 },
    extent: { threads: (C / 4) * parts, z: 1 },
    arrays: () => [
      rangeWords({ n, part0: 2, parts }),
      strided(n, SIZE * C, SIZE * C + 4, 9),
      strided(n, SIZE * C, SIZE * C + 4, 10),
      codes(n * ((SIZE * C) / 8 + 1), 11),
      noise(4 * C, 12),
      new Float32Array((parts + 2) * 2 * C),
    ],
  })),
  reference: ([words, dp, peak, code, norm, part], { SIZE, C, ZS, CS }) => {
    const { n, part0, parts } = rangeOf(words);
    const sums = Float64Array.from(part);
    for (let voxel = 0; voxel < n * SIZE; voxel++)
      for (let c = 0; c < C; c++) {
        const [sample, cell] = [Math.floor(voxel / SIZE), voxel % SIZE];
        if (placeOf(code[sample * CS + Math.floor((cell * C + c) / 8)], c) === 8) continue;
        const at = sample * ZS + cell * C + c;
        const to = (part0 + (voxel % parts)) * 2 * C + c;
        sums[to] += dp[at];
        sums[to + C] += dp[at] * (peak[at] - norm[2 * C + c]) * norm[3 * C + c];
      }
    return [Float32Array.from(sums)];
  },
  tolerance: 2e-6,
};

/** Gradients of gamma and beta, and the line that gives dy. */
export const normGradientFinish: KernelSpec = {
  name: 'norm-gradient-finish',
  wgsl: gradientFinishText,
  bindings: [
    { name: 'range', access: 'uniform' },
    { name: 'part', access: 'read' },
    { name: 'weights', access: 'read' },
    { name: 'norm', access: 'read' },
    { name: 'gradient', access: 'write' },
    { name: 'line', access: 'write' },
  ],
  constants: ['C', 'D', 'H', 'W', 'GAMMA', 'BETA', 'GROUP'],
  half: [],
  workgroupSize: 64,
  examples: [
    [8, 1],
    [16, 77],
  ].map(([C, parts]) => ({
    title: `${C} channels, ${parts} lanes`,
    constants: { C, D: 3, H: 2, W: 5, GAMMA: C, BETA: 0, GROUP: parts === 1 ? 4 : 64 },
    extent: { threads: (parts === 1 ? 4 : 64) * C, z: 1 },
    arrays: () => [
      rangeWords({ n: 2, parts }),
      noise(parts * 2 * C, 13),
      noise(2 * C, 14),
      noise(4 * C, 15),
      noise(2 * C, 16),
      new Float32Array(3 * C),
    ],
  })),
  reference: ([words, part, weights, norm, gradient, line], constants) => {
    const { C, D, H, W, GAMMA, BETA } = constants;
    const { n, parts } = rangeOf(words);
    const newGradient = Float32Array.from(gradient);
    const newLine = Float32Array.from(line);
    for (let c = 0; c < C; c++) {
      let [dbeta, dgamma] = [0, 0];
      for (let l = 0; l < parts; l++) {
        dbeta += part[l * 2 * C + c];
        dgamma += part[(l * 2 + 1) * C + c];
      }
      newGradient[BETA + c] += dbeta / gradientScale(constants);
      newGradient[GAMMA + c] += dgamma / gradientScale(constants);
      // dy = gamma inverse (dz − dbeta / N − xhat dgamma / N), xhat = (y − mean) inverse
      const count = n * D * H * W;
      const [mean, inverse] = [norm[2 * C + c], norm[3 * C + c]];
      const a = weights[GAMMA + c] * inverse;
      newLine[c] = a;
      newLine[C + c] = (-a * inverse * dgamma) / count;
      newLine[2 * C + c] = a * (-dbeta / count + (mean * inverse * dgamma) / count);
    }
    return [newGradient, newLine];
  },
  tolerance: 4e-6,
};

function gradientExample(title: string, sizes: PoolSizes): KernelExample {
  const { constants, range } = poolConstants(sizes);
  const { n, C } = sizes;
  const { H, W, P, YS, ZS, CS } = constants;
  return {
    title,
    constants,
    extent: { threads: range.qn! * Math.ceil(H / P) * Math.ceil(W / P) * (C / 4), z: n },
    arrays: () => [
      rangeWords({ ...range, from2: range.d0! * H * W * C }),
      noise((n + range.n0!) * ZS, 17),
      codes((n + range.n0!) * CS, 18),
      noise(3 * C, 19),
      strided(n, range.dn! * H * W * C, YS, 20),
    ],
  };
}

/** The gradient with respect to the convolution's output, over it. */
export const normGradient: KernelSpec = {
  name: 'norm-gradient',
  wgsl: gradientText,
  bindings: [
    { name: 'range', access: 'uniform' },
    { name: 'dp', access: 'read' },
    { name: 'code', access: 'read' },
    { name: 'line', access: 'read' },
    { name: 'y', access: 'write' },
  ],
  constants: ['D', 'H', 'W', 'C', 'PD', 'P', 'YS', 'ZS', 'CS'],
  half: ['dp', 'y'],
  windows: ['dp', 'code', 'y'],
  workgroupSize: 64,
  examples: poolCases.map(([title, sizes]) => gradientExample(title, sizes)),
  reference: ([words, dp, code, line, y], constants, extent) => {
    const { C, ZS, CS } = constants;
    const { n0 } = rangeOf(words);
    const result: KernelArray = Float32Array.from(y);
    for (const { sample, cell, voxels } of windows(constants, rangeOf(words), extent.z))
      for (const [i, voxel] of voxels.entries())
        for (let c = 0; c < C && voxel !== undefined; c++) {
          const here = placeOf(code[(n0 + sample) * CS + (cell * C + c - (c % 8)) / 8], c) === i;
          const dz = here ? dp[(n0 + sample) * ZS + cell * C + c] : 0;
          result[voxel + c] = dz * line[c] + y[voxel + c] * line[C + c] + line[2 * C + c];
        }
    return [result];
  },
  tolerance: 1e-6,
};

/**
 * @file Vectors: volumes flattened to PyTorch's order and back, linear layers of small batches with the activation that follows, and
 * the loss of classes. The weight gradient of a linear layer is formed inside the optimiser step, from the rows that accumulated.
 */
import type { Constants, KernelExample, KernelSpec } from '../kernel';
import { activated, activationCodes, derivative, withActivation } from './activation';
import crossEntropyText from './cross-entropy.wgsl?raw';
import { gradientScale, noise, strided } from './example-arrays';
import flattenText from './flatten.wgsl?raw';
import finishText from './linear-finish.wgsl?raw';
import inputFinishText from './linear-input-finish.wgsl?raw';
import inputPartsText from './linear-input-parts.wgsl?raw';
import outputGradientText from './linear-output-gradient.wgsl?raw';
import partsText from './linear-parts.wgsl?raw';
import { packed } from './pack';
import unflattenText from './unflatten.wgsl?raw';

/** The integers of a `Step`: samples given, place of the loss, samples of the whole batch. */
export function stepWords(n: number, slot = 0, whole = n): Int32Array<ArrayBuffer> {
  return Int32Array.of(n, slot, whole);
}

const flattenings = [
  { title: 'one voxel', n: 1, VOXELS: 1, C: 8, MASK: 0 },
  { title: 'one channel', n: 2, VOXELS: 15, C: 1, MASK: 0 },
  { title: 'two samples, masked', n: 2, VOXELS: 12, C: 5, MASK: 1 },
  { title: 'three samples', n: 3, VOXELS: 13, C: 8, MASK: 0 },
] as const;

/** A volume as a vector in PyTorch's order, masked. */
export const flatten: KernelSpec = {
  name: 'flatten',
  wgsl: flattenText,
  bindings: [
    { name: 'p', access: 'read' },
    { name: 'mask', access: 'read' },
    { name: 'out', access: 'write' },
  ],
  constants: ['VOXELS', 'C', 'PS', 'OS', 'MASK'],
  half: ['p'],
  workgroupSize: 64,
  examples: flattenings.map(({ title, n, VOXELS, C, MASK }) => {
    const size = VOXELS * C;
    return {
      title,
      constants: { VOXELS, C, MASK, PS: size + 8, OS: size + 4 },
      extent: { threads: size, z: n },
      arrays: () => [strided(n, size, size + 8, 1), strided(n, size, size + 4, 2), strided(n, size, size + 4, 3)],
    };
  }),
  reference: ([p, mask, out], { VOXELS, C, PS, OS, MASK }, { z }) => {
    const result = out.slice();
    for (let n = 0; n < z; n++)
      for (let c = 0; c < C; c++)
        for (let voxel = 0; voxel < VOXELS; voxel++) {
          const at = n * OS + c * VOXELS + voxel;
          result[at] = p[n * PS + voxel * C + c] * (MASK === 1 ? mask[at] : 1);
        }
    return [result];
  },
  tolerance: 1e-7,
};

/** A vector in PyTorch's order as a volume, masked. */
export const unflatten: KernelSpec = {
  name: 'unflatten',
  wgsl: unflattenText,
  bindings: [
    { name: 'v', access: 'read' },
    { name: 'mask', access: 'read' },
    { name: 'p', access: 'write' },
  ],
  constants: ['VOXELS', 'C', 'VS', 'PS', 'MASK'],
  half: ['p'],
  workgroupSize: 64,
  examples: flattenings.map(({ title, n, VOXELS, C, MASK }) => {
    const size = VOXELS * C;
    return {
      title,
      constants: { VOXELS, C, MASK, PS: size + 8, VS: size + 4 },
      extent: { threads: size, z: n },
      arrays: () => [strided(n, size, size + 4, 4), strided(n, size, size + 4, 5), strided(n, size, size + 8, 6)],
    };
  }),
  reference: ([v, mask, p], constants, { z }) => {
    const { VOXELS, C, VS, PS, MASK } = constants;
    const result = p.slice();
    for (let n = 0; n < z; n++)
      for (let c = 0; c < C; c++)
        for (let voxel = 0; voxel < VOXELS; voxel++) {
          const at = n * VS + c * VOXELS + voxel;
          result[n * PS + voxel * C + c] = v[at] * (MASK === 1 ? mask[at] : 1) * gradientScale(constants);
        }
    return [result];
  },
  tolerance: 1e-7,
};

const rowOf = (I: number): number => Math.ceil(I / 4) * 4;
/** Weights of so many outputs: rows filled up with what would be seen. */
const matrix = (COUNT: number, I: number, seed: number): Float32Array<ArrayBuffer> => strided(COUNT, I, rowOf(I), seed);
/** The same with zeros, as they are stored. */
const stored = (COUNT: number, I: number, seed: number): Float32Array<ArrayBuffer> =>
  matrix(COUNT, I, seed).map((value) => (Number.isNaN(value) ? 0 : value));

/** How a kernel of a linear layer deals out its work. */
export interface LinearWork {
  /** Samples that a thread handles; z counts groups of so many. */
  readonly samples: 1 | 4;
  threads(c: Constants): number;
}

/** Groups of a batch: z of a kernel of linear layers. */
export const sampleGroups = ({ samples }: LinearWork, n: number): number => Math.ceil(n / samples);

function partsExample(
  title: string,
  work: LinearWork,
  n: number,
  I: number,
  O: number,
  count: readonly [number, number],
  S: number,
): KernelExample {
  const [FIRST, COUNT] = count;
  const XS = rowOf(I) + 8;
  const constants = { I, XS, O, N: n, FIRST, COUNT, S };
  return {
    title,
    constants,
    extent: { threads: work.threads(constants), z: sampleGroups(work, n) },
    arrays: () => [stepWords(n), strided(n, I, XS, 3), matrix(COUNT, I, 4), new Float32Array(S * n * O)],
  };
}

/** Dot products, the long rows dealt out to lanes. `run`: floats of the row that a lane takes at a time. */
export function linearPartsSpec(name: string, wgsl: string, work: LinearWork, run = 4): KernelSpec {
  return {
    name,
    wgsl,
    bindings: [
      { name: 'step', access: 'uniform' },
      { name: 'x', access: 'read' },
      { name: 'w', access: 'read' },
      { name: 'part', access: 'write' },
    ],
    constants: ['I', 'XS', 'O', 'N', 'FIRST', 'COUNT', 'S'],
    workgroupSize: 64,
    examples: [
      partsExample('one output', work, 1, 4, 1, [0, 1], 1),
      partsExample('seven samples, odd outputs', work, 7, 52, 13, [0, 13], 5),
      partsExample('the last outputs of a chunked layer', work, 2, 20, 9, [6, 3], 2),
      partsExample('one input', work, 3, 1, 2, [0, 2], 1),
      partsExample('rows of 13, 14 and 15: 13', work, 2, 13, 3, [0, 3], 3),
      partsExample('rows of 13, 14 and 15: 14', work, 2, 14, 3, [0, 3], 2),
      partsExample('rows of 13, 14 and 15: 15', work, 2, 15, 3, [0, 3], 1),
    ],
    reference: ([step, x, w, part], { I, XS, O, N, FIRST, COUNT, S }) => {
      const result = Float64Array.from(part);
      for (let n = 0; n < step[0]; n++)
        for (let o = 0; o < COUNT; o++)
          for (let i = 0; i < I; i++)
            result[((Math.floor(i / run) % S) * N + n) * O + FIRST + o] += x[n * XS + i] * w[o * rowOf(I) + i];
      return [Float32Array.from(result)];
    },
    tolerance: 2e-6,
  };
}

export const linearWork: LinearWork = { samples: 4, threads: ({ S, COUNT }) => S * COUNT };
export const linearParts = linearPartsSpec('linear-parts', partsText, linearWork);

const slope = (): Float32Array<ArrayBuffer> => Float32Array.of(0.2);

function finishExample(title: string, n: number, S: number, O: number, kind: keyof typeof activationCodes): KernelExample {
  const ZS = O + 3;
  return {
    title,
    constants: { S, N: n + 1, O, ZS, BIAS: 3, ACTIVATION: activationCodes[kind] },
    extent: { threads: O * n, z: 1 },
    arrays: () => [stepWords(n), slope(), noise(S * (n + 1) * O, 5), noise(3 + O, 6), strided(n, O, ZS, 7)],
  };
}

/** Kernels that see floats one by one, with an activation. */
const scalar = (spec: Omit<KernelSpec, 'workgroupSize' | 'half'>): KernelSpec => {
  const { examples, ...rest } = spec;
  return { ...packed({ ...rest, wgsl: withActivation(spec.wgsl), half: [] }, [])[1], examples };
};

/** Sum, bias and activation. */
export const linearFinish: KernelSpec = scalar({
  name: 'linear-finish',
  wgsl: finishText,
  bindings: [
    { name: 'step', access: 'uniform' },
    { name: 'shape', access: 'uniform' },
    { name: 'part', access: 'read' },
    { name: 'weights', access: 'read' },
    { name: 'z', access: 'write' },
  ],
  constants: ['S', 'N', 'O', 'ZS', 'BIAS', 'ACTIVATION'],
  examples: [
    finishExample('one output', 1, 1, 1, 'none'),
    finishExample('relu', 3, 4, 50, 'relu'),
    finishExample('elu', 2, 3, 65, 'elu'),
    finishExample('leaky relu', 2, 2, 5, 'leaky'),
  ],
  reference: ([step, [leak], part, weights, z], c) => {
    const { S, N, O, ZS, BIAS } = c;
    const result = z.slice();
    for (let n = 0; n < step[0]; n++)
      for (let o = 0; o < O; o++) {
        let sum = weights[BIAS + o];
        for (let s = 0; s < S; s++) sum += part[(s * N + n) * O + o];
        result[n * ZS + o] = activated(sum, c, leak);
      }
    return [result];
  },
  tolerance: 1e-6,
});

/** Input gradient, the outputs dealt out to lanes. */
export function linearInputSpec(name: string, wgsl: string, work: LinearWork): KernelSpec {
  return {
    name,
    wgsl,
    bindings: [
      { name: 'step', access: 'uniform' },
      { name: 'g', access: 'read' },
      { name: 'w', access: 'read' },
      { name: 'part', access: 'write' },
    ],
    constants: ['I', 'GS', 'N', 'FIRST', 'COUNT', 'PART', 'S'],
    workgroupSize: 64,
    examples: [
      { title: 'one output', n: 1, I: 4, GS: 4, FIRST: 0, COUNT: 1, PART: 0, S: 1 },
      { title: 'six samples, a later chunk', n: 6, I: 50, GS: 17, FIRST: 5, COUNT: 9, PART: 2, S: 4 },
      { title: 'more inputs than a workgroup', n: 3, I: 275, GS: 9, FIRST: 0, COUNT: 8, PART: 0, S: 3 },
    ].map(({ title, n, ...rest }) => {
      const constants: Constants = { ...rest, N: n };
      const { I, GS, COUNT, PART, S } = rest;
      return {
        title,
        constants,
        extent: { threads: work.threads(constants), z: sampleGroups(work, n) },
        arrays: () => [stepWords(n), noise(n * GS, 8), stored(COUNT, I, 9), new Float32Array((PART + S) * n * rowOf(I))],
      };
    }),
    reference: ([step, g, w, part], { I, GS, N, FIRST, COUNT, PART, S }) => {
      const result = Float64Array.from(part);
      for (let n = 0; n < step[0]; n++)
        for (let o = 0; o < COUNT; o++)
          for (let i = 0; i < I; i++)
            result[((PART + (o % S)) * N + n) * rowOf(I) + i] += g[n * GS + FIRST + o] * w[o * rowOf(I) + i];
      return [Float32Array.from(result)];
    },
    tolerance: 2e-6,
  };
}

export const linearInputWork: LinearWork = { samples: 4, threads: ({ S, I }) => (S * rowOf(I)) / 4 };
export const linearInputParts = linearInputSpec('linear-input-parts', inputPartsText, linearInputWork);

/** Sum of the lanes. */
export const linearInputFinish: KernelSpec = {
  name: 'linear-input-finish',
  wgsl: inputFinishText,
  bindings: [
    { name: 'step', access: 'uniform' },
    { name: 'part', access: 'read' },
    { name: 'dx', access: 'write' },
  ],
  constants: ['S', 'N', 'I', 'GS'],
  workgroupSize: 64,
  examples: [
    { title: 'one sample', n: 1, S: 1, I: 4, N: 1 },
    { title: 'two of three samples', n: 2, S: 3, I: 101, N: 3 },
  ].map(({ title, n, ...rest }) => {
    const { S, I, N } = rest;
    return {
      title,
      constants: { ...rest, GS: I + 5 },
      extent: { threads: I * n, z: 1 },
      arrays: () => [stepWords(n), noise(S * N * rowOf(I), 10), strided(n, I, I + 5, 11)],
    };
  }),
  reference: ([step, part, dx], { S, N, I, GS }) => {
    const result = dx.slice();
    for (let n = 0; n < step[0]; n++)
      for (let i = 0; i < I; i++) {
        let sum = 0;
        for (let s = 0; s < S; s++) sum += part[(s * N + n) * rowOf(I) + i];
        result[n * GS + i] = sum;
      }
    return [result];
  },
  tolerance: 1e-6,
};

/** The gradient before the activation, over that after it, and its column sums. */
export const linearOutputGradient: KernelSpec = scalar({
  name: 'linear-output-gradient',
  wgsl: outputGradientText,
  bindings: [
    { name: 'step', access: 'uniform' },
    { name: 'shape', access: 'uniform' },
    { name: 'z', access: 'read' },
    { name: 'dz', access: 'write' },
    { name: 'gradient', access: 'write' },
  ],
  constants: ['O', 'ZS', 'GS', 'BIAS', 'ACTIVATION'],
  examples: (
    [
      [1, 1, 'none'],
      [3, 67, 'relu'],
      [2, 5, 'leaky'],
    ] as const
  ).map(([n, O, kind]) => ({
    title: `${n} × ${O}, ${kind}`,
    constants: { O, ZS: O + 1, GS: O + 2, BIAS: 5, ACTIVATION: activationCodes[kind] },
    extent: { threads: O, z: 1 },
    arrays: () => [stepWords(n), slope(), strided(n, O, O + 1, 12), strided(n, O, O + 2, 13), noise(5 + O, 14)],
  })),
  reference: ([step, [leak], z, dz, gradient], c) => {
    const { O, ZS, GS, BIAS, ACTIVATION } = c;
    const [newDz, newGradient] = [dz.slice(), gradient.slice()];
    for (let o = 0; o < O; o++)
      for (let n = 0; n < step[0]; n++) {
        if (ACTIVATION !== 0) newDz[n * GS + o] *= derivative(z[n * ZS + o], c, leak);
        newGradient[BIAS + o] += newDz[n * GS + o];
      }
    return [newDz, newGradient];
  },
  tolerance: 1e-6,
});

/** `CrossEntropyLoss`, mean over the batch, and its gradient. */
export const crossEntropy: KernelSpec = {
  name: 'cross-entropy',
  wgsl: crossEntropyText,
  bindings: [
    { name: 'step', access: 'uniform' },
    { name: 'label', access: 'read' },
    { name: 'x', access: 'read' },
    { name: 'g', access: 'write' },
    { name: 'loss', access: 'write' },
  ],
  constants: ['K', 'XS', 'GS'],
  workgroupSize: 1,
  examples: [
    { title: 'one sample, two classes', labels: [1], K: 2, scale: 1, whole: 1 },
    { title: 'two samples of a batch of five', labels: [1, 0], K: 2, scale: 1, whole: 5 },
    { title: 'three samples, five classes, large logits', labels: [4, 0, 2], K: 5, scale: 60, whole: 3 },
  ].map(({ title, labels, K, scale, whole }) => {
    const n = labels.length;
    return {
      title,
      constants: { K, XS: K + 1, GS: K + 2 },
      extent: { threads: 1, z: 1 },
      arrays: () => [
        stepWords(n, 2, whole),
        Int32Array.from(labels),
        strided(n, K, K + 1, 15).map((value) => value * scale),
        strided(n, K, K + 2, 16),
        new Float32Array(4),
      ],
    };
  }),
  reference: ([step, label, x, g, loss], { K, XS, GS }) => {
    const [n, slot, whole] = step;
    const [newG, newLoss] = [g.slice(), loss.slice()];
    let total = 0;
    for (let k = 0; k < n; k++) {
      const logits = Array.from(x.subarray(k * XS, k * XS + K));
      const top = Math.max(...logits);
      const sum = logits.reduce((all, value) => all + Math.exp(value - top), 0);
      total += Math.log(sum) + top - logits[label[k]];
      for (let o = 0; o < K; o++) newG[k * GS + o] = (Math.exp(logits[o] - top) / sum - (o === label[k] ? 1 : 0)) / whole;
    }
    newLoss[slot] = total / n;
    return [newG, newLoss];
  },
  tolerance: 2e-6,
};

/**
 * @file Linear layers of small batches, dropout masks and the loss. Inputs and output gradients of a layer are rows of two
 * matrices that grow while gradients accumulate; the weight gradient is their product and is formed inside the optimiser step.
 */
import type { Constants, KernelExample, KernelSpec } from '../kernel';
import biasText from './bias-gradient.wgsl?raw';
import crossEntropyText from './cross-entropy.wgsl?raw';
import { gradientScale, noise, rangeOf, rangeWords, strided } from './example-arrays';
import featuresText from './features.wgsl?raw';
import finishText from './linear-finish.wgsl?raw';
import inputFinishText from './linear-input-finish.wgsl?raw';
import inputPartsText from './linear-input-parts.wgsl?raw';
import partsText from './linear-parts.wgsl?raw';

/** The integers of a `Step`: samples given, the first row, rows in use, place of the loss, samples of the whole batch. */
export function stepWords(n: number, row: number, rows = row + n, slot = 0, whole = n): Int32Array<ArrayBuffer> {
  return Int32Array.of(n, row, rows, slot, whole);
}

/** The last block's output, masked, as rows. */
export const features: KernelSpec = {
  name: 'features',
  wgsl: featuresText,
  bindings: [
    { name: 'range', access: 'uniform' },
    { name: 'step', access: 'uniform' },
    { name: 'p', access: 'read' },
    { name: 'mask', access: 'read' },
    { name: 'out', access: 'write' },
  ],
  constants: ['SIZE', 'ZS', 'MASK'],
  half: ['p'],
  workgroupSize: 64,
  examples: [
    [1, 8, 0, 0],
    [3, 104, 1, 2],
  ].map(([n, SIZE, MASK, part0]) => ({
    title: `${n} × ${SIZE}, mask ${MASK}, from sample ${part0}`,
    constants: { SIZE, ZS: SIZE + 8, MASK },
    extent: { threads: SIZE, z: n },
    arrays: () => [
      rangeWords({ n, part0 }),
      stepWords(n + part0, 2),
      strided(n, SIZE, SIZE + 8, 1),
      noise((n + part0) * SIZE, 2),
      new Float32Array((n + part0 + 2) * SIZE),
    ],
  })),
  reference: ([range, step, p, mask, out], { SIZE, ZS, MASK }, extent) => {
    const { part0 } = rangeOf(range);
    const result = Float32Array.from(out);
    for (let n = 0; n < extent.z; n++)
      for (let i = 0; i < SIZE; i++)
        result[(step[1] + part0 + n) * SIZE + i] = p[n * ZS + i] * (MASK === 1 ? mask[(part0 + n) * SIZE + i] : 1);
    return [result];
  },
  tolerance: 1e-7,
};

function partsExample(
  title: string,
  n: number,
  I: number,
  O: number,
  count: readonly [number, number],
  S: number,
): KernelExample {
  const [FIRST, COUNT] = count;
  return {
    title,
    constants: { I, O, N: n, FIRST, COUNT, S },
    extent: { threads: S * COUNT, z: Math.ceil(n / 4) },
    arrays: () => [stepWords(n, 1), noise((n + 1) * I, 3), noise(COUNT * I, 4), new Float32Array(S * n * O)],
  };
}

/** Dot products, the long rows dealt out to lanes. */
export const linearParts: KernelSpec = {
  name: 'linear-parts',
  wgsl: partsText,
  bindings: [
    { name: 'step', access: 'uniform' },
    { name: 'x', access: 'read' },
    { name: 'w', access: 'read' },
    { name: 'part', access: 'write' },
  ],
  constants: ['I', 'O', 'N', 'FIRST', 'COUNT', 'S'],
  workgroupSize: 64,
  examples: [
    partsExample('one output', 1, 4, 1, [0, 1], 1),
    partsExample('seven samples, odd outputs', 7, 52, 13, [0, 13], 5),
    partsExample('the last outputs of a chunked layer', 2, 20, 9, [6, 3], 2),
  ],
  reference: ([step, x, w, part], { I, O, N, FIRST, COUNT, S }) => {
    const result = Float64Array.from(part);
    for (let n = 0; n < step[0]; n++)
      for (let o = 0; o < COUNT; o++)
        for (let i = 0; i < I; i++)
          result[((Math.floor(i / 4) % S) * N + n) * O + FIRST + o] += x[(step[1] + n) * I + i] * w[o * I + i];
    return [Float32Array.from(result)];
  },
  tolerance: 2e-6,
};

function finishExample(title: string, n: number, S: number, O: number, flags: readonly [number, number]): KernelExample {
  const OUT = Math.ceil(O / 4) * 4;
  const [RELU, MASK] = flags;
  return {
    title,
    constants: { S, N: n + 1, O, OUT, BIAS: 3, RELU, MASK },
    extent: { threads: OUT * n, z: 1 },
    arrays: () => [
      stepWords(n, 2),
      noise(S * (n + 1) * O, 5),
      noise(3 + O, 6),
      noise(n * OUT, 7),
      new Float32Array((n + 2) * OUT).fill(9),
    ],
  };
}

/** Sum, bias, ReLU and mask: rows of the next layer's input. */
export const linearFinish: KernelSpec = {
  name: 'linear-finish',
  wgsl: finishText,
  bindings: [
    { name: 'step', access: 'uniform' },
    { name: 'part', access: 'read' },
    { name: 'weights', access: 'read' },
    { name: 'mask', access: 'read' },
    { name: 'out', access: 'write' },
  ],
  constants: ['S', 'N', 'O', 'OUT', 'BIAS', 'RELU', 'MASK'],
  workgroupSize: 64,
  examples: [
    finishExample('one output', 1, 1, 1, [0, 0]),
    finishExample('relu and mask', 3, 4, 50, [1, 1]),
    finishExample('relu', 2, 3, 65, [1, 0]),
  ],
  reference: ([step, part, weights, mask, out], { S, N, O, OUT, BIAS, RELU, MASK }) => {
    const result = Float32Array.from(out);
    for (let n = 0; n < step[0]; n++)
      for (let o = 0; o < OUT; o++) {
        let sum = o < O ? weights[BIAS + o] : 0;
        for (let s = 0; s < S && o < O; s++) sum += part[(s * N + n) * O + o];
        if (RELU === 1) sum = Math.max(sum, 0);
        result[(step[1] + n) * OUT + o] = MASK === 1 ? sum * mask[n * OUT + o] : sum;
      }
    return [result];
  },
  tolerance: 1e-6,
};

/** Input gradient, the outputs dealt out to lanes. */
export const linearInputParts: KernelSpec = {
  name: 'linear-input-parts',
  wgsl: inputPartsText,
  bindings: [
    { name: 'step', access: 'uniform' },
    { name: 'g', access: 'read' },
    { name: 'w', access: 'read' },
    { name: 'part', access: 'write' },
  ],
  constants: ['I', 'O', 'N', 'FIRST', 'COUNT', 'PART', 'S'],
  workgroupSize: 64,
  examples: [
    { title: 'one output', n: 1, I: 4, O: 4, FIRST: 0, COUNT: 1, PART: 0, S: 1 },
    { title: 'six samples, a later chunk', n: 6, I: 52, O: 16, FIRST: 5, COUNT: 9, PART: 2, S: 4 },
  ].map(({ title, n, ...rest }) => {
    const constants: Constants = { ...rest, N: n };
    const { I, O, COUNT, PART, S } = rest;
    return {
      title,
      constants,
      extent: { threads: (S * I) / 4, z: Math.ceil(n / 4) },
      arrays: () => [stepWords(n, 1), noise((n + 1) * O, 8), noise(COUNT * I, 9), new Float32Array((PART + S) * n * I)],
    };
  }),
  reference: ([step, g, w, part], { I, O, N, FIRST, COUNT, PART, S }) => {
    const result = Float64Array.from(part);
    for (let n = 0; n < step[0]; n++)
      for (let o = 0; o < COUNT; o++)
        for (let i = 0; i < I; i++) result[((PART + (o % S)) * N + n) * I + i] += g[(step[1] + n) * O + FIRST + o] * w[o * I + i];
    return [Float32Array.from(result)];
  },
  tolerance: 2e-6,
};

/** Sum of the lanes, mask and ReLU of the layer before. */
export const linearInputFinish: KernelSpec = {
  name: 'linear-input-finish',
  wgsl: inputFinishText,
  bindings: [
    { name: 'range', access: 'uniform' },
    { name: 'step', access: 'uniform' },
    { name: 'part', access: 'read' },
    { name: 'x', access: 'read' },
    { name: 'mask', access: 'read' },
    { name: 'dx', access: 'write' },
  ],
  constants: ['S', 'N', 'I', 'STRIDE', 'ROWS', 'RELU', 'MASK'],
  half: ['dx'],
  workgroupSize: 64,
  examples: [
    { title: 'one sample, rows', n: 1, part0: 0, S: 1, I: 4, STRIDE: 4, ROWS: 1, RELU: 1, MASK: 0 },
    { title: 'samples 1 and 2 to a padded tensor', n: 2, part0: 1, S: 3, I: 100, STRIDE: 128, ROWS: 0, RELU: 0, MASK: 1 },
  ].map(({ title, n, part0, ...rest }) => {
    const { S, I, STRIDE } = rest;
    const N = n + part0;
    return {
      title,
      constants: { ...rest, N },
      extent: { threads: I * n, z: 1 },
      arrays: () => [
        rangeWords({ n, part0 }),
        stepWords(N, 2),
        noise(S * N * I, 10),
        noise((N + 2) * I, 11),
        noise(N * I, 12),
        new Float32Array((N + 2) * STRIDE),
      ],
    };
  }),
  reference: ([range, step, part, x, mask, dx], constants) => {
    const { S, N, I, STRIDE, ROWS, RELU, MASK } = constants;
    const { n, part0 } = rangeOf(range);
    const result = Float32Array.from(dx);
    for (let k = 0; k < n; k++)
      for (let i = 0; i < I; i++) {
        let sum = 0;
        for (let s = 0; s < S; s++) sum += part[(s * N + part0 + k) * I + i];
        if (MASK === 1) sum *= mask[(part0 + k) * I + i];
        if (RELU === 1 && !(x[(step[1] + part0 + k) * I + i] > 0)) sum = 0;
        result[(k + ROWS * step[1]) * STRIDE + i] = sum * gradientScale(constants);
      }
    return [result];
  },
  tolerance: 1e-6,
};

/** Column sums of the output gradient. */
export const biasGradient: KernelSpec = {
  name: 'bias-gradient',
  wgsl: biasText,
  bindings: [
    { name: 'step', access: 'uniform' },
    { name: 'g', access: 'read' },
    { name: 'gradient', access: 'write' },
  ],
  constants: ['O', 'OUT', 'BIAS'],
  workgroupSize: 64,
  examples: [
    [1, 1],
    [3, 67],
  ].map(([n, O]) => ({
    title: `${n} × ${O}`,
    constants: { O, OUT: Math.ceil(O / 4) * 4, BIAS: 5 },
    extent: { threads: O, z: 1 },
    arrays: () => [stepWords(n, 1), noise((n + 1) * Math.ceil(O / 4) * 4, 13), noise(5 + O, 14)],
  })),
  reference: ([step, g, gradient], { O, OUT, BIAS }) => {
    const result = Float32Array.from(gradient);
    for (let o = 0; o < O; o++) for (let n = 0; n < step[0]; n++) result[BIAS + o] += g[(step[1] + n) * OUT + o];
    return [result];
  },
  tolerance: 1e-6,
};

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
  constants: ['K', 'OUT'],
  workgroupSize: 1,
  examples: [
    { title: 'one sample, two classes', labels: [1], K: 2, scale: 1, whole: 1 },
    { title: 'two samples of a batch of five', labels: [1, 0], K: 2, scale: 1, whole: 5 },
    { title: 'three samples, five classes, large logits', labels: [4, 0, 2], K: 5, scale: 60, whole: 3 },
  ].map(({ title, labels, K, scale, whole }) => {
    const OUT = Math.ceil(K / 4) * 4;
    const n = labels.length;
    return {
      title,
      constants: { K, OUT },
      extent: { threads: 1, z: 1 },
      arrays: () => [
        stepWords(n, 1, n + 1, 2, whole),
        Int32Array.from(labels),
        noise((n + 1) * OUT, 15).map((value) => value * scale),
        new Float32Array((n + 1) * OUT).fill(3),
        new Float32Array(4),
      ],
    };
  }),
  reference: ([step, label, x, g, loss], { K, OUT }) => {
    const [n, row, , slot, whole] = step;
    const newG = Float32Array.from(g);
    const newLoss = Float32Array.from(loss);
    let total = 0;
    for (let k = 0; k < n; k++) {
      const logits = Array.from(x.subarray((row + k) * OUT, (row + k) * OUT + K));
      const top = Math.max(...logits);
      const sum = logits.reduce((all, value) => all + Math.exp(value - top), 0);
      total += Math.log(sum) + top - logits[label[k]];
      for (let o = 0; o < OUT; o++)
        newG[(row + k) * OUT + o] = o < K ? (Math.exp(logits[o] - top) / sum - (o === label[k] ? 1 : 0)) / whole : 0;
    }
    newLoss[slot] = total / n;
    return [newG, newLoss];
  },
  tolerance: 2e-6,
};

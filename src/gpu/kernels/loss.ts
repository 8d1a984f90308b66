/** @file Losses of numbers, element by element, with their gradients; the divergence of variational networks; the margins of classes. */
import type { Constants, KernelExample, KernelSpec } from '../kernel';
import divergenceText from './divergence.wgsl?raw';
import { noise, rangeOf, rangeWords, strided } from './example-arrays';
import headText from './head-entropy.wgsl?raw';
import { stepWords } from './linear';
import finishText from './loss-finish.wgsl?raw';
import partsText from './loss-parts.wgsl?raw';
import { lossFunctionText, lossTerm, type TermName, termCode, termNames } from './loss-terms';
import marginText from './multi-margin.wgsl?raw';

/** Values and targets that a loss takes. */
function operands(
  kind: TermName,
  n: number,
  SIZE: number,
): { x: (stride: number) => Float32Array<ArrayBuffer>; t: (stride: number) => Float32Array<ArrayBuffer> } {
  const [from, factor] = lossTerm(kind).ofProbabilities === true ? [0.5, 0.499] : [0, 3];
  const x = (stride: number): Float32Array<ArrayBuffer> =>
    strided(n, SIZE, stride, 21).map((value, i) =>
      i % stride === 3 && kind === 'log-normaliser' ? 0.501 : from + factor * value,
    );
  const t = (stride: number): Float32Array<ArrayBuffer> =>
    strided(n, SIZE, stride, 22).map((value, i) => (i % stride === 2 ? 0 : (value + 1) / 2));
  return { x, t };
}

function partsExample(
  kind: TermName,
  sizes: { n: number; SIZE: number; parts: number; SUM: number; MORE: number; whole: number },
): KernelExample {
  const { n, SIZE, parts, SUM, MORE, whole } = sizes;
  const constants: Constants = {
    SIZE,
    XS: SIZE + 1,
    TS: SIZE + 2,
    GS: SIZE + 3,
    LOSS: termCode(kind),
    SUM,
    MORE,
    DIVIDE: SUM === 1 ? 1 : SIZE,
  };
  const { x, t } = operands(kind, n, SIZE);
  return {
    title: `${kind}, ${n} × ${SIZE}, ${parts} lanes`,
    constants,
    extent: { threads: parts, z: 1 },
    arrays: () => [
      rangeWords({ n, part0: 2, parts }),
      stepWords(n, 0, whole),
      Float32Array.of(0.7),
      x(SIZE + 1),
      t(SIZE + 2),
      strided(n, SIZE, SIZE + 3, 23),
      new Float32Array(parts + 2),
    ],
  };
}

/** Losses of all elements in lanes, and their gradients. */
export const lossParts: KernelSpec = {
  name: 'loss-parts',
  wgsl: `${partsText}\n${lossFunctionText}`,
  bindings: [
    { name: 'range', access: 'uniform' },
    { name: 'step', access: 'uniform' },
    { name: 'shape', access: 'uniform' },
    { name: 'x', access: 'read' },
    { name: 't', access: 'read' },
    { name: 'g', access: 'write' },
    { name: 'part', access: 'write' },
  ],
  constants: ['SIZE', 'XS', 'TS', 'GS', 'LOSS', 'SUM', 'MORE', 'DIVIDE'],
  workgroupSize: 64,
  examples: termNames.flatMap((kind) => [
    partsExample(kind, { n: 2, SIZE: 31, parts: 5, SUM: 0, MORE: 0, whole: 3 }),
    partsExample(kind, { n: 1, SIZE: 100, parts: 1, SUM: 1, MORE: 1, whole: 4 }),
  ]),
  reference: ([words, [n, , whole], [weight], x, t, g, part], { SIZE, XS, TS, GS, LOSS, SUM, MORE, DIVIDE }) => {
    const { part0, parts } = rangeOf(words);
    const { plain } = lossTerm(termNames[LOSS]);
    const [newG, newPart] = [g.slice(), Float64Array.from(part)];
    newPart.fill(0, part0);
    for (let i = 0; i < n * SIZE; i++) {
      const [k, e] = [Math.floor(i / SIZE), i % SIZE];
      const [value, slope] = plain(x[k * XS + e], t[k * TS + e]);
      const before = MORE === 1 ? g[k * GS + e] : 0;
      newG[k * GS + e] = before + slope * (SUM === 1 ? weight : weight / whole / DIVIDE);
      newPart[part0 + (i % parts)] += (value * weight * (SUM === 1 ? whole : 1 / DIVIDE)) / n;
    }
    return [newG, Float32Array.from(newPart)];
  },
  tolerance: 1e-5,
};

/** Distance of a normal distribution from the standard one, and its gradients. */
export const divergence: KernelSpec = {
  name: 'divergence',
  wgsl: divergenceText,
  bindings: [
    { name: 'range', access: 'uniform' },
    { name: 'step', access: 'uniform' },
    { name: 'shape', access: 'uniform' },
    { name: 'mu', access: 'read' },
    { name: 'l', access: 'read' },
    { name: 'dmu', access: 'write' },
    { name: 'dl', access: 'write' },
    { name: 'part', access: 'write' },
  ],
  constants: ['SIZE', 'MS', 'LS', 'DMS', 'DLS'],
  workgroupSize: 64,
  examples: [
    { n: 1, SIZE: 1, parts: 1, whole: 1 },
    { n: 2, SIZE: 37, parts: 5, whole: 3 },
  ].map(({ n, SIZE, parts, whole }) => ({
    title: `${n} × ${SIZE}, ${parts} lanes`,
    constants: { SIZE, MS: SIZE, LS: SIZE + 1, DMS: SIZE + 2, DLS: SIZE + 3 },
    extent: { threads: parts, z: 1 },
    arrays: () => [
      rangeWords({ n, part0: 1, parts }),
      stepWords(n, 0, whole),
      Float32Array.of(0.7),
      ...[0, 1, 2, 3].map((k) => strided(n, SIZE, SIZE + k, 24 + k)),
      new Float32Array(parts + 1),
    ],
  })),
  reference: ([words, [n, , whole], [weight], mu, l, dmu, dl, part], { SIZE, MS, LS, DMS, DLS }) => {
    const { part0, parts } = rangeOf(words);
    const [newMu, newL, newPart] = [dmu.slice(), dl.slice(), Float64Array.from(part)];
    newPart.fill(0, part0);
    for (let i = 0; i < n * SIZE; i++) {
      const [k, e] = [Math.floor(i / SIZE), i % SIZE];
      const [m, v] = [mu[k * MS + e], l[k * LS + e]];
      newMu[k * DMS + e] = (weight / whole) * m;
      newL[k * DLS + e] = ((weight / whole) * Math.expm1(v)) / 2;
      newPart[part0 + (i % parts)] += ((weight / n) * (m * m + Math.expm1(v) - v)) / 2;
    }
    return [newMu, newL, Float32Array.from(newPart)];
  },
  tolerance: 4e-6,
};

/** The sum of all lanes, to the place of the batch's loss. */
export const lossFinish: KernelSpec = {
  name: 'loss-finish',
  wgsl: finishText,
  bindings: [
    { name: 'range', access: 'uniform' },
    { name: 'step', access: 'uniform' },
    { name: 'part', access: 'read' },
    { name: 'loss', access: 'write' },
  ],
  constants: [],
  workgroupSize: 64,
  examples: [1, 130].map((parts) => ({
    title: `${parts} lanes`,
    constants: {},
    extent: { threads: 64, z: 1 },
    arrays: () => [rangeWords({ parts }), stepWords(1, 2), noise(parts, 28), noise(4, 29)],
  })),
  reference: ([words, [, slot], part, loss]) => {
    const result = loss.slice();
    let sum = 0;
    for (let l = 0; l < rangeOf(words).parts; l++) sum += part[l];
    result[slot] = sum;
    return [result];
  },
  tolerance: 2e-6,
};

/** `MultiMarginLoss`, mean over the batch, and its gradient. */
export const multiMargin: KernelSpec = {
  name: 'multi-margin',
  wgsl: marginText,
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
    { title: 'two classes', labels: [1], K: 2, whole: 1 },
    { title: 'three samples of a batch of four, five classes', labels: [4, 0, 2], K: 5, whole: 4 },
  ].map(({ title, labels, K, whole }) => ({
    title,
    constants: { K, XS: K + 1, GS: K + 2 },
    extent: { threads: 1, z: 1 },
    arrays: () => [
      stepWords(labels.length, 2, whole),
      Int32Array.from(labels),
      strided(labels.length, K, K + 1, 15).map((value) => 2 * value),
      strided(labels.length, K, K + 2, 16),
      new Float32Array(4),
    ],
  })),
  reference: ([[n, slot, whole], label, x, g, loss], { K, XS, GS }) => {
    const [newG, newLoss] = [g.slice(), loss.slice()];
    let total = 0;
    for (let s = 0; s < n; s++) {
      const own = label[s];
      newG.fill(0, s * GS, s * GS + K);
      for (let k = 0; k < K; k++) {
        const margin = 1 - x[s * XS + own] + x[s * XS + k];
        if (k === own || margin <= 0) continue;
        total += margin / K;
        newG[s * GS + k] += 1 / K / whole;
        newG[s * GS + own] -= 1 / K / whole;
      }
    }
    newLoss[slot] = total / n;
    return [newG, newLoss];
  },
  tolerance: 2e-6,
};

/** `CrossEntropyLoss` of one of several heads, weighted, and its gradient; samples of class −1 add nothing. */
export const headEntropy: KernelSpec = {
  name: 'head-entropy',
  wgsl: headText,
  bindings: [
    { name: 'step', access: 'uniform' },
    { name: 'shape', access: 'uniform' },
    { name: 'label', access: 'read' },
    { name: 'x', access: 'read' },
    { name: 'g', access: 'write' },
    { name: 'loss', access: 'write' },
  ],
  constants: ['K', 'XS', 'GS', 'FIRST', 'ADD'],
  workgroupSize: 1,
  examples: [
    { title: 'the first head, two classes', labels: [1, 0], K: 2, whole: 2, weight: 1, FIRST: 0, ADD: 0 },
    { title: 'a later head, some samples of a batch of five', labels: [2, -1, 0], K: 3, whole: 5, weight: 0.1, FIRST: 5, ADD: 1 },
    { title: 'nothing to learn', labels: [-1, -1], K: 2, whole: 2, weight: 1, FIRST: 2, ADD: 1 },
  ].map(({ title, labels, K, whole, weight, FIRST, ADD }) => ({
    title,
    constants: { K, XS: K + 1, GS: K + 2, FIRST, ADD },
    extent: { threads: 1, z: 1 },
    arrays: () => [
      stepWords(labels.length, 2, whole),
      Float32Array.of(weight),
      Int32Array.from([...new Array<number>(FIRST).fill(0), ...labels]),
      strided(labels.length, K, K + 1, 15),
      strided(labels.length, K, K + 2, 16),
      Float32Array.of(0, 0, 0.75, 0),
    ],
  })),
  reference: ([[n, slot, whole], [weight], label, x, g, loss], { K, XS, GS, FIRST, ADD }) => {
    const [newG, newLoss] = [g.slice(), loss.slice()];
    let total = 0;
    for (let s = 0; s < n; s++) {
      const own = label[FIRST + s];
      newG.fill(0, s * GS, s * GS + K);
      if (own < 0) continue;
      const powers = Array.from(x.subarray(s * XS, s * XS + K), Math.exp);
      const sum = powers.reduce((all, power) => all + power, 0);
      total -= Math.log(powers[own] / sum);
      for (let k = 0; k < K; k++) newG[s * GS + k] = (weight / whole) * (powers[k] / sum - (k === own ? 1 : 0));
    }
    newLoss[slot] = (ADD === 1 ? loss[slot] : 0) + (weight * total) / n;
    return [newG, newLoss];
  },
  tolerance: 2e-6,
};

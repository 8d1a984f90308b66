/** @file What is done to every element by itself: copies, sums, masks, and the bias with the activation that follows it. */
import type { Constants, KernelArray } from '../kernel';
import { activated, activationCodes, withActivation } from './activation';
import addText from './add.wgsl?raw';
import biasText from './bias-activation.wgsl?raw';
import copyText from './copy.wgsl?raw';
import { noise, strided } from './example-arrays';
import multiplyText from './multiply.wgsl?raw';
import { type PackedExample, type PackedKernel, packed, packs } from './pack';
import timesText from './times.wgsl?raw';

const sizes: readonly (readonly [title: string, n: number, SIZE: number])[] = [
  ['one element', 1, 1],
  ['odd number, two samples', 2, 105],
  ['multiple of four, two samples', 2, 420],
  ['three packs', 1, 12],
];

/** Examples of tensors whose samples are 4, 8, … elements further apart than they are large. */
const examples = (strides: readonly string[], head: () => KernelArray[] = () => []): PackedExample[] =>
  sizes.map(([title, n, SIZE]) => ({
    title,
    channels: SIZE,
    constants: { SIZE, ...Object.fromEntries(strides.map((name, i) => [name, SIZE + 4 * (i + 1)])) },
    extent: { threads: packs(SIZE), z: n },
    arrays: () => [...head(), ...strides.map((_, i) => strided(n, SIZE, SIZE + 4 * (i + 1), 91 + i))],
  }));

/** Writes `value(sample, element)` to every element of `target`. */
function each(
  target: KernelArray,
  n: number,
  SIZE: number,
  stride: number,
  value: (n: number, i: number) => number,
): KernelArray[] {
  const result = target.slice();
  for (let k = 0; k < n; k++) for (let i = 0; i < SIZE; i++) result[k * stride + i] = value(k, i);
  return [result];
}

export const copy: PackedKernel = packed(
  {
    name: 'copy',
    wgsl: copyText,
    bindings: [
      { name: 'x', access: 'read' },
      { name: 'y', access: 'write' },
    ],
    constants: ['SIZE', 'XS', 'YS'],
    half: ['x', 'y'],
    reference: ([x, y], { SIZE, XS, YS }, { z }) => each(y, z, SIZE, YS, (n, i) => x[n * XS + i]),
    tolerance: 0,
  },
  examples(['XS', 'YS']),
);

/** x += y */
export const add: PackedKernel = packed(
  {
    name: 'add',
    wgsl: addText,
    bindings: [
      { name: 'y', access: 'read' },
      { name: 'x', access: 'write' },
    ],
    constants: ['SIZE', 'YS', 'XS'],
    half: ['y', 'x'],
    reference: ([y, x], { SIZE, XS, YS }, { z }) => each(x, z, SIZE, XS, (n, i) => x[n * XS + i] + y[n * YS + i]),
    tolerance: 1e-7,
  },
  examples(['YS', 'XS']),
);

/** x *= m */
export const multiply: PackedKernel = packed(
  {
    name: 'multiply',
    wgsl: multiplyText,
    bindings: [
      { name: 'm', access: 'read' },
      { name: 'x', access: 'write' },
    ],
    constants: ['SIZE', 'MS', 'XS'],
    half: ['x'],
    reference: ([m, x], { SIZE, XS, MS }, { z }) => each(x, z, SIZE, XS, (n, i) => x[n * XS + i] * m[n * MS + i]),
    tolerance: 1e-7,
  },
  examples(['MS', 'XS']),
);

/** x *= factor */
export const times: PackedKernel = packed(
  {
    name: 'times',
    wgsl: timesText,
    bindings: [
      { name: 'shape', access: 'uniform' },
      { name: 'x', access: 'write' },
    ],
    constants: ['SIZE', 'XS'],
    half: ['x'],
    reference: ([[factor], x], { SIZE, XS }, { z }) => each(x, z, SIZE, XS, (n, i) => x[n * XS + i] * factor),
    tolerance: 1e-7,
  },
  examples(['XS'], () => [Float32Array.of(-0.3)]),
);

const kinds = ['none', 'relu', 'leaky', 'sigmoid'] as const;

/** x = activated(x + bias) */
export const biasActivation: PackedKernel = packed(
  {
    name: 'bias-activation',
    wgsl: withActivation(biasText),
    bindings: [
      { name: 'shape', access: 'uniform' },
      { name: 'bias', access: 'read' },
      { name: 'x', access: 'write' },
    ],
    constants: ['SIZE', 'C', 'XS', 'ACTIVATION'],
    half: ['x'],
    reference: ([[slope], bias, x], c, { z }) =>
      each(x, z, c.SIZE, c.XS, (n, i) => activated(x[n * c.XS + i] + bias[i % c.C], c, slope)),
    tolerance: 2e-6,
  },
  kinds.flatMap((kind) =>
    [
      [1, 15],
      [3, 7],
      [8, 6],
      [4, 1],
    ].map(([C, voxels]): PackedExample => {
      const SIZE = C * voxels;
      const constants: Constants = { SIZE, C, XS: SIZE + 4, ACTIVATION: activationCodes[kind] };
      return {
        title: `${kind}, ${voxels} voxels of ${C} channels`,
        channels: C,
        constants,
        extent: { threads: packs(C) * voxels, z: 2 },
        arrays: () => [Float32Array.of(0.2), noise(C, 93), strided(2, SIZE, SIZE + 4, 94)],
      };
    }),
  ),
);

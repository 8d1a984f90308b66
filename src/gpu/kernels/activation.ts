/** @file Activations in place and their gradients, and the functions in WGSL that other kernels share with them. */
import type { Constants } from '../kernel';
import inPlaceText from './activation.wgsl?raw';
import functionsText from './activation-function.wgsl?raw';
import gradientText from './activation-gradient.wgsl?raw';
import { strided } from './example-arrays';
import { type PackedExample, type PackedKernel, packed } from './pack';

/** The constant ACTIVATION: none, ReLU, LeakyReLU (slope in a uniform record of one f32), ELU (α = 1), sigmoid, tanh. */
export const activationCodes = { none: 0, relu: 1, leaky: 2, elu: 3, sigmoid: 4, tanh: 5 } as const;

const kinds = Object.keys(activationCodes) as readonly (keyof typeof activationCodes)[];

/** A body with `activated` and `derivative`; it has the constant ACTIVATION. */
export const withActivation = (body: string): string => `${body}\n${functionsText}`;

/** The activation of a number. */
export function activated(x: number, { ACTIVATION }: Constants, slope: number): number {
  return [x, Math.max(x, 0), x < 0 ? x * slope : x, x < 0 ? Math.expm1(x) : x, 1 / (1 + Math.exp(-x)), Math.tanh(x)][ACTIVATION];
}

/** The derivative of the activation, by its value z. */
export function derivative(z: number, { ACTIVATION }: Constants, slope: number): number {
  const above = z > 0;
  return [1, above ? 1 : 0, above ? 1 : slope, above ? 1 : z + 1, z * (1 - z), 1 - z * z][ACTIVATION];
}

/** Large and small numbers of both signs, and zero. */
function wide(values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  return values.map((value, i) => (i % 17 === 3 ? 0 : value * 10 ** ((i % 7) - 3)));
}

const sizes: readonly (readonly [title: string, n: number, SIZE: number])[] = [
  ['one element', 1, 1],
  ['odd number, two samples', 2, 105],
  ['multiple of four, two samples', 2, 420],
  ['three packs', 1, 12],
];

const examples = (strides: readonly string[], arrays: (n: number, SIZE: number) => PackedExample['arrays']): PackedExample[] =>
  kinds.flatMap((kind) =>
    sizes.map(([title, n, SIZE]) => ({
      title: `${kind}, ${title}`,
      channels: SIZE,
      constants: {
        SIZE,
        ACTIVATION: activationCodes[kind],
        ...Object.fromEntries(strides.map((name, i) => [name, SIZE + 4 * (i + 1)])),
      },
      extent: { threads: SIZE % 4 === 0 ? SIZE / 4 : SIZE, z: n },
      arrays: arrays(n, SIZE),
    })),
  );

/** The activation of all elements, in place. */
export const activation: PackedKernel = packed(
  {
    name: 'activation',
    wgsl: withActivation(inPlaceText),
    bindings: [
      { name: 'shape', access: 'uniform' },
      { name: 'x', access: 'write' },
    ],
    constants: ['SIZE', 'XS', 'ACTIVATION'],
    half: ['x'],
    reference: ([[slope], x], constants, { z: n }) => {
      const { SIZE, XS } = constants;
      const result = x.slice();
      for (let sample = 0; sample < n; sample++)
        for (let at = sample * XS; at < sample * XS + SIZE; at++) result[at] = activated(x[at], constants, slope);
      return [result];
    },
    tolerance: 1e-6,
  },
  examples(['XS'], (n, SIZE) => () => [Float32Array.of(0.2), wide(strided(n, SIZE, SIZE + 4, 61))]),
);

/** The gradient of what was activated over that of the result. */
export const activationGradient: PackedKernel = packed(
  {
    name: 'activation-gradient',
    wgsl: withActivation(gradientText),
    bindings: [
      { name: 'shape', access: 'uniform' },
      { name: 'z', access: 'read' },
      { name: 'dz', access: 'write' },
    ],
    constants: ['SIZE', 'ZS', 'GS', 'ACTIVATION'],
    half: ['z', 'dz'],
    reference: ([[slope], z, dz], constants, { z: n }) => {
      const { SIZE, ZS, GS } = constants;
      const result = dz.slice();
      for (let sample = 0; sample < n; sample++)
        for (let i = 0; i < SIZE; i++)
          result[sample * GS + i] = dz[sample * GS + i] * derivative(z[sample * ZS + i], constants, slope);
      return [result];
    },
    tolerance: 1e-6,
  },
  examples(['ZS', 'GS'], (n, SIZE) => () => [
    Float32Array.of(0.2),
    strided(n, SIZE, SIZE + 4, 62),
    strided(n, SIZE, SIZE + 8, 63),
  ]),
);

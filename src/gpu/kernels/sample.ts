/** @file A draw from a normal distribution, given its mean, the logarithm of its variance and standard normal numbers; its gradient. */
import type { KernelSpec } from '../kernel';
import { strided } from './example-arrays';
import sampleText from './sample.wgsl?raw';
import gradientText from './sample-gradient.wgsl?raw';

const sizes = [
  { title: 'one number', n: 1, SIZE: 1 },
  { title: 'three samples', n: 3, SIZE: 70 },
];

export const sample: KernelSpec = {
  name: 'sample',
  wgsl: sampleText,
  bindings: [
    { name: 'mu', access: 'read' },
    { name: 'l', access: 'read' },
    { name: 'e', access: 'read' },
    { name: 'z', access: 'write' },
  ],
  constants: ['SIZE', 'MS', 'LS', 'ES', 'ZS'],
  workgroupSize: 64,
  examples: sizes.map(({ title, n, SIZE }) => ({
    title,
    constants: { SIZE, MS: SIZE, LS: SIZE + 1, ES: SIZE + 2, ZS: SIZE + 3 },
    extent: { threads: SIZE, z: n },
    arrays: () => [0, 1, 2, 3].map((k) => strided(n, SIZE, SIZE + k, 31 + k)),
  })),
  reference: ([mu, l, e, z], { SIZE, MS, LS, ES, ZS }, extent) => {
    const result = z.slice();
    for (let n = 0; n < extent.z; n++)
      for (let i = 0; i < SIZE; i++) result[n * ZS + i] = mu[n * MS + i] + Math.exp(l[n * LS + i] / 2) * e[n * ES + i];
    return [result];
  },
  tolerance: 2e-6,
};

/** Of the logarithm of the variance; that of the mean is dz itself. */
export const sampleGradient: KernelSpec = {
  name: 'sample-gradient',
  wgsl: gradientText,
  bindings: [
    { name: 'dz', access: 'read' },
    { name: 'l', access: 'read' },
    { name: 'e', access: 'read' },
    { name: 'dl', access: 'write' },
  ],
  constants: ['SIZE', 'ZS', 'LS', 'ES', 'GS'],
  workgroupSize: 64,
  examples: sizes.map(({ title, n, SIZE }) => ({
    title,
    constants: { SIZE, ZS: SIZE, LS: SIZE + 1, ES: SIZE + 2, GS: SIZE + 3 },
    extent: { threads: SIZE, z: n },
    arrays: () => [0, 1, 2, 3].map((k) => strided(n, SIZE, SIZE + k, 35 + k)),
  })),
  reference: ([dz, l, e, dl], { SIZE, ZS, LS, ES, GS }, extent) => {
    const result = dl.slice();
    for (let n = 0; n < extent.z; n++)
      for (let i = 0; i < SIZE; i++) result[n * GS + i] = (dz[n * ZS + i] * Math.exp(l[n * LS + i] / 2) * e[n * ES + i]) / 2;
    return [result];
  },
  tolerance: 2e-6,
};

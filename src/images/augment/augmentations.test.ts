import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NumpyRandom } from '../../base/numpy-random';
import { PythonRandom } from '../../base/python-random';
import { product } from '../../base/shape';
import { TorchRandom } from '../../base/torch-random';
import type { Generators } from './augmentation';
import { type AugmentationName, augmentations, inOrder } from './augmentations';
import { fourier } from './fourier';

interface Case {
  readonly names: readonly AugmentationName[];
  readonly shape: readonly number[];
  readonly seed: number;
  readonly low: boolean;
  readonly values: readonly string[];
  /** The next numbers. */
  readonly torch: number;
  readonly numpy: number;
  readonly python: number;
}

/** Made by ClinicaDL 1.6.1 with torchio 0.18.92 (`test/golden/augmentations/make.py`). */
const cases = JSON.parse(readFileSync('test/golden/augmentations/changes.json', 'utf8')) as readonly Case[];

const generators = (seed: number): Generators => ({
  torch: new TorchRandom(seed),
  numpy: new NumpyRandom(seed),
  python: new PythonRandom(seed),
});

const floats = (text: string): Float32Array => {
  const bytes = Buffer.from(text, 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
};

const element = (shape: readonly number[], n: number, low: boolean): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: product(shape) }, (_, i) => Math.sin(0.37 * i + 0.11 * (i % 13) + n) * 0.5 + (low ? 0 : 0.5));

const titled = cases.map((one) => [`${one.names.join(', ')} of ${one.shape.join(' × ')}, seed ${one.seed}`, one] as const);

describe('augmentations', () => {
  it.each(titled)('change voxels and draw as ClinicaDL: %s', (_, { names, shape, seed, low, values, ...next }) => {
    const random = generators(seed);
    const augment = inOrder(names);
    for (const [n, text] of values.entries()) {
      const found = augment(random, shape)(element(shape, n, low));
      const wanted = floats(text);
      expect(found.length).toBe(wanted.length);
      const farthest = found.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i])), 0);
      expect(farthest, `element ${n}`).toBeLessThanOrEqual(1e-5);
    }
    expect(random.torch.random24()).toBe(Math.fround(next.torch));
    expect(random.numpy.random()).toBe(next.numpy);
    expect(random.python.random()).toBe(next.python);
  });

  it('are all among the golden cases', () => {
    expect([...new Set(cases.flatMap(({ names }) => names))].sort()).toEqual(Object.keys(augmentations).sort());
  });

  it('of a slice leave no plane of a volume behind: what torchio does to volumes is done on the plane', () => {
    const shape = [3, 16, 21];
    for (const name of ['Ghosting', 'Spike', 'BiasField', 'RandomBlur'] as const)
      for (let seed = 0; seed < 6; seed++) {
        const before = element(shape, 0, false);
        const after = augmentations[name](generators(seed), shape)(before.slice());
        expect(
          after.some((value, i) => Math.abs(value - before[i]) > 1e-6),
          `${name} ${seed}`,
        ).toBe(true);
        expect(after.every(Number.isFinite)).toBe(true);
      }
  });

  it('draw without voxels what they draw with them', () => {
    for (const name of Object.keys(augmentations) as AugmentationName[]) {
      const [drawn, applied] = [generators(5), generators(5)];
      const shape = [1, 17, 16, 15];
      augmentations[name](drawn, shape);
      augmentations[name](applied, shape)(element(shape, 0, false));
      expect(drawn.torch.state()).toEqual(applied.torch.state());
      expect(drawn.numpy.state()).toEqual(applied.numpy.state());
      expect(drawn.python.state()).toEqual(applied.python.state());
    }
  });
});

it('the Fourier transform is the sum that it stands for', () => {
  const [D, H, W] = [3, 4, 7];
  const data = element([D, H, W], 2, true);
  const { real, imaginary } = fourier(data, [D, H, W]);
  for (const [u, v, w] of [
    [0, 0, 0],
    [1, 3, 5],
    [2, 0, 1],
  ]) {
    let [a, b] = [0, 0];
    for (let i = 0, at = 0; i < D; i++)
      for (let j = 0; j < H; j++)
        for (let k = 0; k < W; k++, at++) {
          const angle = -2 * Math.PI * ((u * i) / D + (v * j) / H + (w * k) / W);
          a += data[at] * Math.cos(angle);
          b += data[at] * Math.sin(angle);
        }
    expect(real[(u * H + v) * W + w]).toBeCloseTo(a, 10);
    expect(imaginary[(u * H + v) * W + w]).toBeCloseTo(b, 10);
  }
});

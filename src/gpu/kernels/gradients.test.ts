/** @file The references of gradients, in double precision, against finite differences of the references they are gradients of. */
import { describe, expect, it } from 'vitest';
import type { Constants, Extent, KernelArray, KernelExample, KernelSpec } from '../kernel';
import { activation, activationGradient } from './activation';
import { noise, rangeOf, rangeWords } from './example-arrays';
import {
  instanceFinish,
  instanceGradient,
  instanceGradientFinish,
  instanceGradientSums,
  instanceNorm,
  instanceStatistics,
} from './instance-norm';
import { maxPoolIndices, maxUnpoolCrop, maxUnpoolGradient } from './max-pool';
import { maxPool, maxPoolGradient } from './overlapping-pool';
import type { PackedKernel } from './pack';

type Doubles = Float64Array<ArrayBuffer>;

/** References work on doubles as on floats: what they make has the type of what they get. */
const asKernelArray = (values: Doubles): KernelArray => values as unknown as KernelArray;
const asDoubles = (array: KernelArray): Doubles => array as unknown as Doubles;
const doubles = (array: KernelArray): Doubles => Float64Array.from(array);

/** Runs a reference on doubles; integers stay what they are. */
function run(spec: KernelSpec, arrays: readonly KernelArray[], constants: Constants, extent: Extent): KernelArray[] {
  const given = arrays.map((array) => (array instanceof Float32Array ? asKernelArray(doubles(array)) : array));
  return [...spec.reference(given, constants, extent)];
}

/** Σ y·w where both are numbers: nothing lies between the samples. */
function weigh(y: ArrayLike<number>, w: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < w.length; i++) if (Number.isFinite(y[i]) && Number.isFinite(w[i])) sum += y[i] * w[i];
  return sum;
}

/** Checks dx = ∂loss/∂x at every element that is a number, a part of them if they are many. */
function expectGradient(x: Doubles, dx: ArrayLike<number>, loss: (x: Doubles) => number): void {
  const step = 1e-5;
  const every = Math.ceil(x.length / 150);
  let scale = 0;
  for (let i = 0; i < dx.length; i++) scale = Math.max(scale, Math.abs(dx[i]) || 0);
  if (x.length > 20) expect(scale).toBeGreaterThan(0);
  for (let i = 0; i < x.length; i += every) {
    if (Number.isNaN(x[i])) continue;
    const [up, down] = [step, -step].map((change) => loss(x.map((value, k) => (k === i ? value + change : value))));
    expect(Math.abs((up - down) / (2 * step) - dx[i]), `element ${i}`).toBeLessThan(1e-6 * Math.max(scale, 1));
  }
}

/** Examples of both widths, by title. */
const examplesOf = (kernel: PackedKernel): (readonly [string, KernelExample])[] =>
  [...kernel[1].examples, ...kernel[4].examples].map((example) => [example.title, example] as const);

/** Values that are nowhere equal, where there were any. */
const distinct = (array: KernelArray, seed: number): Doubles => {
  const values = noise(array.length, seed);
  return Float64Array.from(array, (value, i) => (Number.isNaN(value) ? value : values[i]));
};

describe('gradients are what finite differences give', () => {
  it.each(examplesOf(maxPoolIndices))('front-padded pool: %s', (_title, { constants, extent, arrays }) => {
    const [range, given, p, index] = arrays();
    const x = distinct(given, 91);
    const pool = (values: Doubles): KernelArray[] =>
      run(maxPoolIndices[1], [range, asKernelArray(values), p, index], constants, extent);
    const dp = doubles(noise(p.length, 92));
    const { XS, ...rest } = constants;
    const [dx] = run(maxUnpoolCrop[1], [range, asKernelArray(dp), pool(x)[1], given], { ...rest, YS: XS, CODES: 0 }, extent);
    expectGradient(x, dx, (values) => weigh(pool(values)[0], dp));
  });

  it.each(examplesOf(maxUnpoolCrop))('unpool: %s', (_title, { constants, extent, arrays }) => {
    const [range, given, index, y] = arrays();
    const empty = asKernelArray(doubles(y).map((value) => value * 0));
    const unpool = (values: Doubles): KernelArray =>
      run(maxUnpoolCrop[1], [range, asKernelArray(values), index, empty], constants, extent)[0];
    const dy = doubles(noise(y.length, 93));
    const [dv] = run(maxUnpoolGradient[1], [range, asKernelArray(dy), index, new Float32Array(given.length)], constants, extent);
    expectGradient(doubles(given), dv, (values) => weigh(unpool(values), dy));
  });

  it.each(examplesOf(maxPool))('overlapping pool: %s', (_title, { constants, extent, arrays }) => {
    const [words, given, p, index] = arrays();
    const x = distinct(given, 94);
    const pool = (values: Doubles): KernelArray[] => run(maxPool[1], [words, asKernelArray(values), p, index], constants, extent);
    const dp = doubles(noise(p.length, 95));
    const [dx] = run(maxPoolGradient[1], [words, asKernelArray(dp), pool(x)[1], given], constants, extent);
    expectGradient(x, dx, (moved) => weigh(pool(moved)[0], dp));
  });

  it.each(examplesOf(instanceNorm))('InstanceNorm and activation: %s', (_title, { constants, extent, arrays }) => {
    const [words, slope, given, , z] = arrays();
    const { n0, n, d0, dn } = rangeOf(words);
    const { H, W, C } = constants;
    const parts = 5;
    const range = rangeWords({ n0, n, d0, dn, part0: 0, parts });
    const partsOf = (kinds: number): Float32Array<ArrayBuffer> => new Float32Array((n0 + n) * parts * kinds * C);
    const pairs = (): Float32Array<ArrayBuffer> => new Float32Array((n0 + n) * 2 * C);
    const normOf = (y: Doubles): KernelArray => {
      const PS = parts * 3 * C;
      const [part] = run(instanceStatistics[1], [range, asKernelArray(y), partsOf(3)], { ...constants, PS }, extent);
      return run(instanceFinish, [range, part, pairs()], { C, PS, GROUP: 4 }, extent)[0];
    };
    const forward = (y: Doubles): KernelArray =>
      run(instanceNorm[1], [range, slope, asKernelArray(y), normOf(y), z], constants, extent)[0];
    const y = doubles(given);
    const dz = doubles(noise(z.length, 96));
    const norm = normOf(y);
    const PS = parts * 2 * C;
    const [part] = run(
      instanceGradientSums[1],
      [range, slope, asKernelArray(dz), given, norm, partsOf(2)],
      { ...constants, PS },
      extent,
    );
    const [means] = run(instanceGradientFinish, [range, part, pairs()], { SIZE: dn * H * W, C, PS, GROUP: 4 }, extent);
    const [dy] = run(instanceGradient[1], [range, slope, asKernelArray(dz), norm, means, given], constants, extent);
    // One voxel is its own mean: whatever it is, the result is zero.
    if (dn * H * W === 1) expect(asDoubles(dy).every((value) => !(Math.abs(value) > 0))).toBe(true);
    else expectGradient(y, dy, (values) => weigh(forward(values), dz));
  });

  it.each(examplesOf(activation))('activation: %s', (_title, { constants, extent, arrays }) => {
    const [slope, given] = arrays();
    const { XS, ...rest } = constants;
    const x = distinct(given, 97).map((value) => value * 3);
    const activate = (values: Doubles): KernelArray => run(activation[1], [slope, asKernelArray(values)], constants, extent)[0];
    const dz = doubles(noise(x.length, 98));
    const gradient = { ...rest, ZS: XS, GS: XS };
    const [dx] = run(activationGradient[1], [slope, activate(x), asKernelArray(dz)], gradient, extent);
    expectGradient(x, dx, (values) => weigh(activate(values), dz));
  });
});

/**
 * @file Pools, InstanceNorm and activations on WebGPU: the compositions of TensorFlow.js operations against PyTorch, and chains of our
 * kernels against the compositions on the processor.
 */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { indexCases, normCases, poolCases, relativeError, type Shape } from '../../../test/operation-cases';
import { offerWebgpu } from '../../../test/tfjs-node';
import { product } from '../../base/shape';
import { nodeGpu } from '../../cli/node-gpu';
import { type GpuDevice, openDevice } from '../../gpu/device';
import type { Constants, KernelArray } from '../../gpu/kernel';
import { activation, activationCodes, activationGradient } from '../../gpu/kernels/activation';
import { noise, rangeWords } from '../../gpu/kernels/example-arrays';
import {
  instanceFinish,
  instanceGradient,
  instanceGradientFinish,
  instanceGradientSums,
  instanceStatistics,
  instanceNorm as normKernel,
} from '../../gpu/kernels/instance-norm';
import { maxPoolIndices, maxUnpoolCrop, maxUnpoolGradient } from '../../gpu/kernels/max-pool';
import { maxPool, maxPoolGradient } from '../../gpu/kernels/overlapping-pool';
import { type PackedKernel, packFor } from '../../gpu/kernels/pack';
import { runKernel } from '../../gpu/run-kernel';
import type { Attributes } from '../../networks/operations';
import { activate } from './activation';
import { openTfjsBackend } from './backend';
import { instanceNorm } from './instance-norm';
import { maxPool as composedMaxPool, cropMaxUnpool, maxPoolWithIndices } from './pool';

let gpu: GpuDevice;
beforeAll(async () => {
  const adapters = await nodeGpu();
  offerWebgpu(adapters);
  gpu = await openDevice(adapters);
});
afterAll(() => gpu.destroy());

describe('compositions on webgpu', () => {
  it.each([...poolCases, ...normCases].map((one) => [one.title, one] as const))(
    'give values and gradients of PyTorch: %s',
    async (_title, one) => {
      const backend = await openTfjsBackend('webgpu', { gpu });
      const [y, dx] = await backend.run(() =>
        tf.tidy(() => {
          const result = one.run(tf.tensor5d(one.x, [...one.shape]));
          const gradient = tf.grad((x) => one.run(x as tf.Tensor5D));
          return [result, gradient(tf.tensor5d(one.x, [...one.shape]), tf.tensor(one.dy, result.shape))];
        }),
      );
      expect(relativeError(await backend.take(y), one.y)).toBeLessThanOrEqual(one.tolerance);
      expect(relativeError(await backend.take(dx), one.dx)).toBeLessThanOrEqual(one.tolerance);
    },
  );

  it.each(indexCases.map((one) => [one.title, one] as const))(
    'find the indices of PyTorch: %s',
    async (_title, { x, shape, axes, indices }) => {
      const backend = await openTfjsBackend('webgpu', { gpu });
      const found = await backend.run(() => tf.tidy(() => maxPoolWithIndices(tf.tensor5d(x, [...shape]), axes).indices));
      expect([...(await backend.take(found))]).toEqual([...indices]);
    },
  );
});

const shapes: readonly Shape[] = [
  [2, 5, 7, 3, 8],
  [1, 4, 6, 5, 3],
  [2, 3, 3, 4, 1],
  [2, 1, 9, 6, 5],
  [1, 1, 6, 7, 16],
];
const titled = shapes.map((shape) => [shape.join('×'), shape] as const);

/** What one composition gives on the processor: its output and the gradient of Σ output · dy, and other tensors it names. */
async function onProcessor(
  shape: Shape,
  x: Float32Array,
  operation: (x: tf.Tensor5D) => tf.Tensor5D,
): Promise<{ readonly y: Float32Array; readonly dy: Float32Array; readonly dx: Float32Array }> {
  const backend = await openTfjsBackend('cpu');
  const input = (): tf.Tensor5D => tf.tensor5d(x, [...shape]);
  const y = await backend.run(() => tf.tidy(() => operation(input())));
  const dy = noise(y.size, 31);
  const gradient = tf.grad((values) => operation(values as tf.Tensor5D));
  const dx = await backend.run(() => tf.tidy(() => gradient(input(), tf.tensor(dy, y.shape))));
  return { y: await backend.take(y), dy, dx: await backend.take(dx) };
}

interface Geometry {
  /** Voxels of the large tensor, D × H × W × C. */
  readonly constants: Readonly<Record<'D' | 'H' | 'W' | 'C', number>>;
  readonly size: number;
  readonly n: number;
  /** Packs in so many channels. */
  readonly packs: number;
  readonly axes: readonly (1 | 2 | 3)[];
}

function geometryOf([n, D, H, W, C]: Shape): Geometry {
  const axes = D === 1 ? ([2, 3] as const) : ([1, 2, 3] as const);
  return { constants: { D, H, W, C }, size: D * H * W * C, n, packs: C / packFor(C), axes };
}

/** The fastest width of a kernel; samples lie side by side. */
function runPacked(kernel: PackedKernel, { constants, n }: Geometry, own: Constants, threads: number, arrays: KernelArray[]) {
  return runKernel(gpu, kernel[packFor(constants.C)], own, { threads, z: n }, arrays);
}

const codeOf = (activation: Attributes['activation'] | null): number => activationCodes[activation?.kind ?? 'none'];

/** Few distinct values, so that ties are common. */
const tied = (shape: Shape): Float32Array<ArrayBuffer> => noise(product(shape), 32).map((value) => Math.round(value * 4) / 4);

describe('chains of kernels', () => {
  it.each(titled)('pool and unpool as the composition: %s', async (_title, shape) => {
    const geometry = geometryOf(shape);
    const { constants, size, n, packs, axes } = geometry;
    const x = tied(shape);
    const pool = await onProcessor(shape, x, (input) => maxPoolWithIndices(input, axes).output);
    const cpu = await openTfjsBackend('cpu');
    const indices = await cpu.run(() => tf.tidy(() => maxPoolWithIndices(tf.tensor5d(x, [...shape]), axes).indices));
    const pooledShape: Shape = [indices.shape[0], indices.shape[1], indices.shape[2], indices.shape[3], indices.shape[4]];
    const unpool = await onProcessor(pooledShape, pool.dy, (values) => cropMaxUnpool(values, indices, shape.slice(1, 4), axes));

    const Z = pool.y.length / n;
    const threads = (Z / shape[4]) * packs;
    const own = { ...constants, PD: axes.length - 1, P: 2, ZS: Z, CS: Z };
    const range = rangeWords({ n, dn: shape[1], qn: pooledShape[1] });
    const empty = (): Float32Array<ArrayBuffer> => new Float32Array(n * Z);
    const forward = { ...own, XS: size };
    const [p, index] = await runPacked(maxPoolIndices, geometry, forward, threads, [range, x, empty(), new Uint32Array(n * Z)]);
    expect(relativeError(p, pool.y)).toBe(0);
    expect([...index]).toEqual([...(await cpu.read(indices))]);

    const back = { ...own, YS: size, CODES: 0 };
    const values = [range, Float32Array.from(pool.dy), index, new Float32Array(n * size)];
    const [scattered] = await runPacked(maxUnpoolCrop, geometry, back, threads, values);
    expect(relativeError(scattered, pool.dx)).toBe(0);
    expect(relativeError(scattered, unpool.y)).toBe(0);
    const [gathered] = await runPacked(maxUnpoolGradient, geometry, back, threads, [
      range,
      Float32Array.from(unpool.dy),
      index,
      empty(),
    ]);
    expect(relativeError(gathered, unpool.dx)).toBe(0);
    indices.dispose();
  });

  it.each(titled)('overlapping pool as the composition: %s', async (_title, shape) => {
    const geometry = geometryOf(shape);
    const { constants, size, n, packs, axes } = geometry;
    const padding = shape[1] === 1 ? 1 : 0;
    const x = tied(shape);
    const { y, dy, dx } = await onProcessor(shape, x, (input) => composedMaxPool(input, axes, { kernel: 3, stride: 2, padding }));
    const Z = y.length / n;
    const own = { ...constants, KD: padding === 1 ? 1 : 3, K: 3, S: 2, PAD: padding, XS: size, ZS: Z, CS: Z };
    const range = rangeWords({ n, dn: shape[1], qn: shape[1] === 1 ? 1 : Math.floor((shape[1] - 3) / 2) + 1 });
    const [p, index] = await runPacked(maxPool, geometry, own, (Z / shape[4]) * packs, [
      range,
      x,
      new Float32Array(n * Z),
      new Uint32Array(n * Z),
    ]);
    expect(relativeError(p, y)).toBe(0);
    const arrays = [range, Float32Array.from(dy), index, new Float32Array(n * size)];
    const [found] = await runPacked(maxPoolGradient, geometry, own, (size / shape[4]) * packs, arrays);
    expect(relativeError(found, dx)).toBeLessThan(1e-6);
  });

  const activations: readonly Attributes['activation'][] = [
    { kind: 'leaky', slope: 0.2 },
    { kind: 'relu' },
    { kind: 'elu' },
    { kind: 'sigmoid' },
    { kind: 'tanh' },
  ];
  it.each(shapes.map((shape, i) => [`${shape.join('×')}, ${activations[i].kind}`, shape, activations[i]] as const))(
    'InstanceNorm and activation as the composition: %s',
    async (_title, shape, following) => {
      const geometry = geometryOf(shape);
      const { constants, size, n, packs } = geometry;
      const { H, W, C } = constants;
      const x = noise(product(shape), 33).map((value) => value * 3 + 7);
      const { y, dy, dx } = await onProcessor(shape, x, (input) => activate(instanceNorm(input), following));

      const slope = Float32Array.of(following.slope ?? 0);
      const own = { H, W, C, YS: size, ZS: size, ACTIVATION: codeOf(following) };
      const parts = 6;
      const range = rangeWords({ n, dn: shape[1], parts });
      const voxels = (size / C) * packs;
      const [part] = await runPacked(instanceStatistics, geometry, { H, W, C, YS: size, PS: parts * 3 * C }, packs * parts, [
        range,
        x,
        new Float32Array(n * parts * 3 * C),
      ]);
      const join = { threads: 4 * C, z: n };
      const pairs = (): Float32Array<ArrayBuffer> => new Float32Array(n * 2 * C);
      const [norm] = await runKernel(gpu, instanceFinish, { C, PS: parts * 3 * C, GROUP: 4 }, join, [range, part, pairs()]);
      const [z] = await runPacked(normKernel, geometry, own, voxels, [range, slope, x, norm, new Float32Array(n * size)]);
      expect(relativeError(z, y)).toBeLessThan(1e-5);

      const dz = Float32Array.from(dy);
      const PS = parts * 2 * C;
      const [sums] = await runPacked(instanceGradientSums, geometry, { ...own, PS }, packs * parts, [
        range,
        slope,
        dz,
        x,
        norm,
        new Float32Array(n * PS),
      ]);
      const finish = { SIZE: size / C, C, PS, GROUP: 4 };
      const [means] = await runKernel(gpu, instanceGradientFinish, finish, join, [range, sums, pairs()]);
      const [found] = await runPacked(instanceGradient, geometry, own, voxels, [range, slope, dz, norm, means, x]);
      expect(relativeError(found, dx)).toBeLessThan(1e-5);
    },
  );

  it.each(normCases.filter(({ norm }) => !norm).map((one) => [one.title, one] as const))(
    'activation as PyTorch, every element to its own digits: %s',
    async (_title, one) => {
      const SIZE = one.x.length;
      const slope = Float32Array.of(one.activation?.slope ?? 0);
      const ACTIVATION = codeOf(one.activation);
      const extent = { threads: SIZE / 4, z: 1 };
      const [y] = await runKernel(gpu, activation[4], { SIZE, XS: SIZE, ACTIVATION }, extent, [slope, Float32Array.from(one.x)]);
      for (const [i, value] of one.y.entries())
        expect(Math.abs(y[i] - value), `${one.x[i]}`).toBeLessThanOrEqual(1e-6 * Math.abs(value) + 1e-30);
      const [dx] = await runKernel(gpu, activationGradient[4], { SIZE, ZS: SIZE, GS: SIZE, ACTIVATION }, extent, [
        slope,
        y,
        Float32Array.from(one.dy),
      ]);
      expect(relativeError(dx, one.dx)).toBeLessThan(1e-6);
    },
  );
});

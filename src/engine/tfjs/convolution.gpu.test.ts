/** @file Strided and transposed convolutions on WebGPU: the composition and the kernels against PyTorch and against the processor. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConvolutionCase, convolutionCases, relativeDifference, type Values } from '../../../test/convolution-cases';
import { offerWebgpu } from '../../../test/tfjs-node';
import { product } from '../../base/shape';
import { nodeGpu } from '../../cli/node-gpu';
import { type GpuDevice, openDevice } from '../../gpu/device';
import type { KernelArray } from '../../gpu/kernel';
import {
  convStrided,
  convStridedAny,
  convStridedFilterGradient,
  convStridedFilterGradientAny,
  convStridedInputGradient,
  convStridedInputGradientAny,
  type StridedGeometry,
  stridedFilterThreads,
  stridedInputThreads,
  stridedThreads,
} from '../../gpu/kernels/conv-strided';
import { sumParts } from '../../gpu/kernels/convolution';
import { noise, rangeWords } from '../../gpu/kernels/example-arrays';
import { packFor, packs } from '../../gpu/kernels/pack';
import { runKernel } from '../../gpu/run-kernel';
import { openTfjsBackend, type TfjsBackend } from './backend';
import { convolution, transposedConvolution } from './convolution';

let gpu: GpuDevice;
beforeAll(async () => {
  const adapters = await nodeGpu();
  offerWebgpu(adapters);
  gpu = await openDevice(adapters);
});
afterAll(() => gpu.destroy());

type Case = Omit<ConvolutionCase, 'y' | 'dx' | 'dFilter'>;
interface Results {
  readonly y: ArrayLike<number>;
  readonly dx: ArrayLike<number>;
  readonly dFilter: ArrayLike<number>;
}

const tensorOf = ({ data, shape }: Values): tf.Tensor5D => tf.tensor5d(data, shape);

async function composition(
  backend: TfjsBackend,
  { rank, stride, padding, outputPadding, x, filter, dy }: Case,
): Promise<Results> {
  const window = { rank, stride, padding };
  const operation = (input: tf.Tensor, weight: tf.Tensor): tf.Tensor5D =>
    outputPadding === undefined
      ? convolution(input as tf.Tensor5D, weight as tf.Tensor5D, window)
      : transposedConvolution(input as tf.Tensor5D, weight as tf.Tensor5D, { ...window, outputPadding });
  const [y, dx, dFilter] = await backend.run(() => {
    const inputs = [tensorOf(x), tensorOf(filter)];
    return [operation(inputs[0], inputs[1]), ...tf.grads(operation)(inputs, tensorOf(dy))];
  });
  return { y: await backend.take(y), dx: await backend.take(dx), dFilter: await backend.take(dFilter) };
}

/** The convolution that belongs to a case: a transposed one goes from its small output to its large input. */
function geometryOf({ rank, stride, padding, outputPadding, x, filter, dy }: Case): StridedGeometry {
  const [large, small] = outputPadding === undefined ? [x, dy] : [dy, x];
  const [, D, H, W, CI] = large.shape;
  const [, OD, OH, OW, CO] = small.shape;
  const [KD, K] = filter.shape;
  const flat = rank === 2;
  const [XS, YS] = [D * H * W * CI, OD * OH * OW * CO];
  return {
    D,
    H,
    W,
    OD,
    OH,
    OW,
    CI,
    CO,
    KD,
    K,
    SD: flat ? 1 : stride,
    STRIDE: stride,
    PD: flat ? 0 : padding,
    P: padding,
    XS,
    YS,
  };
}

/** Output and gradients by the kernels; `any` chooses the forms that take any channels. */
async function byKernels(one: Case, any: boolean): Promise<Results> {
  const c = geometryOf(one);
  const { x, filter, dy, outputPadding } = one;
  const n = x.shape[0];
  const S = 3;
  const size = product(filter.shape);
  const range = rangeWords({ n, dn: c.OD });
  const forward = async (from: KernelArray): Promise<KernelArray> => {
    const arrays = [range, from, filter.data, new Float32Array(n * c.YS)];
    const extent = { threads: stridedThreads(c), z: n };
    const [y] = any
      ? await runKernel(gpu, convStridedAny, { ...c }, extent, arrays)
      : await runKernel(gpu, convStrided, { ...c, GROUP: 64, NEAR: 1 }, extent, arrays);
    return y;
  };
  const backward = async (from: KernelArray): Promise<KernelArray> => {
    const arrays = [rangeWords({ n, dn: c.D }), from, filter.data, new Float32Array(n * c.XS)];
    const extent = { threads: stridedInputThreads(c), z: n };
    const [dx] = any
      ? await runKernel(gpu, convStridedInputGradientAny, { ...c }, extent, arrays)
      : await runKernel(gpu, convStridedInputGradient, { ...c, GROUP: 64, NEAR: 1 }, extent, arrays);
    return dx;
  };
  const filterGradient = async (large: KernelArray, small: KernelArray): Promise<KernelArray> => {
    const spec = any ? convStridedFilterGradientAny : convStridedFilterGradient;
    const extent = { threads: stridedFilterThreads(c, any) * S, z: 1 };
    const [parts] = await runKernel(gpu, spec, { ...c, S }, extent, [range, large, small, new Float32Array(S * size)]);
    const arrays = [parts, new Float32Array(size)];
    return (await runKernel(gpu, sumParts[packFor(size)], { SIZE: size, S }, { threads: packs(size), z: 1 }, arrays))[0];
  };
  return outputPadding === undefined
    ? { y: await forward(x.data), dx: await backward(dy.data), dFilter: await filterGradient(x.data, dy.data) }
    : { y: await backward(x.data), dx: await forward(dy.data), dFilter: await filterGradient(dy.data, x.data) };
}

function expectEqual(found: Results, expected: Results, tolerance: number): void {
  expect(relativeDifference(found.y, expected.y), 'output').toBeLessThan(tolerance);
  expect(relativeDifference(found.dx, expected.dx), 'input gradient').toBeLessThan(tolerance);
  expect(relativeDifference(found.dFilter, expected.dFilter), 'filter gradient').toBeLessThan(tolerance);
}

describe('convolutions on webgpu', () => {
  it.each(convolutionCases.map((one) => [one.title, one] as const))(
    'by composition and kernels as PyTorch: %s',
    async (_, one) => {
      const expected = { y: one.y.data, dx: one.dx.data, dFilter: one.dFilter.data };
      expectEqual(await composition(await openTfjsBackend('webgpu', { gpu }), one), expected, 2e-6);
      expectEqual(await byKernels(one, true), expected, 2e-6);
    },
  );

  const values = (shape: Values['shape'], seed: number): Values => ({ shape, data: noise(product(shape), seed) });
  it.each<[title: string, one: Case]>([
    [
      'stride 2, 8 → 16 channels',
      {
        ...{ title: '', rank: 3 as const, stride: 2, padding: 1, outputPadding: undefined },
        x: values([2, 5, 6, 9, 8], 1),
        filter: values([3, 3, 3, 8, 16], 2),
        dy: values([2, 3, 3, 5, 16], 3),
      },
    ],
    [
      'image, filter 7, 16 → 8 channels',
      {
        ...{ title: '', rank: 2 as const, stride: 2, padding: 3, outputPadding: undefined },
        x: values([1, 1, 13, 10, 16], 1),
        filter: values([1, 7, 7, 16, 8], 2),
        dy: values([1, 1, 7, 5, 8], 3),
      },
    ],
    [
      'transposed, filter 4, output padding, 16 → 8 channels',
      {
        ...{ title: '', rank: 3 as const, stride: 2, padding: 1, outputPadding: [1, 0, 1] as const },
        x: values([2, 2, 3, 5, 16], 1),
        filter: values([4, 4, 4, 8, 16], 2),
        dy: values([2, 5, 6, 11, 8], 3),
      },
    ],
    [
      'transposed, filter 3, stride 1, 8 → 24 channels',
      {
        ...{ title: '', rank: 3 as const, stride: 1, padding: 1, outputPadding: [0, 0, 0] as const },
        x: values([1, 3, 4, 5, 8], 1),
        filter: values([3, 3, 3, 24, 8], 2),
        dy: values([1, 3, 4, 5, 24], 3),
      },
    ],
  ])('the vector kernels equal the composition on the processor: %s', async (_, one) => {
    expectEqual(await byKernels(one, false), await composition(await openTfjsBackend('cpu'), one), 5e-6);
  });
});

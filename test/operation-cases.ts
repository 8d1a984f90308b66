/** @file Pools, unpools, InstanceNorm and activations with values and gradients that PyTorch computed, channels last. */
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { product } from '../src/base/shape';
import { activate } from '../src/engine/tfjs/activation';
import { instanceNorm } from '../src/engine/tfjs/instance-norm';
import { swapFeatureAxes } from '../src/engine/tfjs/layouts';
import { cropMaxUnpool, frontPaddedMaxPool, maxPool, maxPoolWithIndices } from '../src/engine/tfjs/pool';
import type { Attributes } from '../src/networks/operations';

export type Shape = readonly [n: number, d: number, h: number, w: number, c: number];

export interface OperationCase {
  readonly title: string;
  readonly run: (x: tf.Tensor5D) => tf.Tensor5D;
  readonly shape: Shape;
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Weights of the outputs, and what follows from them. */
  readonly dy: Float32Array;
  readonly dx: Float32Array;
  /** Largest differences that are float32's, relative to the largest value; zero where numbers are only moved. */
  readonly tolerance: number;
}

/** As `pooling.json` has them. */
export interface StoredPool {
  /** [n, c, …] */
  readonly shape: readonly number[];
  readonly x: readonly number[];
  readonly out_shape: readonly number[];
  readonly out: readonly number[];
  /** Of Σ out·((i mod 101) − 50)/50. */
  readonly grad: readonly number[];
}

export interface StoredUnpool extends StoredPool {
  readonly input: string;
  /** Row-major places in the padded volume of the channel, shaped as `out`. */
  readonly indices: readonly number[];
  /** In the shape of x, and the gradient with respect to `out` as that of `out` with respect to x. */
  readonly unpool: readonly number[];
  readonly unpool_grad: readonly number[];
}

const pooling = JSON.parse(readFileSync('test/golden/networks/pooling.json', 'utf8')) as {
  readonly cases: readonly StoredUnpool[];
  readonly other_pools: readonly (StoredPool & { readonly layer: string })[];
};

function volumeShape([n, c, ...space]: readonly number[]): Shape {
  const [d, h, w] = space.length === 2 ? [1, ...space] : space;
  return [n, d, h, w, c];
}

/** [n, c, …] → [n, d, h, w, c] */
function channelsLast(values: readonly number[], [n, c, ...space]: readonly number[]): Float32Array<ArrayBuffer> {
  return swapFeatureAxes(Float32Array.from(values), n, c, product(space));
}

const weights = (shape: readonly number[]): Float32Array =>
  channelsLast(
    Array.from({ length: product(shape) }, (_, i) => ((i % 101) - 50) / 50),
    shape,
  );

const axesOf = (shape: readonly number[]): (1 | 2 | 3)[] => (shape.length === 4 ? [2, 3] : [1, 2, 3]);

/** A pool of `shape`, as a case. */
function poolCase(one: StoredPool, title: string, run: OperationCase['run']): OperationCase {
  const { shape, x, out_shape: outShape, out, grad } = one;
  return {
    title: `${title}, ${shape.join('×')}`,
    run,
    shape: volumeShape(shape),
    x: channelsLast(x, shape),
    y: channelsLast(out, outShape),
    dy: weights(outShape),
    dx: channelsLast(grad, shape),
    tolerance: 0,
  };
}

const pools = pooling.cases.flatMap((one): OperationCase[] => {
  const { shape, out_shape: outShape, out, indices, input } = one;
  const axes = axesOf(shape);
  const places = Int32Array.from(channelsLast(indices, outShape));
  const run = (pooled: tf.Tensor5D): tf.Tensor5D =>
    cropMaxUnpool(pooled, tf.tensor5d(places, [...volumeShape(outShape)], 'int32'), volumeShape(shape).slice(1, 4), axes);
  return [
    poolCase(one, `pool of input ${input}`, (x) => frontPaddedMaxPool(x, axes)),
    poolCase(one, `pool with indices of input ${input}`, (x) => maxPoolWithIndices(x, axes).output),
    poolCase(
      { shape: outShape, x: out, out_shape: shape, out: one.unpool, grad: one.unpool_grad },
      `unpool, input ${input}`,
      run,
    ),
  ];
});

const otherPools = pooling.other_pools
  .filter(({ layer }) => layer.startsWith('MaxPool'))
  .map((one) =>
    poolCase(one, one.layer, (x) =>
      maxPool(x, axesOf(one.shape), { kernel: 3, stride: 2, padding: one.shape.length === 4 ? 1 : 0 }),
    ),
  );

interface StoredNorm {
  readonly norm: boolean;
  readonly activation: { readonly kind: 'none' | 'relu' | 'leaky-relu' | 'elu' | 'sigmoid' | 'tanh'; readonly slope?: number };
  readonly shape: Shape;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly dy: readonly number[];
  readonly dx: readonly number[];
}

/** InstanceNorm and the activation that follows it, or the activation alone. */
export interface NormCase extends OperationCase {
  readonly norm: boolean;
  readonly activation: Attributes['activation'] | null;
}

function activationOf({ kind, ...rest }: StoredNorm['activation']): NormCase['activation'] {
  return kind === 'none' ? null : { kind: kind === 'leaky-relu' ? 'leaky' : kind, ...rest };
}

const stored = JSON.parse(readFileSync('test/golden/operations/normalisations.json', 'utf8')) as readonly StoredNorm[];

export const normCases: readonly NormCase[] = stored.map(({ norm, activation, shape, x, y, dy, dx }) => ({
  title: `${norm ? 'InstanceNorm and ' : ''}${Object.values(activation).join(' ')}, ${shape.join('×')}`,
  norm,
  activation: activationOf(activation),
  run: (input) => {
    const [normed, applied] = [norm ? instanceNorm(input) : input, activationOf(activation)];
    return applied === null ? normed : activate(normed, applied);
  },
  shape,
  x: Float32Array.from(x),
  y: Float32Array.from(y),
  dy: Float32Array.from(dy),
  dx: Float32Array.from(dx),
  tolerance: 1e-5,
}));

export const poolCases: readonly OperationCase[] = [...pools, ...otherPools];

/** Inputs of the front-padded pools, and PyTorch's indices. */
export const indexCases = pooling.cases.map(({ shape, input, x, out_shape: outShape, indices }) => ({
  title: `input ${input}, ${shape.join('×')}`,
  shape: volumeShape(shape),
  axes: axesOf(shape),
  x: channelsLast(x, shape),
  indices: Int32Array.from(channelsLast(indices, outShape)),
}));

/** Largest difference, relative to the largest expected magnitude. */
export function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [worst, scale] = [0, Number.MIN_VALUE];
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(found[i] - expected[i]);
    worst = Math.max(worst, difference);
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  return found.length === expected.length ? worst / scale : Number.POSITIVE_INFINITY;
}

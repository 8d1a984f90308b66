/**
 * @file The block convolution → BatchNorm → ReLU → front-padded max pool as a composition of TensorFlow.js operations, right on
 * cpu, wasm and webgpu, and under `tf.grads`. It is what runs where no faster engine does, and the reference of the GPU kernels.
 *
 * Volumes are [n, d, h, w, c]; images are volumes of depth 1 with kernels of depth 1. Stock operations that are wrong at rank 5 on
 * webgpu (adding a vector, pad, slices under gradients, pool gradients) are replaced by the same at rank 2 or 3.
 */
import * as tf from '@tensorflow/tfjs-core';

/** BatchNorm's epsilon. */
const EPSILON = 1e-5;

export interface ConvBlockTensors {
  /** [3, 3, 3, in, out], or [1, 3, 3, in, out] for images. */
  readonly weight: tf.Tensor5D;
  /** [out] */
  readonly bias: tf.Tensor1D;
  /** BatchNorm's γ and β, [out]. */
  readonly scale: tf.Tensor1D;
  readonly shift: tf.Tensor1D;
}

export interface ConvBlockShape {
  readonly stride: 1 | 2;
  readonly pool: boolean;
}

export interface ChannelStatistics {
  /** [1, out] */
  readonly mean: tf.Tensor2D;
  /** Biased (divided by `count`), [1, out]. */
  readonly variance: tf.Tensor2D;
  /** Values per channel. */
  readonly count: number;
}

/** Elements before, at and after an axis. */
function around(shape: readonly number[], axis: number): [outer: number, length: number, inner: number] {
  const size = (lengths: readonly number[]): number => lengths.reduce((all, length) => all * length, 1);
  return [size(shape.slice(0, axis)), shape[axis], size(shape.slice(axis + 1))];
}

const withLength = (shape: readonly number[], axis: number, length: number): number[] =>
  shape.map((old, a) => (a === axis ? length : old));

/** Pairs of neighbours along an axis, [outer · pairs, 2, inner]; an odd axis gets a zero at `oddEnd`. */
function splitPairs(x: tf.Tensor, axis: number, oddEnd: 'front' | 'back'): { pairs: tf.Tensor[]; shape: number[] } {
  const [outer, length, inner] = around(x.shape, axis);
  const half = Math.ceil(length / 2);
  let even = tf.reshape(x, [outer, length, inner]);
  if (length % 2 === 1) {
    const zeros = tf.zeros<tf.Rank.R3>([outer, 1, inner]);
    even = tf.concat(oddEnd === 'front' ? [zeros, even] : [even, zeros], 1);
  }
  return { pairs: tf.split(tf.reshape(even, [outer * half, 2, inner]), 2, 1), shape: withLength(x.shape, axis, half) };
}

/** Spatial axes along which the kernel, and so the pool, extends. */
const spatialAxes = (weight: tf.Tensor5D): number[] => (weight.shape[0] === 1 ? [2, 3] : [1, 2, 3]);

/** Convolution with padding 1 on both sides, as in PyTorch: tfjs' own padding differs for stride 2, so every second voxel is taken. */
function convolve(x: tf.Tensor5D, weight: tf.Tensor5D, stride: 1 | 2): tf.Tensor5D {
  let result: tf.Tensor = tf.conv3d(x, weight, 1, 'same');
  if (stride === 2)
    for (const axis of spatialAxes(weight)) {
      const { pairs, shape } = splitPairs(result, axis, 'back');
      result = tf.reshape(pairs[0], shape);
    }
  return result as tf.Tensor5D;
}

/**
 * Max pooling (2, 2) with a zero plane in front of odd axes. Pairs are compared along the last axis first, and the earlier one
 * wins a tie: so the first maximum in row-major order gets the gradient, as in PyTorch.
 */
export function frontPaddedMaxPool(x: tf.Tensor5D, axes: readonly number[]): tf.Tensor5D {
  let pooled: tf.Tensor = x;
  for (const axis of axes.toReversed()) {
    const { pairs, shape } = splitPairs(pooled, axis, 'front');
    pooled = tf.reshape(tf.maximum(pairs[0], pairs[1]), shape);
  }
  return pooled as tf.Tensor5D;
}

function activate(normalised: tf.Tensor2D, shape: readonly number[], tensors: ConvBlockTensors, pool: boolean): tf.Tensor5D {
  const active: tf.Tensor = tf.reshape(tf.relu(normalised), [...shape]);
  return pool ? frontPaddedMaxPool(active as tf.Tensor5D, spatialAxes(tensors.weight)) : (active as tf.Tensor5D);
}

/** Convolution and its bias, as [n · d · h · w, c], and the shape of the volume. */
function convolvedRows(
  x: tf.Tensor5D,
  tensors: ConvBlockTensors,
  stride: 1 | 2,
): { rows: tf.Tensor2D; shape: readonly number[] } {
  const volume = convolve(x, tensors.weight, stride);
  const channels = volume.shape[4];
  const rows = tf.reshape(volume, [volume.size / channels, channels]) as tf.Tensor2D;
  return { rows: tf.add(rows, tf.reshape(tensors.bias, [1, channels])), shape: volume.shape };
}

/**
 * The block in training mode: normalised with the statistics of the batch, which are returned for the running ones. Output
 * [n, ⌈d/2⌉, ⌈h/2⌉, ⌈w/2⌉, out] with pool.
 */
export function convBlockTraining(
  x: tf.Tensor5D,
  tensors: ConvBlockTensors,
  { stride, pool }: ConvBlockShape,
): { readonly output: tf.Tensor5D; readonly statistics: ChannelStatistics } {
  const { rows, shape } = convolvedRows(x, tensors, stride);
  const [count, channels] = rows.shape;
  const mean = tf.mean(rows, 0, true) as tf.Tensor2D;
  const centred = tf.sub(rows, mean);
  const variance = tf.mean(tf.square(centred), 0, true) as tf.Tensor2D;
  const factor = tf.mul(tf.rsqrt(tf.add(variance, EPSILON)), tf.reshape(tensors.scale, [1, channels]));
  const normalised = tf.add(tf.mul(centred, factor), tf.reshape(tensors.shift, [1, channels])) as tf.Tensor2D;
  return { output: activate(normalised, shape, tensors, pool), statistics: { mean, variance, count } };
}

/** The block in evaluation mode, normalised with running statistics, each [out]. */
export function convBlockInference(
  x: tf.Tensor5D,
  tensors: ConvBlockTensors,
  running: { readonly mean: tf.Tensor1D; readonly variance: tf.Tensor1D },
  { stride, pool }: ConvBlockShape,
): tf.Tensor5D {
  const { rows, shape } = convolvedRows(x, tensors, stride);
  const channels = [1, rows.shape[1]];
  const factor = tf.reshape(tf.mul(tf.rsqrt(tf.add(running.variance, EPSILON)), tensors.scale), channels);
  const centred = tf.sub(rows, tf.reshape(running.mean, channels));
  const normalised = tf.add(tf.mul(centred, factor), tf.reshape(tensors.shift, channels)) as tf.Tensor2D;
  return activate(normalised, shape, tensors, pool);
}

/**
 * @file The block convolution → BatchNorm → ReLU → front-padded max pool as a composition of TensorFlow.js operations, right on
 * cpu, wasm and webgpu, and under `tf.grads`. It is what runs where no faster engine does, and the reference of the GPU kernels.
 *
 * Volumes are [n, d, h, w, c]; images are volumes of depth 1 with kernels of depth 1. Stock operations that are wrong at rank 5 on
 * webgpu (adding a vector, pad, slices under gradients, pool gradients) are replaced by the same at rank 2 or 3.
 */
import * as tf from '@tensorflow/tfjs-core';
import { convolution } from './convolution';
import { frontPaddedMaxPool, frontPaddedMaxPoolInference } from './pool';

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
  /** Of the convolution with its bias, [out]. */
  readonly mean: tf.Tensor1D;
  /** Biased (divided by `count`), [out]. */
  readonly variance: tf.Tensor1D;
  /** Values per channel. */
  readonly count: number;
}

/** Spatial axes along which the kernel, and so the pool, extends. */
const spatialAxes = (weight: tf.Tensor5D): number[] => (weight.shape[0] === 1 ? [2, 3] : [1, 2, 3]);

/** Volumes as [n · d, h · w, c]: sums over the first two axes in two stages, which keeps float32 sums of many voxels exact enough. */
function asRows(volume: tf.Tensor5D): tf.Tensor3D {
  const [n, d, h, w, channels] = volume.shape;
  return tf.reshape(volume, [n * d, h * w, channels]);
}

/** Mean of each channel, [1, 1, c]. */
function channelMean(rows: tf.Tensor): tf.Tensor3D {
  return tf.mean(tf.mean(rows, 1, true), 0, true);
}

const asChannels = (vector: tf.Tensor): tf.Tensor3D => tf.reshape(vector, [1, 1, vector.size]);

interface BatchStatistics {
  /** [1, 1, c] */
  readonly mean: tf.Tensor3D;
  readonly variance: tf.Tensor3D;
}

/**
 * (x − mean)/√(variance + ε) · scale + shift, where mean and variance are those of x: with x̂ the normalised values and ⟨·⟩ the mean
 * over a channel, dx = scale/√(variance + ε) · (dy − ⟨dy⟩ − x̂⟨dy·x̂⟩), dscale = count·⟨dy·x̂⟩, dshift = count·⟨dy⟩.
 */
function normaliseBatch(rows: tf.Tensor3D, { mean, variance }: BatchStatistics, scale: tf.Tensor, shift: tf.Tensor): tf.Tensor3D {
  const count = rows.shape[0] * rows.shape[1];
  const operation = tf.customGrad((...args) => {
    const save = args.pop() as tf.GradSaveFunc;
    const [x, gamma, beta] = args as tf.Tensor[];
    const inverse = tf.rsqrt(tf.add(variance, EPSILON));
    const normal = tf.mul(tf.sub(x, mean), inverse);
    const factor = tf.mul(inverse, asChannels(gamma));
    save([normal, factor]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [hat, slope] = saved;
      const meanDy = channelMean(dy);
      const meanProduct = channelMean(tf.mul(dy, hat));
      const dx = tf.mul(tf.sub(tf.sub(dy, meanDy), tf.mul(hat, meanProduct)), slope);
      return [dx, tf.reshape(tf.mul(meanProduct, count), gamma.shape), tf.reshape(tf.mul(meanDy, count), beta.shape)];
    };
    return { value: tf.add(tf.mul(normal, asChannels(gamma)), asChannels(beta)), gradFunc };
  });
  return operation(rows, scale, shift) as tf.Tensor3D;
}

/** ReLU, back in the shape of a volume. */
function activate(normalised: tf.Tensor, shape: readonly number[]): tf.Tensor5D {
  const active: tf.Tensor = tf.reshape(tf.relu(normalised), [...shape]);
  return active as tf.Tensor5D;
}

/**
 * The block in training mode: normalised with the statistics of the batch, which are returned for the running ones. Output
 * [n, ⌈d/2⌉, ⌈h/2⌉, ⌈w/2⌉, out] with pool.
 *
 * The normalisation takes the convolution's bias out again, so it only shifts the mean that is returned. Its gradient is zero, and
 * `tf.grads` must not be asked for it; computed the long way it would be rounding noise, which Adam turns into steps.
 */
export function convBlockTraining(
  x: tf.Tensor5D,
  tensors: ConvBlockTensors,
  { stride, pool }: ConvBlockShape,
): { readonly output: tf.Tensor5D; readonly statistics: ChannelStatistics } {
  const volume = convolution(x, tensors.weight, { stride, padding: 1 });
  const rows = asRows(volume);
  const mean = channelMean(rows);
  const variance = channelMean(tf.square(tf.sub(rows, mean)));
  const normalised = normaliseBatch(rows, { mean, variance }, tensors.scale, tensors.shift);
  const statistics = {
    mean: tf.add(tf.reshape(mean, tensors.bias.shape), tensors.bias) as tf.Tensor1D,
    variance: tf.reshape(variance, tensors.bias.shape) as tf.Tensor1D,
    count: rows.shape[0] * rows.shape[1],
  };
  const active = activate(normalised, volume.shape);
  return { output: pool ? frontPaddedMaxPool(active, spatialAxes(tensors.weight)) : active, statistics };
}

/** The block in evaluation mode: the normalisation with running statistics, each [out], is folded into the convolution. */
export function convBlockInference(
  x: tf.Tensor5D,
  { weight, bias, scale, shift }: ConvBlockTensors,
  running: { readonly mean: tf.Tensor1D; readonly variance: tf.Tensor1D },
  { stride, pool }: ConvBlockShape,
): tf.Tensor5D {
  const factor = tf.mul(tf.rsqrt(tf.add(running.variance, EPSILON)), scale);
  const folded: tf.Tensor5D = tf.mul(weight, tf.reshape(factor, [1, 1, 1, 1, factor.size]));
  const offset = tf.add(shift, tf.mul(tf.sub(bias, running.mean), factor));
  const volume = convolution(x, folded, { stride, padding: 1 });
  const active = activate(tf.add(asRows(volume), asChannels(offset)), volume.shape);
  return pool ? frontPaddedMaxPoolInference(active, spatialAxes(weight)) : active;
}

/**
 * @file BatchNorm as a composition of TensorFlow.js operations, right on cpu, wasm and webgpu, and under `tf.grads`. Adding a vector to a
 * tensor of rank 5 is wrong on webgpu, so that volumes are taken to rank 3.
 */
import * as tf from '@tensorflow/tfjs-core';

const EPSILON = 1e-5;

export interface ChannelStatistics {
  /** [c] */
  readonly mean: tf.Tensor;
  /** Biased (divided by `count`), [c]. */
  readonly variance: tf.Tensor;
  /** Values per channel. */
  readonly count: number;
}

/** γ and β, [c]. */
export interface Affine {
  readonly scale: tf.Tensor;
  readonly shift: tf.Tensor;
}

/** Volumes as [n · d, h · w, c]: sums over the first two axes in two stages, which keeps float32 sums of many voxels exact enough. */
function asRows(volume: tf.Tensor): tf.Tensor3D {
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
function normaliseBatch(rows: tf.Tensor3D, { mean, variance }: BatchStatistics, { scale, shift }: Affine): tf.Tensor3D {
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

/** Normalised with the statistics of the batch [n, d, h, w, c], which are returned for the running ones. */
export function batchNorm(x: tf.Tensor, affine: Affine): { readonly output: tf.Tensor; readonly statistics: ChannelStatistics } {
  const rows = asRows(x);
  const mean = channelMean(rows);
  const variance = channelMean(tf.square(tf.sub(rows, mean)));
  const normalised = normaliseBatch(rows, { mean, variance }, affine);
  const [, , channels] = rows.shape;
  const statistics = {
    mean: tf.reshape(mean, [channels]),
    variance: tf.reshape(variance, [channels]),
    count: rows.shape[0] * rows.shape[1],
  };
  return { output: tf.reshape(normalised, x.shape), statistics };
}

/** Normalised with running statistics. */
export function batchNormInference(
  x: tf.Tensor,
  { scale, shift }: Affine,
  { mean, variance }: Pick<ChannelStatistics, 'mean' | 'variance'>,
): tf.Tensor {
  const factor = tf.mul(tf.rsqrt(tf.add(variance, EPSILON)), scale);
  const centred = tf.sub(asRows(x), asChannels(mean));
  return tf.reshape(tf.add(tf.mul(centred, asChannels(factor)), asChannels(shift)), x.shape);
}

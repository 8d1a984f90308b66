/**
 * @file InstanceNorm (eps 1e-5, nothing learned, no running statistics) as a composition of TensorFlow.js operations, right on cpu,
 * wasm and webgpu, and under `tf.grads`: what runs where no faster engine does, and the reference of the GPU kernels.
 */
import * as tf from '@tensorflow/tfjs-core';

const EPSILON = 1e-5;

/** Means over the middle axes of [n, d, h · w, c], [n, 1, 1, c]: in two stages, which keeps float32 sums of many voxels exact enough. */
function channelMean(planes: tf.Tensor): tf.Tensor {
  return tf.mean(tf.mean(planes, 2, true), 1, true);
}

/**
 * (x − mean)/√(variance + ε) for volumes [n, d, h, w, c], with the mean and the biased variance of every channel of every sample.
 * With x̂ the result and ⟨·⟩ the mean over the voxels, dx = (dy − ⟨dy⟩ − x̂⟨dy·x̂⟩)/√(variance + ε).
 */
export function instanceNorm(x: tf.Tensor5D): tf.Tensor5D {
  const [n, d, h, w, c] = x.shape;
  const operation = tf.customGrad((...args) => {
    const save = args.pop() as tf.GradSaveFunc;
    const [planes] = args as tf.Tensor[];
    const centred = tf.sub(planes, channelMean(planes));
    const inverse = tf.rsqrt(tf.add(channelMean(tf.square(centred)), EPSILON));
    const normal = tf.mul(centred, inverse);
    save([normal, inverse]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor => {
      const [hat, slope] = saved;
      const along = tf.mul(hat, channelMean(tf.mul(dy, hat)));
      return tf.mul(tf.sub(tf.sub(dy, channelMean(dy)), along), slope);
    };
    return { value: normal, gradFunc };
  });
  return tf.reshape(operation(tf.reshape(x, [n, d, h * w, c])), [n, d, h, w, c]);
}

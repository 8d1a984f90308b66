/** @file Activations as TensorFlow.js operations, right on cpu, wasm and webgpu, and under `tf.grads`. */
import * as tf from '@tensorflow/tfjs-core';
import type { Attributes } from '../../networks/operations';

/** PyTorch's activation of every element; ELU with α = 1. The gradient at 0 is `slope` for LeakyReLU, 0 for ReLU, 1 for ELU. */
export function activate<T extends tf.Tensor>(x: T, { kind, slope }: Attributes['activation']): T {
  // The gradients of LeakyReLU throw at rank 5 on webgpu.
  const flat: tf.Tensor2D = tf.reshape(x, [x.shape[0], x.size / x.shape[0]]);
  const inShape = (active: tf.Tensor): T => tf.reshape(active, x.shape) as T;
  switch (kind) {
    case 'relu':
      return inShape(tf.relu(flat));
    case 'leaky':
      return inShape(tf.leakyRelu(flat, slope));
    case 'elu':
      return inShape(tf.elu(flat));
    case 'sigmoid':
      return inShape(tf.sigmoid(flat));
    case 'tanh':
      return inShape(tf.tanh(flat));
  }
}

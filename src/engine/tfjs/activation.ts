/** @file Activations as TensorFlow.js operations, right on cpu, wasm and webgpu, and under `tf.grads`. */
import * as tf from '@tensorflow/tfjs-core';

/** What follows a layer, as PyTorch defines it; ELU with α = 1. The gradient at 0 is `slope` for LeakyReLU, 0 for ReLU, 1 for ELU. */
export type Activation =
  | { readonly kind: 'none' | 'relu' | 'elu' | 'sigmoid' | 'tanh' }
  | { readonly kind: 'leaky-relu'; readonly slope: number };

/** The activation of every element, in the shape of x. */
export function activate<T extends tf.Tensor>(x: T, activation: Activation): T {
  // The gradients of LeakyReLU throw at rank 5 on webgpu.
  const flat: tf.Tensor2D = tf.reshape(x, [x.shape[0], x.size / x.shape[0]]);
  const inShape = (active: tf.Tensor): T => tf.reshape(active, x.shape) as T;
  switch (activation.kind) {
    case 'none':
      return x;
    case 'relu':
      return inShape(tf.relu(flat));
    case 'leaky-relu':
      return inShape(tf.leakyRelu(flat, activation.slope));
    case 'elu':
      return inShape(tf.elu(flat));
    case 'sigmoid':
      return inShape(tf.sigmoid(flat));
    case 'tanh':
      return inShape(tf.tanh(flat));
  }
}

/** @file Adam as PyTorch computes it, on TensorFlow.js tensors. */
import * as tf from '@tensorflow/tfjs-core';
import type { OptimizerOptions } from '../executor';

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;

export interface AdamTensors {
  /** Steps made. */
  readonly step: number;
  readonly mean: tf.Tensor;
  readonly square: tf.Tensor;
}

/** Moments before the first step. */
export function adamStart(parameter: tf.Tensor): AdamTensors {
  return { step: 0, mean: tf.zerosLike(parameter), square: tf.zerosLike(parameter) };
}

/**
 * One step: m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², θ ← θ − lr/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε), where g includes weight decay.
 * Returns new tensors; disposes none.
 */
export function adamStep(
  parameter: tf.Tensor,
  gradient: tf.Tensor,
  moments: AdamTensors,
  { learning_rate, weight_decay }: OptimizerOptions,
): { readonly parameter: tf.Tensor; readonly moments: AdamTensors } {
  const step = moments.step + 1;
  const decayed = weight_decay === 0 ? gradient : tf.add(gradient, tf.mul(parameter, weight_decay));
  const mean = tf.add(tf.mul(moments.mean, BETA_1), tf.mul(decayed, 1 - BETA_1));
  const square = tf.add(tf.mul(moments.square, BETA_2), tf.mul(tf.square(decayed), 1 - BETA_2));
  const denominator = tf.add(tf.div(tf.sqrt(square), Math.sqrt(1 - BETA_2 ** step)), EPSILON);
  const change = tf.mul(tf.div(mean, denominator), learning_rate / (1 - BETA_1 ** step));
  return { parameter: tf.sub(parameter, change), moments: { step, mean, square } };
}

/** @file The optimisers' formulas (`engine/optimizers.ts`) on TensorFlow.js tensors. */
import * as tf from '@tensorflow/tfjs-core';
import { type OptimizerName, optimizers } from '../../vocabulary/optimizers';
import type { OptimizerOptions } from '../executor';
import { firstNumbers, optimizerConstants, type StepScalars, stepNumbers } from '../optimizers';

/** An optimiser's memory of one parameter, on the device. */
export interface Memory {
  /** Steps made. */
  readonly step: number;
  readonly numbers: Readonly<Record<string, number>>;
  /** In the order of the vocabulary. */
  readonly tensors: readonly tf.Tensor[];
}

/** Before the first step. */
export function firstMemory(parameter: tf.Tensor, options: OptimizerOptions): Memory {
  const tensors = optimizers[options.optimizer].tensors.map(() => tf.zerosLike(parameter));
  return { step: 0, numbers: firstNumbers(options), tensors };
}

/** How much is taken off the parameter, and the tensors after it. `parameter`: once it is decayed. */
type Rule = (
  g: tf.Tensor,
  tensors: readonly tf.Tensor[],
  scalars: StepScalars,
  parameter: tf.Tensor,
) => readonly [change: tf.Tensor, tensors: readonly tf.Tensor[]];

/** share · a + (1 − share) · b */
const mix = (a: tf.Tensor, b: tf.Tensor, share: number): tf.Tensor => tf.add(tf.mul(a, share), tf.mul(b, 1 - share));

/** The moving means of g and g² of the Adam family. */
function moments(g: tf.Tensor, [m, v]: readonly tf.Tensor[]): readonly [m: tf.Tensor, v: tf.Tensor] {
  const { beta1, beta2 } = optimizerConstants.Adam;
  return [mix(m, g, beta1), mix(v, tf.square(g), beta2)];
}

const adam: Rule = (g, before, { rate, along, root }) => {
  const [m, v] = moments(g, before);
  const size = tf.add(tf.div(tf.sqrt(v), root), optimizerConstants.Adam.epsilon);
  const direction = along === 0 ? tf.mul(m, rate) : tf.add(tf.mul(m, rate), tf.mul(g, along));
  return [tf.div(direction, size), [m, v]];
};

const radam: Rule = (g, before, { rate, root }) => {
  const [m, v] = moments(g, before);
  const step = tf.mul(m, rate);
  return [root === 0 ? step : tf.div(step, tf.add(tf.sqrt(v), optimizerConstants.RAdam.epsilon)), [m, v]];
};

const adamax: Rule = (g, [m, u], { rate }) => {
  const { beta1, beta2, epsilon } = optimizerConstants.Adamax;
  const mean = mix(m, g, beta1);
  const largest = tf.maximum(tf.mul(u, beta2), tf.add(tf.abs(g), epsilon));
  return [tf.div(tf.mul(mean, rate), largest), [mean, largest]];
};

const rmsprop: Rule = (g, [v], { rate }) => {
  const { alpha, epsilon } = optimizerConstants.RMSprop;
  const square = mix(v, tf.square(g), alpha);
  return [tf.div(tf.mul(g, rate), tf.add(tf.sqrt(square), epsilon)), [square]];
};

const adagrad: Rule = (g, [s], { rate }) => {
  const total = tf.add(s, tf.square(g));
  return [tf.div(tf.mul(g, rate), tf.add(tf.sqrt(total), optimizerConstants.Adagrad.epsilon)), [total]];
};

const adadelta: Rule = (g, [v, a], { rate }) => {
  const { rho, epsilon } = optimizerConstants.Adadelta;
  const square = mix(v, tf.square(g), rho);
  const delta = tf.mul(tf.div(tf.sqrt(tf.add(a, epsilon)), tf.sqrt(tf.add(square, epsilon))), g);
  return [tf.mul(delta, rate), [square, mix(a, tf.square(delta), rho)]];
};

const asgd: Rule = (g, [ax], { rate, along }, parameter) => {
  const change = tf.mul(g, rate);
  const moved = tf.sub(parameter, change);
  return [change, [along === 1 ? moved : tf.add(ax, tf.mul(tf.sub(moved, ax), along))]];
};

const sgd: Rule = (g, _, { rate }) => [tf.mul(g, rate), []];

const rules: Readonly<Record<OptimizerName, Rule>> = {
  Adadelta: adadelta,
  Adagrad: adagrad,
  Adam: adam,
  AdamW: adam,
  Adamax: adamax,
  ASGD: asgd,
  NAdam: adam,
  RAdam: radam,
  RMSprop: rmsprop,
  SGD: sgd,
};

/** One step. Returns new tensors; disposes none. */
export function optimizerStep(
  parameter: tf.Tensor,
  gradient: tf.Tensor,
  memory: Memory,
  options: OptimizerOptions,
): { readonly parameter: tf.Tensor; readonly memory: Memory } {
  const step = memory.step + 1;
  const { scalars, numbers } = stepNumbers(options, step, memory.numbers);
  const g = scalars.decay === 0 ? gradient : tf.add(gradient, tf.mul(parameter, scalars.decay));
  const kept = scalars.keep === 1 ? parameter : tf.mul(parameter, scalars.keep);
  const [change, tensors] = rules[options.optimizer](g, memory.tensors, scalars, kept);
  return { parameter: tf.sub(kept, change), memory: { step, numbers, tensors } };
}

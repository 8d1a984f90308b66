/** @file The optimisers' formulas (`vocabulary/optimizers.ts`) on TensorFlow.js tensors. */
import * as tf from '@tensorflow/tfjs-core';
import type { Arithmetic } from '../../vocabulary/formula';
import { optimizerRow } from '../../vocabulary/optimizers';
import type { OptimizerOptions } from '../executor';
import { firstNumbers, stepNumbers } from '../optimizers';

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
  const tensors = optimizerRow(options.optimizer).tensors.map(() => tf.zerosLike(parameter));
  return { step: 0, numbers: firstNumbers(options), tensors };
}

const arithmetic: Arithmetic<tf.Tensor> = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  div: tf.div,
  max: tf.maximum,
  abs: tf.abs,
  sqrt: tf.sqrt,
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
  const w = scalars.keep === 1 ? parameter : tf.mul(parameter, scalars.keep);
  const { formula } = optimizerRow(options.optimizer);
  const [change, ...tensors] = formula(arithmetic, { ...scalars, g, w, kept: memory.tensors });
  return { parameter: tf.sub(w, change), memory: { step, numbers, tensors } };
}

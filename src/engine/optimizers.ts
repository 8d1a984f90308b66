/** @file The numbers of an optimiser's step, which are the same for all elements of a parameter (`vocabulary/optimizers.ts`). */
import type { StepScalars } from '../vocabulary/formula';
import { optimizerRow } from '../vocabulary/optimizers';
import type { OptimizerOptions } from './executor';

type Numbers = Readonly<Record<string, number>>;

export interface StepNumbers {
  readonly scalars: StepScalars;
  /** What is kept beside `step` after it. */
  readonly numbers: Numbers;
}

/** Numbers of a parameter before its first step. */
export const firstNumbers = ({ optimizer, learning_rate }: OptimizerOptions): Numbers =>
  optimizerRow(optimizer).first?.(learning_rate) ?? {};

/** Numbers of step `t` (1 is the first), given those that the step before left. */
export function stepNumbers(options: OptimizerOptions, t: number, before: Numbers): StepNumbers {
  const { optimizer, learning_rate, weight_decay } = options;
  const { numbers = {}, ...scalars } = optimizerRow(optimizer).step(t, learning_rate, weight_decay, before);
  return { scalars: { decay: weight_decay, keep: 1, rate: 0, along: 0, root: 1, ...scalars }, numbers };
}

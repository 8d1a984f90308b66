/**
 * @file What the formula of an optimiser is written in, so that it stands once: a backend gives the arithmetic of its values, be they
 * numbers, tensors or the text of a kernel.
 */

/** On values T, element by element; a plain number is the same for all elements. */
export interface Arithmetic<T> {
  readonly add: (x: T | number, y: T | number) => T;
  readonly sub: (x: T | number, y: T | number) => T;
  readonly mul: (x: T | number, y: T | number) => T;
  readonly div: (x: T | number, y: T | number) => T;
  readonly max: (x: T, y: T) => T;
  readonly abs: (x: T) => T;
  readonly sqrt: (x: T) => T;
}

/** What a step is made of. */
export interface FormulaInputs<T> {
  /** The gradient, with decay · θ added to it. */
  readonly g: T;
  /** keep · θ. */
  readonly w: T;
  /** What is kept of the parameter, in the order of the row's `tensors`. */
  readonly kept: readonly T[];
  readonly rate: T | number;
  readonly along: T | number;
  readonly root: T | number;
}

/** What is taken off `w`, then what is kept after the step. */
export type Formula = <T>(arithmetic: Arithmetic<T>, inputs: FormulaInputs<T>) => readonly [change: T, ...kept: T[]];

/** Numbers of a step that are the same for all elements of a parameter. */
export interface StepScalars {
  readonly decay: number;
  readonly keep: number;
  readonly rate: number;
  readonly along: number;
  readonly root: number;
}

/** x · x */
export const square = <T>({ mul }: Arithmetic<T>, x: T): T => mul(x, x);

/** share · old + (1 − share) · value */
export const mix = <T>({ add, mul }: Arithmetic<T>, old: T, value: T, share: number): T =>
  add(mul(old, share), mul(value, 1 - share));

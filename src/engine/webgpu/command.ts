/** @file What the device does, as data: a kernel, where its bindings come from, and how many threads it takes for a batch of n. */
import type { Extent } from '../../gpu/kernel';
import { type Range, rangeWords } from '../../gpu/kernels/example-arrays';
import type { KernelUse } from '../../gpu/pipelines';
import type { Tensor } from '../plan';

/** A part of a tensor: one of its groups of samples, from a sample on, or a window of its elements. */
export interface TensorSource {
  readonly tensor: Tensor;
  readonly part: number;
  /** Elements before it, in the part, and elements that are seen; absent: all. */
  readonly from?: number;
  readonly elements?: number;
}

/** Records that are written anew for each step. */
export type UniformName = 'step' | 'optimizer' | 'reversal';

export type Source =
  | TensorSource
  /** A buffer by name, or some of its floats. */
  | { readonly buffer: string; readonly offset?: number; readonly floats?: number }
  /** A record of integers for a batch of n. */
  | { readonly words: (n: number) => Int32Array<ArrayBuffer> }
  | { readonly uniform: UniformName };

export interface Command {
  readonly use: KernelUse;
  readonly sources: readonly Source[];
  /** For a batch of n; zero repetitions or threads: nothing to do. */
  readonly extent: (n: number) => Extent;
  /** Row and shape, where other kernels could do it (`variants`). */
  readonly key?: string | undefined;
}

export const named = (buffer: string): Source => ({ buffer });
export const step: Source = { uniform: 'step' };
/** What reversed gradients are multiplied by. */
export const reversal: Source = { uniform: 'reversal' };
/** For a binding that the constants of a kernel make it not read: something has to be bound, and every network has weights. */
export const unread = named('weights.0');

/** A `Range` for a batch of n. */
export const ranged = (range: (n: number) => Partial<Range>): Source => ({ words: (n) => rangeWords(range(n)) });

/** The record of activations: the slope of LeakyReLU. */
export function sloped(slope = 0): Source {
  const words = new Int32Array(Float32Array.of(slope).buffer);
  return { words: () => words };
}

/** @file Arrays for the examples of kernels: reproducible noise, and the uniform records that several kernels share. */
import { type Constants, halfGradientScale } from '../kernel';

/** Numbers in [-1, 1) that look random; `seed` makes arrays differ. */
export function noise(length: number, seed: number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(length);
  let state = (seed * 2654435761 + 12345) >>> 0;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    result[i] = state / 2 ** 31 - 1;
  }
  return result;
}

/** Samples of `size` numbers, `stride` apart; what lies between is NaN, so that reading it shows. */
export function strided(n: number, size: number, stride: number, seed: number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(n * stride).fill(Number.NaN);
  for (let i = 0; i < n; i++) result.set(noise(size, seed + i), i * stride);
  return result;
}

/** How many times too large stored gradients are, in a reference. */
export const gradientScale = ({ HALF }: Constants): number => (HALF === 1 ? halfGradientScale : 1);

/** Part of a batch that one dispatch handles; field by field the `Range` of the shaders. */
export interface Range {
  /** First sample in the buffers of the group. */
  readonly n0: number;
  /** Samples. */
  readonly n: number;
  /** First plane of the convolution's output, and how many. */
  readonly d0: number;
  readonly dn: number;
  /** The same planes after pooling. */
  readonly q0: number;
  readonly qn: number;
  /** 1: partial sums start here; 0: they are added to. */
  readonly first: number;
  /** First lane of the partial results; for linear layers the group's first sample. */
  readonly part0: number;
  /** Lanes of partial results: of this dispatch, or of all for the kernels that join them. */
  readonly parts: number;
  /** Elements before the windows through which the kernel sees its tensors, in the order of its text. */
  readonly from0: number;
  readonly from1: number;
  readonly from2: number;
}

const wholeRange: Range = { n0: 0, n: 1, d0: 0, dn: 1, q0: 0, qn: 1, first: 1, part0: 0, parts: 1, from0: 0, from1: 0, from2: 0 };

/** The integers of a `Range`. */
export function rangeWords(range: Partial<Range>): Int32Array<ArrayBuffer> {
  const { n0, n, d0, dn, q0, qn, first, part0, parts, from0, from1, from2 } = { ...wholeRange, ...range };
  return Int32Array.of(n0, n, d0, dn, q0, qn, first, part0, parts, from0, from1, from2);
}

/** The fields of `rangeWords`, read back. */
export function rangeOf(words: ArrayLike<number>): Range {
  const [n0, n, d0, dn, q0, qn, first, part0, parts, from0, from1, from2] = Array.from(words);
  return { n0, n, d0, dn, q0, qn, first, part0, parts, from0, from1, from2 };
}

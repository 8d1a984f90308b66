/** @file Walks over two tensors at once, row after row, and copies with strides. */
import { contiguousStrides, product } from '../../../base/shape';

export type Numbers = Float32Array | Int32Array | Uint8Array;
type Strides = readonly number[];

interface Walk {
  readonly shape: readonly number[];
  /** Of both sides, by axis; 0 repeats. */
  readonly a: Strides;
  readonly b: Strides;
}

/** The same walk with axes joined that lie one behind the other on both sides. */
function joined({ shape, a, b }: Walk): Walk {
  const axes: [length: number, a: number, b: number][] = [];
  shape.forEach((length, i) => {
    const last = axes[axes.length - 1];
    if (length === 1) return;
    if (last !== undefined && last[1] === a[i] * length && last[2] === b[i] * length)
      axes[axes.length - 1] = [last[0] * length, a[i], b[i]];
    else axes.push([length, a[i], b[i]]);
  });
  return { shape: axes.map(([length]) => length), a: axes.map((axis) => axis[1]), b: axes.map((axis) => axis[2]) };
}

/** Visits all elements in row-major order, a row of the last axis at a time: where it begins on both sides, its length and its steps. */
export function walk(
  all: Walk,
  visit: (fromA: number, fromB: number, length: number, stepA: number, stepB: number) => void,
): void {
  if (product(all.shape) === 0) return;
  const { shape, a, b } = joined(all);
  const last = shape.length - 1;
  if (last < 0) {
    visit(0, 0, 1, 0, 0);
    return;
  }
  const index = new Array<number>(last).fill(0);
  let [fromA, fromB] = [0, 0];
  for (;;) {
    visit(fromA, fromB, shape[last], a[last], b[last]);
    let axis = last - 1;
    for (; axis >= 0; axis--) {
      fromA += a[axis];
      fromB += b[axis];
      if (++index[axis] < shape[axis]) break;
      fromA -= a[axis] * shape[axis];
      fromB -= b[axis] * shape[axis];
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/** Strides of a tensor that is broadcast to a shape. */
export function broadcastStrides(from: readonly number[], to: readonly number[]): number[] {
  const own = contiguousStrides(from);
  return to.map((_, axis) => {
    const at = axis - (to.length - from.length);
    return at < 0 || from[at] === 1 ? 0 : own[at];
  });
}

/** Elements of `x` from `first` with these strides, in the row-major order of `shape`, into `out` in the same way. */
export function copy(
  x: Numbers,
  first: number,
  a: Strides,
  out: Numbers,
  start: number,
  b: Strides,
  shape: readonly number[],
): void {
  walk({ shape, a, b }, (fromA, fromB, length, stepA, stepB) => {
    let [i, o] = [first + fromA, start + fromB];
    if (stepA === 1 && stepB === 1 && length > 32) out.set(x.subarray(i, i + length), o);
    else
      for (let k = 0; k < length; k++) {
        out[o] = x[i];
        i += stepA;
        o += stepB;
      }
  });
}

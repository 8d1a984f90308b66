/** @file Strided elements → a dense array in C order. */
import { product } from '../base/shape';
import type { StorageArray } from './torch-dtypes';

type Words = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

interface Axis {
  readonly size: number;
  /** In words of the source. */
  readonly from: number;
  /** In words of the result. */
  readonly to: number;
}

/** Side of a tile: two tiles of 4-byte words stay in the first-level cache when one side jumps by whole planes. */
const tile = 32;

/**
 * The elements `source[offset + Σ index·stride]` in C order of the index. Bits are copied as integers, because engines may rewrite NaNs
 * that pass through floating-point variables.
 */
export function gather<A extends StorageArray>(
  source: A,
  offset: number,
  shape: readonly number[],
  strides: readonly number[],
): A {
  const count = product(shape);
  const itemBytes = source.BYTES_PER_ELEMENT;
  const result = new ArrayBuffer(count * itemBytes);
  const wordsEach = itemBytes === 8 ? 2 : 1;
  const to = words(result, 0, count * itemBytes, itemBytes);
  const from = words(source.buffer, source.byteOffset, source.byteLength, itemBytes);
  const start = offset * wordsEach;
  const axes = mergedAxes(
    wordsEach === 1 ? shape : [...shape, 2],
    wordsEach === 1 ? strides : [...strides.map((stride) => stride * 2), 1],
  );
  if (count > 0) {
    if (axes.length === 0) to[0] = from[start];
    else if (axes.length === 1 && axes[0].from === 1) to.set(from.subarray(start, start + to.length));
    else copyTiles(from, start, to, axes);
  }
  return new (source.constructor as new (buffer: ArrayBuffer) => A)(result);
}

function words(buffer: ArrayBuffer, byteOffset: number, byteLength: number, itemBytes: number): Words {
  if (itemBytes === 1) return new Uint8Array(buffer, byteOffset, byteLength);
  if (itemBytes === 2) return new Uint16Array(buffer, byteOffset, byteLength / 2);
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}

/** Axes without those of size 1, neighbours that lie one after the other in the source joined. */
function mergedAxes(shape: readonly number[], strides: readonly number[]): Axis[] {
  const axes: Axis[] = [];
  let to = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    const size = shape[i];
    if (size === 1) continue;
    const inner = axes[0];
    if (inner !== undefined && strides[i] === inner.from * inner.size) axes[0] = { ...inner, size: inner.size * size };
    else axes.unshift({ size, from: strides[i], to });
    to *= size;
  }
  return axes;
}

/** Tiles over the axis that is dense in the result and the one that is densest in the source; all other axes outside. */
function copyTiles(from: Words, start: number, to: Words, axes: readonly Axis[]): void {
  const last = axes[axes.length - 1];
  const others = axes.slice(0, -1).sort((a, b) => b.from - a.from);
  const partner = others.pop() ?? { size: 1, from: 0, to: 0 };
  const copyPlane = (fromAt: number, toAt: number): void => {
    for (let a = 0; a < partner.size; a += tile) {
      const aEnd = Math.min(a + tile, partner.size);
      for (let b = 0; b < last.size; b += tile) {
        const bEnd = Math.min(b + tile, last.size);
        for (let i = a; i < aEnd; i++) {
          let source = fromAt + i * partner.from + b * last.from;
          const target = toAt + i * partner.to;
          for (let j = b; j < bEnd; j++, source += last.from) to[target + j] = from[source];
        }
      }
    }
  };
  const walk = (depth: number, fromAt: number, toAt: number): void => {
    if (depth === others.length) {
      copyPlane(fromAt, toAt);
      return;
    }
    const axis = others[depth];
    for (let i = 0; i < axis.size; i++) walk(depth + 1, fromAt + i * axis.from, toAt + i * axis.to);
  };
  walk(0, start, 0);
}

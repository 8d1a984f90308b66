import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contiguousStrides, product } from '../base/shape';
import { gather } from './gather';

/** The definition: every index, in C order. */
function oneByOne(offset: number, shape: readonly number[], strides: readonly number[]): number[] {
  const dense = contiguousStrides(shape);
  return Array.from({ length: product(shape) }, (_, i) =>
    shape.reduce((at, size, axis) => at + (Math.floor(i / dense[axis]) % size) * strides[axis], offset),
  );
}

describe('gather', () => {
  it('takes the elements in C order, whatever the strides', () => {
    const axis = fc.record({ size: fc.integer({ min: 0, max: 40 }), stride: fc.integer({ min: 0, max: 60 }) });
    fc.assert(
      fc.property(fc.array(axis, { maxLength: 4 }), fc.integer({ min: 0, max: 5 }), (axes, offset) => {
        fc.pre(axes.reduce((all, { size }) => all * size, 1) < 20_000);
        const shape = axes.map(({ size }) => size);
        const strides = axes.map(({ stride }) => stride);
        const expected = oneByOne(offset, shape, strides);
        const source = Float32Array.from({ length: offset + 40 * 60 * 4 + 1 }, (_, i) => i);
        expect([...gather(source, offset, shape, strides)]).toEqual(expected);
        expect([
          ...gather(
            BigInt64Array.from(source, (i) => BigInt(i)),
            offset,
            shape,
            strides,
          ),
        ]).toEqual(expected.map(BigInt));
        expect([...gather(Int16Array.from(source), offset, shape, strides)]).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps the payload of NaNs and integers that would be NaNs', () => {
    const floats = new Float32Array(Uint32Array.of(0x7fa00001, 1, 0xffc12345, 2).buffer);
    expect([...new Uint32Array(gather(floats, 0, [2], [2]).buffer)]).toEqual([0x7fa00001, 0xffc12345]);
    expect([...gather(BigInt64Array.of(-1n, 0n, -2251799813685247n), 0, [2], [2])]).toEqual([-1n, -2251799813685247n]);
  });
});

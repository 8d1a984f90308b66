import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contiguousStrides, product } from '../../../base/shape';
import { openTfjsBackend } from '../backend';

/** Runs on the quickened backend. */
async function onCpu(work: () => void): Promise<void> {
  const backend = await openTfjsBackend('cpu');
  await backend.run(() => tf.tidy(work));
}

const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });

/** Distinct numbers, so that a wrong place shows. */
function numbered(shape: readonly number[]): tf.Tensor {
  const data = Float32Array.from({ length: product(shape) }, (_, i) => i + 0.5);
  return tf.tensor(data, [...shape]);
}

/** Values by the definition of the result: `at` tells the value at a place. */
function expected(shape: readonly number[], at: (place: readonly number[]) => number): number[] {
  const strides = contiguousStrides(shape);
  return Array.from({ length: product(shape) }, (_, i) =>
    at(shape.map((length, axis) => Math.floor(i / strides[axis]) % length)),
  );
}

/** The value that `numbered` has at a place. */
const valueAt = (shape: readonly number[], place: readonly number[]): number =>
  contiguousStrides(shape).reduce((sum, stride, axis) => sum + stride * place[axis], 0.5);

describe('kernels of the cpu backend', () => {
  it('broadcast every pair of shapes', async () => {
    const cases = shapes.chain((shape) =>
      fc.tuple(
        fc.constant(shape),
        fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }),
        fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }),
        fc.integer({ min: 0, max: shape.length - 1 }),
      ),
    );
    await onCpu(() =>
      fc.assert(
        fc.property(cases, ([shape, onesA, onesB, dropped]) => {
          const a = shape.map((length, i) => (onesA[i] ? 1 : length));
          const b = shape.map((length, i) => (onesB[i] ? 1 : length)).slice(dropped);
          const both = shape.map((length, i) => (onesA[i] && (i < dropped || onesB[i]) ? 1 : length));
          const y = tf.sub(tf.mul(numbered(a), 3), numbered(b));
          expect(y.shape).toEqual(both);
          const own = (part: readonly number[], place: readonly number[]): number[] =>
            part.map((length, i) => (length === 1 ? 0 : place[place.length - part.length + i]));
          expect([...y.dataSync()]).toEqual(expected(both, (p) => 3 * valueAt(a, own(a, p)) - valueAt(b, own(b, p))));
        }),
      ),
    );
  });

  it('slice, pad, split, transpose and reverse as defined', async () => {
    const cases = shapes.chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        begin: fc.tuple(...shape.map((length) => fc.integer({ min: 0, max: length - 1 }))),
        perm: fc.shuffledSubarray(
          shape.map((_, i) => i),
          { minLength: shape.length },
        ),
        axis: fc.integer({ min: 0, max: shape.length - 1 }),
        front: fc.integer({ min: 0, max: 2 }),
      }),
    );
    await onCpu(() =>
      fc.assert(
        fc.property(cases, ({ shape, begin, perm, axis, front }) => {
          const x = numbered(shape);
          const rest = shape.map((length, i) => length - begin[i]);
          const moved = (place: readonly number[]): number[] => place.map((at, i) => at + begin[i]);
          expect([...tf.slice(x, begin, rest).dataSync()]).toEqual(expected(rest, (p) => valueAt(shape, moved(p))));

          const padded = shape.map((length, i) => (i === axis ? front + length + 1 : length));
          const inside = (place: readonly number[]): number[] => place.map((at, i) => (i === axis ? at - front : at));
          const paddings = shape.map((_, i): [number, number] => (i === axis ? [front, 1] : [0, 0]));
          expect([...tf.pad(x, paddings, -1).dataSync()]).toEqual(
            expected(padded, (p) => {
              const at = inside(p)[axis];
              return at < 0 || at >= shape[axis] ? -1 : valueAt(shape, inside(p));
            }),
          );

          const turned = perm.map((from) => shape[from]);
          const back = (place: readonly number[]): number[] => shape.map((_, i) => place[perm.indexOf(i)]);
          expect([...tf.transpose(x, perm).dataSync()]).toEqual(expected(turned, (p) => valueAt(shape, back(p))));

          const mirrored = (place: readonly number[]): number[] => place.map((at, i) => (i === axis ? shape[axis] - 1 - at : at));
          expect([...tf.reverse(x, axis).dataSync()]).toEqual(expected(shape, (p) => valueAt(shape, mirrored(p))));

          const parts = tf.split(x, shape[axis], axis);
          const one = shape.map((length, i) => (i === axis ? 1 : length));
          for (const [k, part] of parts.entries())
            expect([...part.dataSync()]).toEqual(
              expected(one, (p) =>
                valueAt(
                  shape,
                  p.map((at, i) => (i === axis ? k : at)),
                ),
              ),
            );
        }),
      ),
    );
  });

  it('sum and mean over any axes as defined', async () => {
    const cases = shapes.chain((shape) => fc.tuple(fc.constant(shape), fc.subarray(shape.map((_, i) => i))));
    await onCpu(() =>
      fc.assert(
        fc.property(cases, ([shape, axes]) => {
          const kept = shape.map((length, i) => (axes.includes(i) ? 1 : length));
          const sums = expected(kept, () => 0);
          const strides = contiguousStrides(kept);
          expected(shape, (place) => {
            const at = place.reduce((sum, p, i) => sum + (axes.includes(i) ? 0 : p * strides[i]), 0);
            sums[at] += valueAt(shape, place);
            return 0;
          });
          if (axes.length === 0) return;
          expect([...tf.sum(numbered(shape), axes).dataSync()]).toEqual(sums);
          const terms = product(shape) / sums.length;
          const means = tf.mean(numbered(shape), axes, true);
          expect(means.shape).toEqual(kept);
          for (const [i, mean] of [...means.dataSync()].entries()) expect(mean).toBeCloseTo(sums[i] / terms, 4);
        }),
      ),
    );
  });
});

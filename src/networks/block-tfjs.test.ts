import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { product } from '../base/shape';
import { frontPaddedMaxPool } from './block-tfjs';
import { openTfjsBackend } from './tfjs-backend';
import { swapFeatureAxes } from './torch-names';

interface PoolCase {
  readonly dim: 2 | 3;
  readonly input: string;
  /** [n, c, …] */
  readonly shape: readonly number[];
  readonly x: readonly number[];
  readonly out_shape: readonly number[];
  readonly out: readonly number[];
  /** Of Σ out·((i mod 101) − 50)/50. */
  readonly grad: readonly number[];
}
const { cases } = JSON.parse(readFileSync('test/golden/networks/pooling.json', 'utf8')) as { cases: readonly PoolCase[] };

/** [n, c, …] ⇄ [n, d, h, w, c] */
function channelLast(values: readonly number[], [n, c, ...space]: readonly number[]): tf.Tensor5D {
  const depth = space.length === 2 ? [1, ...space] : space;
  const tensor: tf.Tensor = tf.tensor(swapFeatureAxes(Float32Array.from(values), n, c, product(space)), [n, ...depth, c]);
  return tensor as tf.Tensor5D;
}
function channelFirst(tensor: tf.Tensor): number[] {
  const [n, d, h, w, c] = tensor.shape;
  return [...swapFeatureAxes(tensor.dataSync<'float32'>(), n, d * h * w, c)];
}

describe('frontPaddedMaxPool', () => {
  it.each(cases.map((one) => [`${one.shape.join('×')}, input ${one.input}`, one] as const))(
    'gives values and gradients of PyTorch, ties and winning zeros included: %s',
    async (_title, { dim, shape, x, out_shape, out, grad }) => {
      const backend = await openTfjsBackend('cpu');
      await backend.run(() => {
        const pool = (input: tf.Tensor): tf.Tensor => frontPaddedMaxPool(input as tf.Tensor5D, dim === 2 ? [2, 3] : [1, 2, 3]);
        const input = channelLast(x, shape);
        const weights = channelLast(
          out.map((_value, i) => ((i % 101) - 50) / 50),
          out_shape,
        );
        expect(channelFirst(pool(input))).toEqual(out.map(Math.fround));
        expect(channelFirst(tf.grad(pool)(input, weights)).map((value) => value + 0)).toEqual(
          grad.map((value) => Math.fround(value)),
        );
      });
    },
  );
});

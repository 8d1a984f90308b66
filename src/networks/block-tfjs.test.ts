import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { largestDifference } from '../../test/golden-network';
import { goldenInput, networkCases } from '../../test/network-cases';
import { nodeExecutors } from '../../test/tfjs-node';
import { product } from '../base/shape';
import { TorchRandom } from '../base/torch-random';
import { frontPaddedMaxPool } from './block-tfjs';
import { initialState } from './initial-state';
import type { Block, NetworkSpec } from './network-spec';
import { buildNetwork } from './registry';
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

/** ClinicaDL's Stride_Conv5_FC3: convolutions of stride 2 instead of pools. */
function strided(inputSize: readonly number[]): NetworkSpec {
  const pooled = buildNetwork('Conv5_FC3', { inputSize, outputSize: 2, dropout: 0 });
  let k = 0;
  const blocks = pooled.blocks.map((block): Block => {
    if (block.kind !== 'conv-block') return block;
    const names = { conv: `convolutions.${3 * k}`, norm: `convolutions.${3 * k + 1}` };
    k++;
    return { ...block, ...names, stride: 2, pool: false };
  });
  return { ...pooled, blocks };
}

describe('a block of stride 2', () => {
  it.each(networkCases('Stride_Conv5_FC3').map((one) => [one.name, one] as const))(
    'gives outputs, loss and gradients of PyTorch: %s',
    async (_name, one) => {
      const spec = strided(one.args.input_size);
      const executor = await nodeExecutors.cpu({
        spec,
        state: initialState(spec, new TorchRandom(0)),
        optimizer: { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 0 },
        batchSize: 2,
      });
      const input = goldenInput(one.input_shape);
      expect(largestDifference(await executor.predict(input), one.eval.output.values)).toBeLessThan(2e-6);
      await executor.accumulate(input, { kind: 'class', loss: 'CrossEntropyLoss', labels: Int32Array.of(0, 1) }, () => {
        throw new Error('no dropout here');
      });
      expect(Math.abs((await executor.takeLosses())[0] - one.train.loss)).toBeLessThan(1e-5);
      await executor.applyStep();
      const moments = await executor.readOptimizer();
      for (const [name, first, , , l2, , relative] of one.grads) {
        if (relative > 0.05) continue; // zero but for rounding
        const gradient = moments.get(name)!.exp_avg.map((moment) => moment / 0.1);
        expect(largestDifference(gradient, first), name).toBeLessThan(1e-4 * l2);
        expect(Math.abs(Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0)) - l2), name).toBeLessThan(1e-4 * l2);
      }
      executor.dispose();
    },
  );
});

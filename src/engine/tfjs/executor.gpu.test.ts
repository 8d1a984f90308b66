/** @file The TensorFlow.js composition on WebGPU against the same on the processor. */

import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeExecutors, offerWebgpu } from '../../../test/tfjs-node';
import { TorchRandom } from '../../base/torch-random';
import { nodeGpu } from '../../cli/node-gpu';
import { type GpuDevice, openDevice } from '../../gpu/device';
import { initialState } from '../../networks/initial-state';
import { buildNetwork } from '../../networks/registry';
import { noDraws } from '../draws';
import { openTfjsBackend, type TfjsBackend } from './backend';
import { convBlockInference, convBlockTraining } from './block';
import { tfjsExecutor } from './executor';

let gpu: GpuDevice;
beforeAll(async () => {
  const adapters = await nodeGpu();
  offerWebgpu(adapters);
  gpu = await openDevice(adapters);
});
afterAll(() => gpu.destroy());

/** Numbers between −1 and 1. */
function numbers(size: number, seed: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(size);
  new TorchRandom(seed).uniformFloat32(values, -1, 1);
  return values;
}

function largestRelative(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [worst, scale] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs(found[i] - expected[i]));
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  return worst / scale;
}

/** Output, statistics and gradients of one block, by name. */
async function blockResults(backend: TfjsBackend, shape: readonly number[], channels: number, pool: boolean) {
  const results = await backend.run(() => {
    const tensor = <T extends tf.Tensor>(dims: readonly number[], seed: number): T => {
      const made: tf.Tensor = tf.tensor(
        numbers(
          dims.reduce((all, n) => all * n, 1),
          seed,
        ),
        [...dims],
      );
      return made as T;
    };
    const kernel = shape[1] === 1 ? [1, 3, 3] : [3, 3, 3];
    const x = tensor<tf.Tensor5D>(shape, 1);
    const weight = tensor<tf.Tensor5D>([...kernel, shape[4], channels], 2);
    const [bias, scale, shift] = [3, 4, 5].map((seed) => tensor<tf.Tensor1D>([channels], seed));
    const block = { stride: 1, pool } as const;
    const { output, statistics } = convBlockTraining(x, { weight, bias, scale, shift }, block);
    const running = { mean: statistics.mean, variance: statistics.variance };
    const inference = convBlockInference(x, { weight, bias, scale, shift }, running, block);
    const weights = tensor(output.shape, 6);
    const gradients = tf.grads((...[xs, ws, scales, shifts]: tf.Tensor[]) => {
      const tensors = { weight: ws as tf.Tensor5D, bias, scale: scales as tf.Tensor1D, shift: shifts as tf.Tensor1D };
      return convBlockTraining(xs as tf.Tensor5D, tensors, block).output;
    })([x, weight, scale, shift], weights);
    const [dx, dWeight, dScale, dShift] = gradients;
    return { output, inference, mean: statistics.mean, variance: statistics.variance, dx, dWeight, dScale, dShift };
  });
  const values = new Map<string, Float32Array>();
  for (const [name, tensor] of Object.entries(results)) values.set(name, await backend.read(tensor));
  return values;
}

describe('the block on webgpu', () => {
  it.each([
    [[1, 5, 7, 6, 1], 8, true],
    [[2, 4, 3, 5, 3], 5, true],
    [[2, 1, 7, 6, 3], 8, true],
    [[1, 3, 4, 5, 8], 16, false],
  ] as const)('equals the block on cpu to 1e-5, gradients included: %j → %d, pool %s', async (shape, channels, pool) => {
    const expected = await blockResults(await openTfjsBackend('cpu'), shape, channels, pool);
    const found = await blockResults(await openTfjsBackend('webgpu', { gpu }), shape, channels, pool);
    for (const [name, values] of expected) expect(largestRelative(found.get(name)!, values), name).toBeLessThan(1e-5);
  });
});

describe('tfjsExecutor on webgpu', () => {
  const spec = buildNetwork('Conv4_FC3', { inputSize: [1, 18, 5, 4], outputSize: 2, dropout: 0 });
  const input = { shape: [2, 18, 5, 4, 1], data: numbers(2 * 18 * 5 * 4, 7) };
  const request = {
    spec,
    state: initialState(spec, new TorchRandom(0)),
    optimizer: { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 1e-4 },
    batchSize: 2,
  } as const;
  const target = { kind: 'class', loss: 'CrossEntropyLoss', labels: Int32Array.of(1, 0) } as const;
  const noDropout = (): never => {
    throw new Error('dropout was drawn');
  };

  it('predicts and trains as on cpu, and keeps no tensor', async () => {
    const executors = [await nodeExecutors.cpu(request), await tfjsExecutor('webgpu', { gpu })(request)];
    const outputs: Float32Array[] = [];
    const losses: number[][] = [[], []];
    for (const [i, executor] of executors.entries()) {
      outputs.push(await executor.predict(input, noDraws));
      const counts: number[] = [];
      for (let step = 0; step < 3; step++) {
        await executor.accumulate(input, target, noDropout);
        await executor.applyStep();
        losses[i].push(...(await executor.takeLosses()));
        counts.push(executor.memory().tensors);
      }
      expect(counts[2]).toBe(counts[1]);
    }
    expect(largestRelative(outputs[1], outputs[0])).toBeLessThan(1e-5);
    expect(largestRelative(losses[1], losses[0])).toBeLessThan(1e-4);
    for (const executor of executors) executor.dispose();
  });

  it('a GPU error rejects the next call instead of passing silently', async () => {
    const failing = await openDevice(await nodeGpu());
    const executor = await tfjsExecutor('webgpu', { gpu: failing })(request);
    failing.device.createBuffer({ size: 4, usage: 0 });
    await failing.device.queue.onSubmittedWorkDone();
    await expect(executor.predict(input, noDraws)).rejects.toMatchObject({ code: 'gpu-validation' });
    failing.destroy();
  });
});

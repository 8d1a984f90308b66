import { describe, expect, it } from 'vitest';
import { TorchRandom } from '../base/torch-random';
import { initialState } from '../networks/initial-state';
import { buildNetwork } from '../networks/registry';
import { drawsFrom } from './draws';
import type { ExecutorFactory, InputTensor } from './executor';
import { plainLoss } from './executor';
import { microBatches } from './micro-batch';
import { wasmExecutor } from './wasm/executor';

const spec = buildNetwork('Conv4_FC3', { inputSize: [1, 17, 6, 5], outputSize: 2, dropout: 0.3 });
const labels = Int32Array.of(0, 1, 1, 0, 1);
const input: InputTensor = {
  shape: [5, 17, 6, 5, 1],
  data: Float32Array.from({ length: 5 * 17 * 6 * 5 }, (_, i) => Math.sin(i) ** 2),
};

async function gradientsOf(
  factory: ExecutorFactory,
  target: { wholeBatch?: number },
): Promise<{ gradient: Float32Array; loss: number }> {
  const optimizer = { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 0 } as const;
  const executor = await factory({
    network: spec,
    state: initialState(spec, new TorchRandom(0)),
    loss: plainLoss('CrossEntropyLoss'),
    optimizer,
    batchSize: 5,
  });
  const random = new TorchRandom(7);
  await executor.accumulate(input, { kind: 'class', labels, ...target }, drawsFrom(random));
  await executor.applyStep();
  const [loss] = await executor.takeLosses();
  return { gradient: (await executor.readOptimizer()).get('fc.6.weight')!.tensors.exp_avg, loss };
}

describe('a batch in parts', () => {
  it('is one batch when it fits', async () => {
    const whole = await gradientsOf(wasmExecutor('test'), {});
    const parts = await gradientsOf(microBatches(wasmExecutor('test'), 5), {});
    expect(parts).toEqual(whole);
  });

  it('adds up to one loss and one gradient of about the same size', async () => {
    const whole = await gradientsOf(wasmExecutor('test'), {});
    const parts = await gradientsOf(microBatches(wasmExecutor('test'), 2), {});
    // BatchNorm sees two, two and one sample instead of five: close, not equal.
    expect(parts.loss).toBeCloseTo(whole.loss, 1);
    const size = (values: Float32Array): number => Math.hypot(...values);
    expect(size(parts.gradient) / size(whole.gradient)).toBeGreaterThan(0.5);
    expect(size(parts.gradient) / size(whole.gradient)).toBeLessThan(2);
  });

  it('has the gradient of a part of a larger batch', async () => {
    const whole = await gradientsOf(wasmExecutor('test'), {});
    const half = await gradientsOf(wasmExecutor('test'), { wholeBatch: 10 });
    expect(half.loss).toBe(whole.loss);
    whole.gradient.forEach((g, i) => {
      expect(half.gradient[i]).toBeCloseTo(g / 2, 7);
    });
  });
});

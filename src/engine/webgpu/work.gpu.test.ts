/** @file What a step costs, counted: commands, submits, buffers made, bytes sent and read. Seconds are the benchmark's. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { product } from '../../base/shape';
import { TorchRandom } from '../../base/torch-random';
import { nodeGpu } from '../../cli/node-gpu';
import { type GpuDevice, openDevice } from '../../gpu/device';
import { initialState } from '../../networks/initial-state';
import { buildNetwork } from '../../networks/registry';
import { noDraws } from '../draws';
import type { Executor, InputTensor } from '../executor';
import { plainLoss } from '../executor';
import { webgpuExecutor } from './executor';

let gpu: GpuDevice;
const counts = { submits: 0, dispatches: 0, buffers: 0, maps: 0, uploaded: 0 };

/** Counts the calls of a method on its way. */
function watch<T extends object, K extends keyof T>(target: T, method: K, count: (args: readonly unknown[]) => void): void {
  const original = target[method] as (...args: unknown[]) => unknown;
  target[method] = function (this: unknown, ...args: unknown[]) {
    count(args);
    return original.apply(this, args);
  } as T[K];
}

beforeAll(async () => {
  gpu = await openDevice(await nodeGpu());
  watch(gpu.device.queue, 'submit', () => counts.submits++);
  watch(gpu.device.queue, 'writeBuffer', ([, , data, from = 0, size]) => {
    const { byteLength, BYTES_PER_ELEMENT = 1 } = data as Float32Array;
    counts.uploaded +=
      size === undefined ? byteLength - (from as number) * BYTES_PER_ELEMENT : (size as number) * BYTES_PER_ELEMENT;
  });
  watch(gpu.device, 'createBuffer', () => counts.buffers++);
  watch(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', () => counts.dispatches++);
  watch(GPUBuffer.prototype, 'mapAsync', () => counts.maps++);
});
afterAll(() => gpu.destroy());

/** What `work` took. */
async function countsOf(work: () => Promise<unknown>): Promise<typeof counts> {
  const before = { ...counts };
  await work();
  const taken = { ...counts };
  for (const name of Object.keys(counts) as (keyof typeof counts)[]) taken[name] -= before[name];
  return taken;
}

const inputSize = [1, 17, 13, 16];
const [channels, ...space] = inputSize;
const batch = 2;
const input: InputTensor = { shape: [batch, ...space, channels], data: new Float32Array(batch * product(inputSize)).fill(0.5) };
const target = { kind: 'class', labels: Int32Array.of(0, 1) } as const;

async function step(executor: Executor): Promise<void> {
  await executor.accumulate(input, target, () => {
    throw new Error('no dropout here');
  });
  await executor.applyStep();
}

describe('the work of Conv4_FC3, four blocks and three linear layers', () => {
  let executor: Executor;
  beforeAll(async () => {
    const spec = buildNetwork('Conv4_FC3', { inputSize, outputSize: 2, dropout: 0 });
    const state = initialState(spec, new TorchRandom(0));
    const optimizer = { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 0 } as const;
    executor = await webgpuExecutor(gpu)({
      network: spec,
      state,
      loss: plainLoss('CrossEntropyLoss'),
      optimizer,
      batchSize: batch,
    });
    await step(executor);
    await executor.takeLosses();
  });
  afterAll(() => executor.dispose());

  it('a training step is one submit; it makes no buffer, reads nothing back and sends the batch and little else', async () => {
    const taken = await countsOf(() => step(executor));
    expect(taken).toMatchObject({ submits: 1, buffers: 0, maps: 0 });
    const bytes = input.data.byteLength + target.labels.byteLength;
    expect(taken.uploaded).toBeGreaterThanOrEqual(bytes);
    expect(taken.uploaded).toBeLessThan(bytes + 4096);
  });

  it('a training step takes at most 11 commands a block and 10 a linear layer, loss and optimiser included', async () => {
    // A block: convolution, two for its statistics, norm with ReLU and pool; backward two for sums, one for the norm, two for the
    // filter, two for the input. A linear layer: products and their joins, forward and for input, bias and matrix with Adam.
    const { dispatches } = await countsOf(() => step(executor));
    expect(dispatches).toBeLessThanOrEqual(4 * 11 + 3 * 10);
    expect(dispatches).toBeGreaterThan(4 + 3);
  });

  it('losses of many steps are read back at once', async () => {
    await executor.takeLosses();
    for (let k = 0; k < 5; k++) await step(executor);
    expect((await countsOf(() => executor.takeLosses())).maps).toBe(1);
  });

  it('inference takes two submits, the second for the read, with at most 3 commands a layer', async () => {
    const taken = await countsOf(() => executor.predict(input, noDraws));
    expect(taken).toMatchObject({ submits: 2, maps: 1 });
    expect(taken.dispatches).toBeLessThanOrEqual(7 * 3);
  });
});

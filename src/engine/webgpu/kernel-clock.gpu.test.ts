/** @file Timestamps of a training step on the device: one for each kernel, in order; the numbers stay the same. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { product } from '../../base/shape';
import { TorchRandom } from '../../base/torch-random';
import { nodeGpu } from '../../cli/node-gpu';
import { type GpuDevice, openDevice } from '../../gpu/device';
import { optimizerStep } from '../../gpu/kernels/optimizers/optimizers';
import { initialState } from '../../networks/initial-state';
import { buildNetwork } from '../../networks/registry';
import { noDraws } from '../draws';
import { type Executor, plainLoss } from '../executor';
import { type StepProfile, StepProfiler } from '../step-profiler';
import { webgpuExecutor } from './executor';

let gpu: GpuDevice;
beforeAll(async () => {
  gpu = await openDevice(await nodeGpu());
});
afterAll(() => gpu.destroy());

const inputSize = [1, 17, 13, 16];
const [channels, ...space] = inputSize;
const batch = 2;
const input = {
  shape: [batch, ...space, channels!],
  data: Float32Array.from({ length: batch * product(inputSize) }, (_, i) => Math.sin(i)),
};
const target = { kind: 'class', labels: Int32Array.of(0, 1) } as const;
const network = buildNetwork('Conv4_FC3', { inputSize, outputSize: 2, dropout: 0 });

const made = (): Promise<Executor> =>
  webgpuExecutor(gpu)({
    network,
    state: initialState(network, new TorchRandom(0)),
    loss: plainLoss('CrossEntropyLoss'),
    optimizer: { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 0 },
    batchSize: batch,
  });

async function trained(executor: Executor): Promise<Float32Array | BigInt64Array | undefined> {
  for (let i = 0; i < 7; i++) {
    await executor.accumulate(input, target, noDraws);
    await executor.applyStep();
  }
  return (await executor.readState()).get('fc.6.weight')?.data;
}

it('each kernel of a recorded step has its time, one after the other, and weights are those of a training without', async () => {
  const [plain, timed] = [await made(), await made()];
  const profiler = new StepProfiler();
  const profiles: StepProfile[] = [];
  profiler.start(async (profile) => void profiles.push(profile));
  const weights = await trained(profiler.profiled(timed));
  expect(await profiler.finish()).toBe(true);
  expect(weights).toEqual(await trained(plain));
  const [profile] = profiles;
  expect(timed.kernelTimes === undefined).toBe(!gpu.device.features.has('timestamp-query'));
  if (timed.kernelTimes !== undefined) {
    // Each step is one submit, and the same kernels.
    const submits = profile!.kernels!;
    expect([submits.length, profile!.kernelsLeftOut]).toEqual([3, 0]);
    const names = submits.map((submit) => submit.map(({ name }) => name));
    expect(names[0]!.length).toBeGreaterThan(20);
    expect(new Set(names.map((list) => list.join()))).toHaveLength(1);
    expect(names[0]).toContain(optimizerStep.Adam.name);
    const all = submits.flat();
    for (const [i, { from, to }] of all.entries()) {
      expect(to).toBeGreaterThanOrEqual(from);
      expect(from).toBeGreaterThanOrEqual(all[i - 1]?.from ?? 0);
    }
    expect(all.at(-1)!.to).toBeGreaterThan(all[0]!.from);
  } else expect(profile!.kernels).toBeNull();
  plain.dispose();
  timed.dispose();
});

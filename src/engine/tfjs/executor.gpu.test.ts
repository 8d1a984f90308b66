/** @file The TensorFlow.js compositions on WebGPU: whole networks against PyTorch, and failures of the device. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectCaseToMatch, networkCases } from '../../../test/network-cases';
import { offerWebgpu } from '../../../test/tfjs-node';
import { TorchRandom } from '../../base/torch-random';
import { nodeGpu } from '../../cli/node-gpu';
import { type GpuDevice, openDevice } from '../../gpu/device';
import { initialState } from '../../networks/initial-state';
import { buildNetwork } from '../../networks/registry';
import { noDraws } from '../draws';
import { plainLoss } from '../executor';
import { tfjsExecutor } from './executor';

let gpu: GpuDevice;
beforeAll(async () => {
  const adapters = await nodeGpu();
  offerWebgpu(adapters);
  gpu = await openDevice(adapters);
});
afterAll(() => gpu.destroy());

const chosen = ['AE_Conv4_FC3 2d_odd', 'RandomArchitecture 3d_odd_stride_instancenorm'];
const bounds = { outputs: 1e-4, loss: 1e-4, gradients: 1e-3, buffers: 1e-4 };

describe('tfjsExecutor on webgpu', () => {
  it.each(networkCases.filter(([title]) => chosen.includes(title)))(
    'gives the outputs, losses, gradients, statistics and Adam step of PyTorch: %s',
    async (_, network, one) => {
      await expectCaseToMatch(network, one, tfjsExecutor('webgpu', { gpu }), bounds);
    },
  );

  const network = buildNetwork('Conv4_FC3', { inputSize: [1, 18, 5, 4], outputSize: 2, dropout: 0 });
  const request = {
    network,
    state: initialState(network, new TorchRandom(0)),
    loss: plainLoss('CrossEntropyLoss'),
    optimizer: { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 1e-4 },
    batchSize: 2,
  } as const;
  const input = { shape: [2, 18, 5, 4, 1], data: new TorchRandom(7).randn(2 * 18 * 5 * 4) };

  it('keeps no tensor from step to step', async () => {
    const executor = await tfjsExecutor('webgpu', { gpu })(request);
    const counts: number[] = [];
    for (let step = 0; step < 3; step++) {
      await executor.accumulate(input, { kind: 'class', labels: Int32Array.of(1, 0) }, noDraws);
      await executor.applyStep();
      await executor.takeLosses();
      await executor.predict(input, noDraws);
      counts.push(executor.memory().tensors);
    }
    expect(counts[2]).toBe(counts[1]);
    executor.dispose();
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

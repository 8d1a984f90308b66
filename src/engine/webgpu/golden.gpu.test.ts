/** @file The golden cases of the networks on WebGPU: those whose kernels a software adapter compiles and computes soon. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Bounds, chosenCases, expectCaseToMatch } from '../../../test/network-cases';
import { nodeGpu } from '../../cli/node-gpu';
import { type GpuDevice, openDevice } from '../../gpu/device';
import { webgpuExecutor } from './executor';

let gpu: GpuDevice;
beforeAll(async () => {
  gpu = await openDevice(await nodeGpu());
});
afterAll(() => gpu.destroy());

const bounds: Bounds = { outputs: 1e-4, loss: 1e-5, gradients: 1e-3, buffers: 1e-5 };

/** Its kernels take a software adapter half a minute: test/webgpu.full.test.ts. */
const soon = chosenCases.filter(([, network]) => network !== 'resnet18');

describe('webgpuExecutor', () => {
  it.each(soon)('gives the outputs, losses, gradients, statistics and Adam step of PyTorch: %s', async (_, network, one) => {
    await expectCaseToMatch(network, one, webgpuExecutor(gpu), bounds);
  });
});

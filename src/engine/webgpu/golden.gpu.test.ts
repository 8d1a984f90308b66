/** @file The golden cases of the networks on WebGPU. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { expectCaseToMatch, networkCases } from '../../../test/network-cases';
import { nodeGpu } from '../../cli/node-gpu';
import { type GpuDevice, openDevice } from '../../gpu/device';
import { webgpuExecutor } from './executor';

let gpu: GpuDevice;
beforeAll(async () => {
  gpu = await openDevice(await nodeGpu());
});
afterAll(() => gpu.destroy());

const bounds = { outputs: 2e-6, loss: 1e-5, gradients: 1e-4, buffers: 3e-6 };
const chosen = {
  Conv4_FC3: ['3d', '3d_odd', '2d_odd', '2d_1channel_3classes'],
  Conv5_FC3: ['3d_odd', '2d'],
  Stride_Conv5_FC3: ['3d_odd', '2d'],
} as const;
const cases = (['Conv4_FC3', 'Conv5_FC3', 'Stride_Conv5_FC3'] as const).flatMap((network) =>
  networkCases(network)
    .filter(({ name }) => (chosen[network] as readonly string[]).includes(name))
    .map((golden) => [`${network} ${golden.name}`, network, golden] as const),
);

describe('webgpuExecutor', () => {
  it.each(cases)('%s gives the outputs, losses, gradients, statistics and Adam step of PyTorch', async (_, network, golden) => {
    await expectCaseToMatch(network, golden, webgpuExecutor(gpu), bounds);
  });
});

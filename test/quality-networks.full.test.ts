/** @file The networks of `quality-check` on a WebGPU device, against PyTorch's outputs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeGpu } from '../src/cli/node-gpu';
import { chooseVulkanDriver } from '../src/cli/vulkan-driver';
import { webgpuExecutor } from '../src/engine/webgpu/executor';
import { type GpuDevice, openDevice } from '../src/gpu/device';
import { qualityInput } from '../src/images/quality/slices';
import { makeJudge, passProbability } from '../src/jobs/quality-check/judge';
import { readCheckpoint } from '../src/maps/weights';
import { qualityNetwork, qualityState } from '../src/networks/quality-networks';
import { brain, brainShape, voxels, weightsFile } from './quality-study';
import { goldenText } from './road-files';

let gpu: GpuDevice;
beforeAll(async () => {
  chooseVulkanDriver();
  gpu = await openDevice(await nodeGpu());
});
afterAll(() => gpu.destroy());

const { logits } = JSON.parse(goldenText('quality/quality.json')) as {
  readonly logits: Readonly<Record<'nifti', Readonly<Record<'darq' | 'sq101', readonly (readonly number[])[]>>>>;
};

describe('quality networks on WebGPU', () => {
  it.each(['sq101', 'darq'] as const)('%s gives PyTorch’s outputs', async (name) => {
    const [d, h, w] = brainShape;
    const images = [0, 1].map(
      (n) => qualityInput({ shape: [d!, h!, w!], strides: [1, d!, d! * h!], data: voxels(brainShape, brain(n)) }, false)!,
    );
    const network = qualityNetwork(name);
    const state = qualityState(network, name, readCheckpoint(weightsFile(name), 'w.pth').model, 'w.pth');
    const judge = await makeJudge(webgpuExecutor(gpu), { network, state, batchSize: 2, amp: false });
    const found = [...(await judge.logits(images))];
    judge.dispose();
    const expected = logits.nifti[name].slice(0, 2);
    // PyTorch in float32 is itself 4e-6 from PyTorch in double on darq.
    const largest = Math.max(1, ...expected.flat().map(Math.abs));
    const gaps = found.map((value, i) => Math.abs(value - expected.flat()[i]!));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1e-5 * largest);
    for (const [n, [fail, pass]] of expected.entries()) {
      const gap = passProbability(found[2 * n]!, found[2 * n + 1]!) - passProbability(fail!, pass!);
      expect(Math.abs(gap)).toBeLessThanOrEqual(1e-5);
    }
  });
});

/** @file What the device can do at most: bytes copied and multiply-adds, per second. */
import type { GpuDevice } from '../../gpu/device';
import type { KernelSpec } from '../../gpu/kernel';
import peakText from './peak.wgsl?raw';
import { ourSteps } from './run';
import { type Contender, median } from './timing';

const peak: KernelSpec = {
  name: 'peak',
  wgsl: peakText,
  bindings: [{ name: 'o', access: 'write' }],
  constants: ['TURNS'],
  workgroupSize: 64,
  examples: [],
  reference: () => [],
  tolerance: 0,
};

/** Median of five runs, in seconds. */
async function seconds(run: Contender['run']): Promise<number> {
  await run();
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    await run();
    times.push((performance.now() - start) / 1000);
  }
  return median(times);
}

/** GFLOP/s of fused multiply-adds, two operations each. */
export async function arithmeticPeak(gpu: GpuDevice): Promise<number> {
  const threads = gpu.software ? 2 ** 14 : 2 ** 20;
  const TURNS = gpu.software ? 200 : 1000;
  const steps = await ourSteps(gpu, { o: threads }, [
    { spec: peak, constants: { TURNS }, extent: { threads, z: 1 }, buffers: ['o'] },
  ]);
  const taken = await seconds(steps.run);
  steps.free();
  return (threads * TURNS * 64 * 2) / taken / 1e9;
}

/** GB/s, bytes read and written both counted. */
export async function copyBandwidth(gpu: GpuDevice): Promise<number> {
  const { device } = gpu;
  const size = 64 * 2 ** 20;
  const usage = GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const [from, to] = [device.createBuffer({ size, usage }), device.createBuffer({ size, usage })];
  const taken = await seconds(async () => {
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(from, 0, to, 0, size);
    device.queue.submit([encoder.finish()]);
    await gpu.guard(device.queue.onSubmittedWorkDone());
  });
  from.destroy();
  to.destroy();
  return (2 * size) / taken / 1e9;
}

/** @file What the device can do at most: bytes copied and multiply-adds, per second. */
import type { GpuDevice } from '../../gpu/device';
import type { KernelSpec } from '../../gpu/kernel';
import copyText from './copy.wgsl?raw';
import peakText from './peak.wgsl?raw';
import { ourSteps, type Step } from './run';
import type { Contender } from './timing';

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

const copy: KernelSpec = {
  name: 'copy',
  wgsl: copyText,
  bindings: [
    { name: 'x', access: 'read' },
    { name: 'o', access: 'write' },
  ],
  constants: [],
  workgroupSize: 64,
  examples: [],
  reference: () => [],
  tolerance: 0,
};

/**
 * Of the fastest run, in seconds: a peak is what the device does at most. It is busy for a second first, since a graphics card at
 * rest runs at a fraction of its clock.
 */
async function seconds(run: Contender['run'], leastMs: number): Promise<number> {
  let fastest = Number.POSITIVE_INFINITY;
  const begin = performance.now();
  for (let round = 0; round < 5 || performance.now() - begin < leastMs; round++) {
    const start = performance.now();
    await run();
    fastest = Math.min(fastest, (performance.now() - start) / 1000);
  }
  return fastest;
}

/** A software adapter has no clock of its own. */
const busyMs = ({ software }: GpuDevice): number => (software ? 0 : 1500);

/** GFLOP/s of fused multiply-adds, two operations each. */
export async function arithmeticPeak(gpu: GpuDevice): Promise<number> {
  const threads = gpu.software ? 2 ** 14 : 2 ** 20;
  const TURNS = gpu.software ? 200 : 1000;
  // Several in one submit, so that the way to a graphics card and back does not count.
  const dispatches = gpu.software ? 1 : 4;
  const step = { spec: peak, constants: { TURNS }, extent: { threads, z: 1 }, buffers: ['o'] };
  const steps = await ourSteps(gpu, { o: threads }, Array<Step>(dispatches).fill(step));
  const taken = await seconds(steps.run, busyMs(gpu));
  steps.free();
  return (dispatches * threads * TURNS * 64 * 2) / taken / 1e9;
}

/** GB/s, bytes read and written both counted: by the driver's own copy or by a kernel, whichever is faster. */
export async function copyBandwidth(gpu: GpuDevice): Promise<number> {
  // More than the caches of a graphics card hold.
  const size = (gpu.software ? 64 : 256) * 2 ** 20;
  const copies = gpu.software ? 1 : 32;
  const taken = Math.min(await secondsOfDriver(gpu, size, copies), await secondsOfKernel(gpu, size, copies));
  return (2 * copies * size) / taken / 1e9;
}

async function secondsOfDriver(gpu: GpuDevice, size: number, copies: number): Promise<number> {
  const { device } = gpu;
  const usage = GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const [from, to] = [device.createBuffer({ size, usage }), device.createBuffer({ size, usage })];
  const taken = await seconds(async () => {
    const encoder = device.createCommandEncoder();
    for (let k = 0; k < copies; k++) encoder.copyBufferToBuffer(from, 0, to, 0, size);
    device.queue.submit([encoder.finish()]);
    await gpu.guard(device.queue.onSubmittedWorkDone());
  }, busyMs(gpu));
  from.destroy();
  to.destroy();
  return taken;
}

async function secondsOfKernel(gpu: GpuDevice, size: number, copies: number): Promise<number> {
  const step = { spec: copy, constants: {}, extent: { threads: size / 16, z: 1 }, buffers: ['x', 'o'] };
  const steps = await ourSteps(gpu, { x: size / 4, o: size / 4 }, Array<Step>(copies).fill(step));
  const taken = await seconds(steps.run, busyMs(gpu));
  steps.free();
  return taken;
}

/** @file The WebGPU backend of a browser: one device for all executors, a new one after it was lost. */
import { type GpuDevice, openDevice } from '../../gpu/device';
import type { BackendInfo, ExecutorFactory, MemoryEstimate } from '../executor';
import { estimateMemory } from './buffers';
import { layoutLimits, webgpuExecutor } from './executor';

/** Opens the graphics adapter. Throws `gpu-none` and `backend-unavailable`; so do executors, when a lost device cannot be replaced. */
export async function openWebgpu(
  reason: string,
  gpu: GPU | undefined = globalThis.navigator?.gpu,
): Promise<{ readonly info: BackendInfo; readonly createExecutor: ExecutorFactory; readonly memoryOf: MemoryEstimate }> {
  const open = async (): Promise<{ device: GpuDevice; create: ExecutorFactory }> => {
    const device = await openDevice(gpu);
    return { device, create: webgpuExecutor(device, { reason }) };
  };
  let current = await open();
  const { adapter, software, limits, half } = current.device;
  const createExecutor: ExecutorFactory = async (request) => {
    if (current.device.failed) {
      current.device.destroy();
      current = await open();
    }
    return current.create(request);
  };
  const memoryOf: MemoryEstimate = (request) =>
    estimateMemory(request, { ...layoutLimits(current.device), half: request.amp ?? false }).bytes;
  return { info: { name: 'webgpu', adapter, software, limits, half, reason }, createExecutor, memoryOf };
}

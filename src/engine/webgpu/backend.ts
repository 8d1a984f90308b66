/** @file The WebGPU backend of a browser: one device for all executors, a new one after it was lost. */
import { type GpuDevice, openDevice } from '../../gpu/device';
import { Pipelines } from '../../gpu/pipelines';
import type { BackendInfo, ExecutorFactory, KernelTrials, MemoryEstimate } from '../executor';
import { designOf, estimateMemory } from './buffers';
import { webgpuExecutor } from './executor';
import { layoutLimits } from './limits';
import { tryKernels } from './trial';

interface Opened {
  readonly info: BackendInfo;
  readonly createExecutor: ExecutorFactory;
  readonly memoryOf: MemoryEstimate;
  readonly trials: KernelTrials;
}

/** Opens the graphics adapter. Throws `gpu-none` and `backend-unavailable`; so do executors, when a lost device cannot be replaced. */
export async function openWebgpu(reason: string, gpu: GPU | undefined = globalThis.navigator?.gpu): Promise<Opened> {
  const open = async (): Promise<{ device: GpuDevice; pipelines: Pipelines; create: ExecutorFactory }> => {
    const device = await openDevice(gpu);
    const pipelines = new Pipelines(device.device);
    return { device, pipelines, create: webgpuExecutor(device, { reason, pipelines }) };
  };
  let current = await open();
  const working = async (): Promise<typeof current> => {
    if (current.device.failed) {
      current.device.destroy();
      current = await open();
    }
    return current;
  };
  const { adapter, software, limits, half, identity } = current.device;
  const limitsFor = (amp = false) => ({ ...layoutLimits(current.device), half: amp });
  return {
    info: { name: 'webgpu', adapter, software, limits, half, reason },
    createExecutor: async (request) => (await working()).create(request),
    memoryOf: (request) => estimateMemory(request, limitsFor(request.amp)).bytes,
    trials: {
      device: identity,
      look: (request) => {
        const { offers, unusable } = designOf(request, limitsFor(request.amp)).layout.kernels;
        const rows = [...offers].flatMap(([key, { names }]) => (names.length > 1 ? [[key, names] as const] : []));
        return { rows: Object.fromEntries(rows), unusable: Object.fromEntries(unusable) };
      },
      run: async (request, trialLimits) => {
        const { device, pipelines } = await working();
        return tryKernels(device, pipelines, request, limitsFor(request.amp), trialLimits);
      },
    },
  };
}

/** @file What executors are made with on a device, and the limits that follow. */
import type { GpuDevice } from '../../gpu/device';
import type { CompileProgress, Pipelines } from '../../gpu/pipelines';
import type { LayoutLimits } from './layout';

export interface WebgpuOptions {
  /** Why this backend is in use. */
  readonly reason?: string;
  /** Bytes for the first block's convolution; what is larger is computed in slabs, and again in the backward pass. */
  readonly slabBytes?: number;
  /** Bytes of the largest window on a buffer, and of the largest buffer, if less than the device allows. */
  readonly largestBinding?: number;
  readonly largestBuffer?: number;
  /** Kernels that are compiled already. */
  readonly pipelines?: Pipelines;
  /** Told while shaders are compiled. */
  readonly progress?: CompileProgress;
}

/** Threads that keep a device busy. */
export function threadsOf(gpu: GpuDevice): number {
  return gpu.software ? 2048 : 32768;
}

/** Limits of a device for `designOf` and `estimateMemory`. */
export function layoutLimits(gpu: GpuDevice, options: WebgpuOptions = {}): LayoutLimits {
  const { largestBinding = Number.POSITIVE_INFINITY, largestBuffer = Number.POSITIVE_INFINITY } = options;
  return {
    largestBinding: Math.min(largestBinding, largestBuffer, gpu.largestBinding),
    largestBuffer: Math.min(largestBuffer, gpu.largestBuffer),
    slabBytes: options.slabBytes ?? 64 * 2 ** 20,
    threads: threadsOf(gpu),
    features: gpu.features,
  };
}

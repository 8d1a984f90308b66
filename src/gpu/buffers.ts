/** @file The buffers of one network: made before the first step, counted, destroyed together. */
import { appError } from '../base/errors';
import type { GpuDevice } from './device';

export class Buffers {
  readonly #gpu: GpuDevice;
  readonly #live = new Set<GPUBuffer>();

  constructor(gpu: GpuDevice) {
    this.#gpu = gpu;
  }

  /** A storage buffer of at least `bytes`, zeroed. Throws `gpu-buffer-limit` if the device has none so large. */
  storage(label: string, bytes: number): GPUBuffer {
    const limit = this.#gpu.largestBuffer;
    if (bytes > limit) throw appError('gpu-buffer-limit', { what: label, bytes, limit });
    return this.#make(label, bytes, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST);
  }

  uniform(label: string, bytes: number): GPUBuffer {
    return this.#make(label, bytes, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  }

  #make(label: string, bytes: number, usage: number): GPUBuffer {
    const buffer = this.#gpu.device.createBuffer({ label, size: sizeOf(bytes), usage });
    this.#live.add(buffer);
    return buffer;
  }

  release(buffer: GPUBuffer): void {
    if (this.#live.delete(buffer)) buffer.destroy();
  }

  get count(): number {
    return this.#live.size;
  }

  /** Bytes on the device. */
  get bytes(): number {
    let sum = 0;
    for (const { size } of this.#live) sum += size;
    return sum;
  }

  destroy(): void {
    for (const buffer of this.#live) buffer.destroy();
    this.#live.clear();
  }
}

/** Bytes that a buffer for so many takes: a multiple of 16, as vectors ask. */
export function sizeOf(bytes: number): number {
  return Math.ceil(Math.max(bytes, 16) / 16) * 16;
}

/** @file Kernels of ours and operations of TensorFlow.js on one device, as contenders. */

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { openTfjsBackend } from '../../engine/tfjs/backend';
import { Buffers } from '../../gpu/buffers';
import { type GpuDevice, openDevice } from '../../gpu/device';
import { type Constants, compileKernel, type Extent, type KernelArray, type KernelSpec, workgroups } from '../../gpu/kernel';
import type { Contender } from './timing';

export interface Step {
  readonly spec: KernelSpec;
  readonly constants: Constants;
  readonly extent: Extent;
  /** Names of buffers, in binding order. */
  readonly buffers: readonly string[];
}

/** Steps in one submit, on buffers that hold the given arrays (or zeros, for a number of floats). */
export async function ourSteps(
  gpu: GpuDevice,
  contents: Readonly<Record<string, KernelArray | number>>,
  steps: readonly Step[],
): Promise<Contender & { readonly free: () => void }> {
  const { device } = gpu;
  const buffers = new Buffers(gpu);
  const named = new Map<string, GPUBuffer>();
  for (const [name, content] of Object.entries(contents)) {
    const bytes = typeof content === 'number' ? content * 4 : content.byteLength;
    const uniform = name.startsWith('uniform');
    const buffer = uniform ? buffers.uniform(name, Math.max(bytes, 48)) : buffers.storage(name, bytes);
    if (typeof content !== 'number') device.queue.writeBuffer(buffer, 0, content);
    named.set(name, buffer);
  }
  const recorded = await Promise.all(
    steps.map(async (step) => {
      const pipeline = await compileKernel(device, step.spec, step.constants);
      const entries = step.buffers.map((name, binding) => ({ binding, resource: { buffer: named.get(name)! } }));
      return { step, pipeline, group: device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }) };
    }),
  );
  return {
    run: async () => {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      for (const { step, pipeline, group } of recorded) {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(...workgroups(step.spec, step.constants, step.extent));
      }
      pass.end();
      device.queue.submit([encoder.finish()]);
      await gpu.guard(device.queue.onSubmittedWorkDone());
    },
    free: () => buffers.destroy(),
  };
}

/** Opens the adapter of `navigator.gpu` for both; in Node, `offerNodeGpu` puts it there. */
export async function openBoth(): Promise<GpuDevice> {
  const gpu = await openDevice(navigator.gpu);
  await openTfjsBackend('webgpu', { gpu });
  return gpu;
}

/** An operation of TensorFlow.js; what it returns is thrown away. */
export function stockOperation(gpu: GpuDevice, work: () => tf.Tensor | readonly tf.Tensor[]): Contender {
  return {
    run: async () => {
      const result = tf.tidy(() => work() as tf.TensorContainer);
      const backend = tf.backend() as WebGPUBackend;
      backend.endComputePassEncoder();
      backend.submitQueue();
      await gpu.guard(gpu.device.queue.onSubmittedWorkDone());
      tf.dispose(result);
    },
  };
}

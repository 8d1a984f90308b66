/** @file Runs one kernel once on arrays of the caller: for the kernel suite and the benchmark's correctness gate. */
import type { GpuDevice } from './device';
import { type Constants, compileKernel, type Extent, type KernelArray, type KernelSpec, workgroups } from './kernel';

/** Bytes of a buffer that holds `array`: a multiple of 16, as vectors and uniforms ask. */
function bytesOf(array: KernelArray): number {
  return Math.ceil(Math.max(array.byteLength, 16) / 16) * 16;
}

/** The contents of the `write` bindings after one run, in binding order. Arrays are in binding order and are not changed. */
export async function runKernel(
  gpu: GpuDevice,
  spec: KernelSpec,
  constants: Constants,
  extent: Extent,
  arrays: readonly KernelArray[],
): Promise<KernelArray[]> {
  const { device } = gpu;
  const pipeline = await compileKernel(device, spec, constants);
  const buffers = spec.bindings.map(({ access }, i) => {
    const kind = access === 'uniform' ? GPUBufferUsage.UNIFORM : GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
    const buffer = device.createBuffer({ size: bytesOf(arrays[i]), usage: kind | GPUBufferUsage.COPY_DST });
    device.queue.writeBuffer(buffer, 0, arrays[i]);
    return buffer;
  });
  const written = spec.bindings.flatMap(({ access }, i) => (access === 'write' ? [i] : []));
  const results: GPUBuffer[] = [];
  await gpu.scoped(() => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
    pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
    pass.dispatchWorkgroups(...workgroups(spec, constants, extent));
    pass.end();
    for (const i of written) {
      const result = device.createBuffer({ size: bytesOf(arrays[i]), usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
      encoder.copyBufferToBuffer(buffers[i], 0, result, 0, result.size);
      results.push(result);
    }
    device.queue.submit([encoder.finish()]);
  });
  const contents: KernelArray[] = [];
  for (const [k, i] of written.entries()) {
    await gpu.guard(results[k].mapAsync(GPUMapMode.READ));
    const bytes = results[k].getMappedRange().slice(0, arrays[i].byteLength);
    contents.push(arrays[i] instanceof Uint32Array ? new Uint32Array(bytes) : new Float32Array(bytes));
    results[k].destroy();
  }
  for (const buffer of buffers) buffer.destroy();
  return contents;
}

/** @file Runs one kernel once on arrays of the caller: for the kernel suite and the benchmark's correctness gate. */
import { fromHalf, toHalf } from '../base/half';
import type { GpuDevice } from './device';
import { type Constants, compileKernel, type Extent, type KernelArray, type KernelSpec, workgroups } from './kernel';

type DeviceArray = KernelArray | Uint16Array<ArrayBuffer>;

/** Bytes of a buffer that holds `array`: a multiple of 16, as vectors and uniforms ask. */
function bytesOf(array: DeviceArray): number {
  return Math.ceil(Math.max(array.byteLength, 16) / 16) * 16;
}

/** An array as it lies on the device: rounded to f16 where the constants say so. */
function onDevice({ bindings, half }: KernelSpec, constants: Constants, array: KernelArray, i: number): DeviceArray {
  const rounded = constants.HALF === 1 && half?.includes(bindings[i].name) === true;
  return rounded ? Uint16Array.from(array, toHalf) : array;
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
  const given = arrays.map((array, i) => onDevice(spec, constants, array, i));
  const buffers = spec.bindings.map(({ access }, i) => {
    const kind = access === 'uniform' ? GPUBufferUsage.UNIFORM : GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
    const buffer = device.createBuffer({
      size: bytesOf(given[i]),
      usage: kind | GPUBufferUsage.COPY_DST,
      mappedAtCreation: true,
    });
    // Not by writeBuffer: it takes multiples of 4 bytes only, and f16 may be odd in number.
    new Uint8Array(buffer.getMappedRange()).set(new Uint8Array(given[i].buffer, given[i].byteOffset, given[i].byteLength));
    buffer.unmap();
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
      const result = device.createBuffer({ size: bytesOf(given[i]), usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
      encoder.copyBufferToBuffer(buffers[i], 0, result, 0, result.size);
      results.push(result);
    }
    device.queue.submit([encoder.finish()]);
  });
  const contents: KernelArray[] = [];
  for (const [k, i] of written.entries()) {
    await gpu.guard(results[k].mapAsync(GPUMapMode.READ));
    const bytes = results[k].getMappedRange().slice(0, given[i].byteLength);
    if (given[i] instanceof Uint16Array) contents.push(Float32Array.from(new Uint16Array(bytes), fromHalf));
    else contents.push(arrays[i] instanceof Uint32Array ? new Uint32Array(bytes) : new Float32Array(bytes));
    results[k].destroy();
  }
  for (const buffer of buffers) buffer.destroy();
  return contents;
}

import { describe, expect, it } from 'vitest';
import { nodeGpu } from '../cli/node-gpu';
import { Buffers } from './buffers';
import { describeAdapter, openDevice } from './device';

const info = (words: Partial<Record<'vendor' | 'architecture' | 'description', string>>): GPUAdapterInfo =>
  ({ vendor: '', architecture: '', device: '', description: '', ...words }) as GPUAdapterInfo;

describe('openDevice', () => {
  it('says that there is no adapter instead of failing later', async () => {
    await expect(openDevice(undefined)).rejects.toMatchObject({ code: 'gpu-none' });
    const empty = { requestAdapter: () => Promise.resolve(null) } as unknown as GPU;
    await expect(openDevice(empty)).rejects.toMatchObject({ code: 'gpu-none' });
  });

  it('asks for the largest buffers that the adapter has, or for what it is told', async () => {
    const adapter = await (await nodeGpu()).requestAdapter();
    const largest = await openDevice(await nodeGpu());
    expect(largest.limits.maxStorageBufferBindingSize).toBe(adapter!.limits.maxStorageBufferBindingSize);
    const small = await openDevice(await nodeGpu(), { limits: { maxStorageBufferBindingSize: 128 * 2 ** 20 } });
    expect(small.largestBuffer).toBe(128 * 2 ** 20);
    expect(() => new Buffers(small).storage('too much', 129 * 2 ** 20)).toThrow(
      expect.objectContaining({ code: 'gpu-buffer-limit', message: expect.stringContaining('134217728') as string }),
    );
    largest.destroy();
    small.destroy();
  });

  it('an invalid command fails the scope it was given in, and every call after it', async () => {
    const gpu = await openDevice(await nodeGpu());
    const broken = gpu.scoped(() => gpu.device.createBuffer({ size: 4, usage: 0xffff }));
    await expect(broken).rejects.toMatchObject({ code: 'gpu-validation' });
    expect(gpu.failed).toBe(true);
    await expect(gpu.guard(Promise.resolve(1))).rejects.toMatchObject({ code: 'gpu-validation' });
    gpu.destroy();
  });

  it('a promise that never settles is rejected when the device is lost', async () => {
    const gpu = await openDevice(await nodeGpu());
    const waiting = gpu.guard(new Promise(() => {}));
    gpu.device.destroy();
    await expect(waiting).rejects.toMatchObject({ code: 'gpu-lost' });
  });
});

describe('describeAdapter', () => {
  it('prefers vendor and architecture to the description', () => {
    expect(describeAdapter(info({ vendor: 'nvidia', architecture: 'hopper', description: 'H200' }))).toBe('nvidia hopper');
    expect(describeAdapter(info({ description: 'llvmpipe' }))).toBe('llvmpipe');
    expect(describeAdapter(info({}))).toBe('unnamed adapter');
  });
});

describe('Buffers', () => {
  it('counts what lives and forgets what is released', async () => {
    const gpu = await openDevice(await nodeGpu());
    const buffers = new Buffers(gpu);
    const first = buffers.storage('first', 100);
    buffers.uniform('second', 16);
    expect([buffers.count, buffers.bytes]).toEqual([2, 112 + 16]);
    buffers.release(first);
    buffers.release(first);
    expect([buffers.count, buffers.bytes]).toEqual([1, 16]);
    buffers.destroy();
    expect(buffers.bytes).toBe(0);
    gpu.destroy();
  });
});

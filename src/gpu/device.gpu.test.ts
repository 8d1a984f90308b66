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
    const limits = { maxStorageBufferBindingSize: 128 * 2 ** 20, maxBufferSize: 256 * 2 ** 20 };
    const small = await openDevice(await nodeGpu(), { limits });
    expect([small.largestBinding, small.largestBuffer]).toEqual([128 * 2 ** 20, 256 * 2 ** 20]);
    expect(() => new Buffers(small).storage('too much', 257 * 2 ** 20)).toThrow(
      expect.objectContaining({ code: 'gpu-buffer-limit', message: expect.stringContaining('268435456') as string }),
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

  it('says what the browser says when it gives no device, or a lost one', async () => {
    const real = (await (await nodeGpu()).requestAdapter())!;
    const { limits, features, info: adapterInfo } = real;
    const giving = (requestDevice: () => Promise<GPUDevice>): GPU =>
      ({ requestAdapter: async () => ({ limits, features, info: adapterInfo, requestDevice }) }) as unknown as GPU;
    const refusing = giving(() => Promise.reject(new DOMException('out of devices', 'OperationError')));
    const words = { code: 'backend-unavailable', message: expect.stringContaining('out of devices') as string };
    await expect(openDevice(refusing)).rejects.toMatchObject(words);
    const lost = { lost: Promise.resolve({ reason: 'unknown', message: 'out of devices' }) } as unknown as GPUDevice;
    await expect(openDevice(giving(async () => lost))).rejects.toMatchObject(words);
  });

  it('an abort that the browser raises for a lost device is a lost device, whichever comes first', async () => {
    const gpu = await openDevice(await nodeGpu());
    const abort = Promise.reject(new DOMException('buffer was destroyed', 'AbortError'));
    await expect(gpu.guard(abort)).rejects.toMatchObject({ code: 'gpu-lost' });
    await expect(gpu.guard(Promise.resolve(1))).rejects.toMatchObject({ code: 'gpu-lost' });
    gpu.destroy();
  });

  it('nothing is left unhandled when a promise fails on a device that has failed before', async () => {
    const gpu = await openDevice(await nodeGpu());
    gpu.device.destroy();
    await gpu.device.lost;
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    await expect(gpu.guard(Promise.reject(new Error('late')))).rejects.toMatchObject({ code: 'gpu-lost' });
    await expect(gpu.scoped(() => 1)).rejects.toMatchObject({ code: 'gpu-lost' });
    await new Promise((resolve) => setTimeout(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
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

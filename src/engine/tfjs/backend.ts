/** @file TensorFlow.js backends: loaded when first asked for, and watched, since GPU errors throw nothing by themselves. */
import * as tf from '@tensorflow/tfjs-core';
import { appError } from '../../base/errors';
import { type GpuDevice, openDevice } from '../../gpu/device';
import type { BackendInfo, BackendName, MemoryInfo } from '../executor';
import { quickenCpu } from './cpu/quicken';
import { repairWasmConvolution } from './wasm/repair';

export interface TfjsOptions {
  /** wasm: where a file of the backend (`tfjs-backend-wasm-simd.wasm`, …) is found, by its name. */
  readonly wasmUrl?: (fileName: string) => string;
  /** webgpu: the device to use; one of `navigator.gpu` if absent. */
  readonly gpu?: GpuDevice;
  /** One sentence for `BackendInfo.reason`. */
  readonly reason?: string;
}

export interface TfjsBackend {
  readonly info: BackendInfo;
  /** Runs synchronous TensorFlow.js code on this backend. Rejects with the device's failure once it has one. */
  run<T>(work: () => T): Promise<T>;
  /** Values of a tensor, which is disposed. */
  take(tensor: tf.Tensor): Promise<Float32Array<ArrayBuffer>>;
  /** Values of a tensor, which is kept. */
  read(tensor: tf.Tensor): Promise<Float32Array<ArrayBuffer>>;
  memory(): MemoryInfo;
}

const WASM_FILES = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm-threaded-simd.wasm'] as const;

const REASONS: Readonly<Record<BackendName, string>> = {
  cpu: 'Plain JavaScript was asked for.',
  wasm: 'WebAssembly was asked for.',
  webgpu: 'The GPU was asked for.',
};

let wasmLoaded: Promise<void> | undefined;

/** Paths must be set before the first use and cannot change after it. */
function loadWasm(wasmUrl: TfjsOptions['wasmUrl']): Promise<void> {
  wasmLoaded ??= (async () => {
    const wasm = await import('@tensorflow/tfjs-backend-wasm');
    if (wasmUrl !== undefined) wasm.setWasmPaths(Object.fromEntries(WASM_FILES.map((name) => [name, wasmUrl(name)])));
    // Its threads come as blob workers, which the page's security policy forbids.
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    repairWasmConvolution();
  })();
  return wasmLoaded;
}

let cpuLoaded: Promise<void> | undefined;

function loadCpu(): Promise<void> {
  cpuLoaded ??= (async () => {
    await import('@tensorflow/tfjs-backend-cpu');
    quickenCpu();
  })();
  return cpuLoaded;
}

/** The device that TensorFlow.js works on: it knows one at a time, a new one takes its place. */
let held: GpuDevice | undefined;

async function holdDevice(gpu: GpuDevice): Promise<void> {
  if (held === gpu) return;
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  // Small tensors would be computed on the processor, with other rounding.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  if (tf.findBackendFactory('webgpu') != null) tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => new WebGPUBackend(gpu.device, gpu.device.adapterInfo));
  held = gpu;
}

async function load(name: BackendName, options: TfjsOptions): Promise<{ info: BackendInfo; gpu?: GpuDevice }> {
  const reason = options.reason ?? REASONS[name];
  if (name === 'webgpu') {
    const gpu = options.gpu ?? (await openDevice(globalThis.navigator?.gpu));
    await holdDevice(gpu);
    return { info: { name, adapter: gpu.adapter, software: gpu.software, limits: gpu.limits, half: false, reason }, gpu };
  }
  if (name === 'wasm') await loadWasm(options.wasmUrl);
  else await loadCpu();
  const adapter = name === 'wasm' ? 'wasm simd, 1 thread' : 'JavaScript, 1 thread';
  return { info: { name, adapter, software: true, limits: {}, half: false, reason } };
}

/** Loads a backend. Throws `backend-unavailable`, `gpu-none`. */
export async function openTfjsBackend(name: BackendName, options: TfjsOptions = {}): Promise<TfjsBackend> {
  const { info, gpu } = await load(name, options);
  const check = (): void => gpu?.check();
  const run = async <T>(work: () => T): Promise<T> => {
    check();
    // Another executor may have changed the backend since, even while this one was being set.
    while (tf.getBackend() !== name)
      if (!(await tf.setBackend(name))) throw appError('backend-unavailable', { backend: name, reason: 'it did not start' });
    const result = work();
    check();
    return result;
  };
  const read = async (tensor: tf.Tensor): Promise<Float32Array<ArrayBuffer>> => {
    const pending = tensor.data<'float32'>();
    const data = gpu === undefined ? await pending : await gpu.guard(pending);
    return data.slice();
  };
  const take = async (tensor: tf.Tensor): Promise<Float32Array<ArrayBuffer>> => {
    const data = await read(tensor);
    tensor.dispose();
    return data;
  };
  const memory = (): MemoryInfo => {
    const { numBytes, numTensors } = tf.memory();
    return { bytes: numBytes, tensors: numTensors };
  };
  await run(() => undefined);
  return { info, run, read, take, memory };
}

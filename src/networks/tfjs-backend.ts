/** @file TensorFlow.js backends: loaded when first asked for, and watched, since GPU errors throw nothing by themselves. */
import * as tf from '@tensorflow/tfjs-core';
import { type AppError, appError } from '../base/errors';
import type { BackendInfo, BackendName, MemoryInfo } from './executor';
import { repairWasmConvolution } from './wasm-repair';

export interface TfjsOptions {
  /** wasm: where a file of the backend (`tfjs-backend-wasm-simd.wasm`, …) is found, by its name. */
  readonly wasmUrl?: (fileName: string) => string;
  /** webgpu: the device to use, and what its adapter calls itself. Asked of `navigator.gpu` if absent. */
  readonly device?: GPUDevice;
  readonly adapterInfo?: GPUAdapterInfo;
  /** One sentence for `BackendInfo.reason`. */
  readonly reason?: string;
}

export interface TfjsBackend {
  readonly info: BackendInfo;
  /** Runs synchronous TensorFlow.js code on this backend. Rejects with `gpu-error` or `gpu-lost` once the device has failed. */
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

/** The device that TensorFlow.js holds, and what went wrong with it. */
interface WatchedDevice {
  readonly device: GPUDevice;
  failure: AppError | null;
}
let held: WatchedDevice | undefined;

function watch(device: GPUDevice): WatchedDevice {
  const watched: WatchedDevice = { device, failure: null };
  device.addEventListener('uncapturederror', ({ error }) => {
    watched.failure ??= appError('gpu-error', { message: error.message }, { cause: error });
  });
  void device.lost.then(({ reason, message }) => {
    watched.failure = appError('gpu-lost', { reason, message });
  });
  return watched;
}

async function requestDevice(): Promise<{ device: GPUDevice; adapterInfo: GPUAdapterInfo }> {
  const adapter = await globalThis.navigator?.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw appError('backend-unavailable', { backend: 'webgpu', reason: 'no graphics adapter was found' });
  const { maxBufferSize, maxStorageBufferBindingSize, maxComputeWorkgroupStorageSize, maxComputeInvocationsPerWorkgroup } =
    adapter.limits;
  const { maxComputeWorkgroupSizeX, maxComputeWorkgroupsPerDimension } = adapter.limits;
  const device = await adapter.requestDevice({
    requiredLimits: {
      maxBufferSize,
      maxStorageBufferBindingSize,
      maxComputeWorkgroupStorageSize,
      maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupSizeX,
      maxComputeWorkgroupsPerDimension,
    },
  });
  return { device, adapterInfo: adapter.info };
}

/** TensorFlow.js knows one WebGPU backend at a time; a new device takes the place of the old one. */
async function holdDevice(device: GPUDevice, adapterInfo: GPUAdapterInfo): Promise<WatchedDevice> {
  if (held?.device === device) return held;
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  // Small tensors would be computed on the processor, with other rounding.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  tf.removeBackend('webgpu');
  held = watch(device);
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapterInfo));
  return held;
}

function limitsOf(device: GPUDevice): Record<string, number> {
  const limits: Record<string, number> = {};
  for (const name in device.limits) {
    const value: unknown = Reflect.get(device.limits, name);
    if (typeof value === 'number') limits[name] = value;
  }
  return limits;
}

const isSoftware = (info: GPUAdapterInfo): boolean =>
  info.isFallbackAdapter === true ||
  /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${info.architecture} ${info.description}`);

async function load(name: BackendName, options: TfjsOptions): Promise<{ info: BackendInfo; watched?: WatchedDevice }> {
  const reason = options.reason ?? REASONS[name];
  if (name === 'webgpu') {
    const { device, adapterInfo } =
      options.device === undefined
        ? await requestDevice()
        : { device: options.device, adapterInfo: options.adapterInfo ?? options.device.adapterInfo };
    const watched = await holdDevice(device, adapterInfo);
    const adapter = [adapterInfo.vendor, adapterInfo.architecture].filter((part) => part !== '').join(' ');
    return { info: { name, adapter, software: isSoftware(adapterInfo), limits: limitsOf(device), reason }, watched };
  }
  if (name === 'wasm') await loadWasm(options.wasmUrl);
  else await import('@tensorflow/tfjs-backend-cpu');
  const adapter = name === 'wasm' ? 'wasm simd, 1 thread' : 'JavaScript, 1 thread';
  return { info: { name, adapter, software: true, limits: {}, reason } };
}

/** Loads a backend. Throws `backend-unavailable`. */
export async function openTfjsBackend(name: BackendName, options: TfjsOptions = {}): Promise<TfjsBackend> {
  const { info, watched } = await load(name, options);
  const check = (): void => {
    if (watched?.failure) throw watched.failure;
  };
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
    const data = await tensor.data<'float32'>();
    check();
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

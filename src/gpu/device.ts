/**
 * @file One adapter, one device with the limits the engine can use, and what goes wrong on it: a validation error, no memory or a
 * lost device rejects the current call instead of leaving wrong numbers behind.
 */
import { type AppError, appError } from '../base/errors';
import { type KernelFeature, kernelFeatures } from './kernel';

/** Limits that are raised to what the adapter has. */
const raised = ['maxBufferSize', 'maxStorageBufferBindingSize', 'maxComputeWorkgroupsPerDimension'] as const;

/** What is rejected with a lost device waits so long for the device's own word. */
const lossNoticeMs = 1000;

export interface DeviceOptions {
  /** Lower limits than the adapter has, e.g. to see how a smaller device behaves. */
  readonly limits?: Readonly<Partial<Record<(typeof raised)[number], number>>>;
}

/** A device that remembers its first failure. */
export class GpuDevice {
  readonly device: GPUDevice;
  /** What the adapter calls itself, e.g. `google swiftshader`. */
  readonly adapter: string;
  /** True when the processor plays the GPU. */
  readonly software: boolean;
  /** All that the adapter says of itself: another one is another text. */
  readonly identity: string;
  #failure: AppError | undefined;
  readonly #failed: Promise<never>;
  #reject: (error: AppError) => void = () => {};
  readonly #onError = (event: GPUUncapturedErrorEvent): void => {
    event.preventDefault();
    this.#fail(failureOf(event.error));
  };

  constructor(device: GPUDevice, info: GPUAdapterInfo) {
    this.device = device;
    this.adapter = describeAdapter(info);
    this.software = isSoftware(info);
    this.identity = [info.vendor, info.architecture, info.device, info.description].join(' | ');
    this.#failed = new Promise((_resolve, reject) => {
      this.#reject = reject;
    });
    this.#failed.catch(() => {});
    device.addEventListener('uncapturederror', this.#onError);
    void device.lost.then(({ reason, message }) => this.#fail(appError('gpu-lost', { reason, message: message || 'no reason' })));
  }

  #fail(error: AppError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#reject(error);
  }

  /** True after the first failure: results of this device cannot be trusted any more. */
  get failed(): boolean {
    return this.#failure !== undefined;
  }

  /** Throws the first failure, if there was one. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** The promise's value, unless the device fails first (`gpu-lost`, `gpu-out-of-memory`, `gpu-validation`). */
  async guard<T>(promise: Promise<T>): Promise<T> {
    promise.catch(() => {}); // when the device has failed already, nobody waits for it
    this.check();
    let value: T;
    try {
      value = await Promise.race([promise, this.#failed]);
    } catch (error) {
      // A lost device rejects what is pending first (maps with AbortError); its own event comes later and says more.
      await Promise.race([this.#failed.catch(() => {}), new Promise((resolve) => setTimeout(resolve, lossNoticeMs))]);
      if (error instanceof DOMException) {
        this.#fail(appError('gpu-lost', { reason: error.name, message: error.message || 'no reason' }, { cause: error }));
      }
      this.check();
      throw error;
    }
    this.check();
    return value;
  }

  /** Runs what creates buffers or records commands; an out-of-memory or validation error inside it is thrown here, by name. */
  async scoped<T>(work: () => T): Promise<T> {
    this.check();
    this.device.pushErrorScope('validation');
    this.device.pushErrorScope('out-of-memory');
    let value: T;
    try {
      value = work();
    } finally {
      const memory = this.device.popErrorScope();
      const validation = this.device.popErrorScope();
      const [first, second] = await this.guard(Promise.all([memory, validation]));
      const error = first ?? second;
      if (error !== null) this.#fail(failureOf(error));
    }
    this.check();
    return value;
  }

  /** Bytes that one buffer may have, a multiple of 256. */
  get largestBuffer(): number {
    return Math.floor(this.device.limits.maxBufferSize / 256) * 256;
  }

  /** Bytes of a buffer that a kernel may see, a multiple of 256. */
  get largestBinding(): number {
    return Math.min(this.largestBuffer, Math.floor(this.device.limits.maxStorageBufferBindingSize / 256) * 256);
  }

  /** The limits that decide what fits, for the page and the benchmark. */
  get limits(): Readonly<Record<string, number>> {
    return Object.fromEntries(raised.map((name) => [name, this.device.limits[name]]));
  }

  /** What kernels may use that not every device has. */
  get features(): ReadonlySet<KernelFeature> {
    return new Set(kernelFeatures.filter((feature) => this.device.features.has(feature)));
  }

  /** True if shaders may store and compute f16. */
  get half(): boolean {
    return this.device.features.has('shader-f16');
  }

  destroy(): void {
    this.device.removeEventListener('uncapturederror', this.#onError);
    this.device.destroy();
  }
}

function failureOf(error: GPUError): AppError {
  const memory = error instanceof GPUOutOfMemoryError;
  return appError(memory ? 'gpu-out-of-memory' : 'gpu-validation', { message: error.message }, { cause: error });
}

/** Vendor and architecture, or what the driver says of itself. */
export function describeAdapter(info: GPUAdapterInfo): string {
  const words = [info.vendor, info.architecture].filter((word) => word !== '');
  if (words.length === 0) words.push(info.description || 'unnamed adapter');
  return words.join(' ');
}

/** True for adapters that run on the processor. */
export function isSoftware(info: GPUAdapterInfo): boolean {
  return /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${info.architecture} ${info.device} ${info.description}`);
}

/**
 * Opens the most powerful adapter with the largest buffers it offers and f16, subgroups and timestamps if it has them. Throws `gpu-none` without an adapter,
 * `backend-unavailable` with what the browser says when it gives no device, or one that is lost already.
 */
export async function openDevice(gpu: GPU | undefined, options: DeviceOptions = {}): Promise<GpuDevice> {
  const adapter = await asked(gpu?.requestAdapter({ powerPreference: 'high-performance' }));
  if (adapter === null || adapter === undefined) throw appError('gpu-none');
  const requiredLimits = Object.fromEntries(
    raised.map((name) => [name, Math.min(adapter.limits[name], options.limits?.[name] ?? Number.POSITIVE_INFINITY)]),
  );
  const wanted: readonly GPUFeatureName[] = [...(kernelFeatures as readonly GPUFeatureName[]), 'timestamp-query'];
  const requiredFeatures = wanted.filter((feature) => adapter.features.has(feature));
  const device = await asked(adapter.requestDevice({ requiredLimits, requiredFeatures }));
  const lost = await Promise.race([device.lost, undefined]);
  if (lost !== undefined) throw unavailable(lost.message);
  return new GpuDevice(device, adapter.info);
}

const unavailable = (reason: string, cause?: unknown): AppError =>
  appError('backend-unavailable', { backend: 'webgpu', reason: reason || 'the browser gave no device' }, { cause });

async function asked<T>(answer: Promise<T>): Promise<T>;
async function asked<T>(answer: Promise<T> | undefined): Promise<T | undefined>;
async function asked<T>(answer: Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    throw unavailable(error instanceof Error ? error.message : String(error), error);
  }
}

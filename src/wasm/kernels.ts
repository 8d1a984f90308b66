/** @file The compiled SIMD kernels as typed calls on one growing memory. Addresses are in bytes, 16-aligned. */
import { appError } from '../base/errors';
import base64 from './kernels.as.ts?wasm';

/** Functions of `kernels.as.ts`, in its words. */
export interface KernelFunctions {
  convolve(
    x: number,
    w: number,
    bias: number,
    y: number,
    D: number,
    H: number,
    W: number,
    ci: number,
    co: number,
    kd: number,
    s: number,
    from: number,
    to: number,
  ): void;
  flipWeights(w: number, out: number, ci: number, co: number, kd: number): void;
  weightGradient(
    x: number,
    dy: number,
    dw: number,
    N: number,
    D: number,
    H: number,
    W: number,
    ci: number,
    co: number,
    kd: number,
    s: number,
    from: number,
    to: number,
  ): void;
  channelStatistics(y: number, out: number, count: number, C: number): void;
  normalizePool(
    y: number,
    scale: number,
    shift: number,
    out: number,
    codes: number,
    N: number,
    D: number,
    H: number,
    W: number,
    C: number,
    depthPool: number,
    window: number,
    pad: number,
    padD: number,
  ): void;
  poolSums(
    y: number,
    g: number,
    codes: number,
    out: number,
    N: number,
    D: number,
    H: number,
    W: number,
    C: number,
    depthPool: number,
    window: number,
  ): void;
  poolGradient(
    y: number,
    g: number,
    codes: number,
    a: number,
    b: number,
    k: number,
    dy: number,
    N: number,
    D: number,
    H: number,
    W: number,
    C: number,
    depthPool: number,
    window: number,
    padD: number,
    iD: number,
    iH: number,
    iW: number,
    s: number,
  ): void;
  linear(x: number, w: number, bias: number, y: number, N: number, nIn: number, nOut: number, relu: number): void;
  linearGradient(
    x: number,
    w: number,
    y: number,
    dy: number,
    dw: number,
    dbias: number,
    dx: number,
    N: number,
    nIn: number,
    nOut: number,
    relu: number,
  ): void;
  adam(p: number, g: number, m: number, v: number, n: number, stepSize: number, rootCorrection2: number, decay: number): void;
}

const PAGE = 65536;
/** Below it lies nothing of ours: an address is never 0. */
const FIRST = 1024;

/** A memory whose blocks live as long as it does: an executor asks for all it needs and drops it as a whole. */
export class WasmMemory {
  readonly #memory: WebAssembly.Memory;
  #end = FIRST;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
  }

  /** Address of `bytes` zeroed bytes and at least 64 more to read past the end. */
  take(bytes: number): number {
    const address = this.#end;
    this.#end = Math.ceil((address + bytes + 64) / 16) * 16;
    const missing = this.#end - this.#memory.buffer.byteLength;
    if (missing > 0) this.#grow(Math.ceil(missing / PAGE));
    return address;
  }

  #grow(pages: number): void {
    try {
      this.#memory.grow(pages);
    } catch (cause) {
      throw appError('gpu-out-of-memory', { message: 'WebAssembly has no more memory' }, { cause });
    }
  }

  get sizeBytes(): number {
    return this.#end;
  }

  /** A view that holds until the next `take`. */
  float32(address: number, length: number): Float32Array {
    return new Float32Array(this.#memory.buffer, address, length);
  }

  float64(address: number, length: number): Float64Array {
    return new Float64Array(this.#memory.buffer, address, length);
  }
}

let compiled: Promise<WebAssembly.Module> | undefined;

function compile(): Promise<WebAssembly.Module> {
  compiled ??= WebAssembly.compile(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
  return compiled;
}

export interface Kernels {
  readonly functions: KernelFunctions;
  readonly memory: WasmMemory;
}

/** The kernels on a fresh memory. Rejects where WebAssembly SIMD is missing. */
export async function startKernels(): Promise<Kernels> {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536 });
  const abort = (): never => {
    throw new Error('A WebAssembly kernel stopped.');
  };
  const instance = await WebAssembly.instantiate(await compile(), { env: { memory, abort } });
  return { functions: instance.exports as unknown as KernelFunctions, memory: new WasmMemory(memory) };
}

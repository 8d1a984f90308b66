/** @file The compiled SIMD kernels as typed calls on one growing memory. Addresses are in bytes, 16-aligned. */
import { appError } from '../base/errors';
import type { Crew } from './crew';
import { type KernelFunctions, sharedKernels, type TeamFunctions } from './functions';
import { plain, relaxed } from './kernels.as.ts?wasm';
import { shared } from './team';

const PAGE = 65536;
/** Bytes that a WebAssembly memory can have. */
export const HEAP_BYTES = 65536 * PAGE;
/** Kernels read whole vectors: up to so many bytes behind what is theirs. */
const SLACK = 64;

const aligned = (bytes: number): number => Math.ceil(bytes / 16) * 16;

/**
 * A memory of two parts: blocks that live as long as it does, and behind them the arena, whose contents hold for one call of an executor.
 * It never shrinks.
 */
export class WasmMemory {
  readonly #memory: WebAssembly.Memory;
  #end: number;
  #arena = 0;

  /** @param first address below which nothing may lie */
  constructor(memory: WebAssembly.Memory, first: number) {
    this.#memory = memory;
    this.#end = aligned(Math.max(first, 16));
  }

  /** Address of `bytes` zeroed bytes that stay. The arena moves behind them: what lies there is lost. */
  take(bytes: number): number {
    const address = this.#end;
    this.#end = aligned(address + bytes + SLACK);
    this.#reach(this.#end);
    new Uint8Array(this.#memory.buffer, address, this.#end - address).fill(0);
    return address;
  }

  /** Address of an arena of at least so many bytes. */
  arena(bytes: number): number {
    this.#arena = Math.max(this.#arena, bytes);
    this.#reach(this.#end + this.#arena + SLACK);
    return this.#end;
  }

  #reach(end: number): void {
    const missing = end - this.#memory.buffer.byteLength;
    if (missing <= 0) return;
    try {
      this.#memory.grow(Math.ceil(missing / PAGE));
    } catch (cause) {
      throw appError('gpu-out-of-memory', { message: 'WebAssembly has no more memory' }, { cause });
    }
  }

  /** Bytes held, the arena included. */
  get sizeBytes(): number {
    return this.#end + this.#arena;
  }

  /** Views hold until the memory grows. */
  float32(address: number, length: number): Float32Array {
    return new Float32Array(this.#memory.buffer, address, length);
  }

  float64(address: number, length: number): Float64Array {
    return new Float64Array(this.#memory.buffer, address, length);
  }

  uint32(address: number, length: number): Uint32Array {
    return new Uint32Array(this.#memory.buffer, address, length);
  }
}

/** The kernels compiled: with relaxed SIMD (`madd.as.ts`) or without. */
export type Compiled = () => Promise<WebAssembly.Module>;

function compiled(base64: string): Compiled {
  let module: Promise<WebAssembly.Module> | undefined;
  return () => {
    module ??= WebAssembly.compile(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
    return module;
  };
}

export const plainKernels = compiled(plain);
const relaxedKernels = compiled(relaxed);

/** The faster ones, if the browser knows their instructions. */
export const bestKernels: Compiled = () => relaxedKernels().catch(plainKernels);

export class Kernels {
  readonly functions: KernelFunctions;
  readonly memory: WasmMemory;
  /** Of the team that does the work. */
  readonly threads: number;
  readonly #dissolve: () => void;
  #released = false;

  constructor(functions: KernelFunctions, memory: WasmMemory, threads: number, dissolve: () => void) {
    this.functions = functions;
    this.memory = memory;
    this.threads = threads;
    this.#dissolve = dissolve;
  }

  get released(): boolean {
    return this.#released;
  }

  /** Lets the helpers go. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#dissolve();
  }
}

/** As large as it may become. Some browsers reserve that at once, and small devices have less room for it. */
function sharedMemory(): WebAssembly.Memory {
  for (let maximum = HEAP_BYTES / PAGE; ; maximum /= 2) {
    try {
      return new WebAssembly.Memory({ initial: 64, maximum, shared: true });
    } catch (error) {
      if (maximum <= 4096) throw error;
    }
  }
}

/** The kernels on a fresh memory that a team of the crew shares. Rejects where WebAssembly SIMD or threads are missing. */
export async function startKernels(crew: Crew, kernels = bestKernels): Promise<Kernels> {
  const memory = sharedMemory();
  const abort = (): never => {
    throw new Error('A WebAssembly kernel stopped.');
  };
  const module = await kernels();
  const instance = await WebAssembly.instantiate(module, { env: { memory, abort } });
  const functions = instance.exports as unknown as KernelFunctions & TeamFunctions;
  const heap = new WasmMemory(memory, functions.firstFree());
  const { threads } = crew;
  const at = heap.take(functions.teamBytes(threads));
  functions.join(at, 0, threads);
  if (threads === 1) return new Kernels(functions, heap, 1, () => {});
  await crew.hire({ module, memory, at, names: sharedKernels });
  return new Kernels(shared(functions, memory), heap, threads, () => functions.dissolve());
}

/**
 * @file Which backend does the work, and why. A real graphics adapter: WebGPU. Without one: our WebAssembly kernels, which are many
 * times faster than TensorFlow.js' own and than WebGPU on a software adapter (src/cli/bench/RESULTS.md). `cpu` is the reference.
 */
import { AppError, appError } from '../base/errors';
import { alone, type Crew } from '../wasm/crew';
import type { BackendInfo, BackendName, ExecutorFactory, KernelTrials, MemoryEstimate } from './executor';
import { wasmBackend, wasmExecutor } from './wasm/executor';
import { wasmMemory } from './wasm/memory-need';

export type BackendChoice = BackendName | 'auto';

export interface ChosenBackend {
  /** Of the backend that does the work now. */
  readonly info: BackendInfo;
  readonly createExecutor: ExecutorFactory;
  /** Absent where it is not known beforehand. */
  readonly memoryOf?: MemoryEstimate;
  /** Absent where there is one kernel for each row. */
  readonly trials?: KernelTrials | undefined;
  /** True when the processor stands in for a graphics device that could not be had: the next command may ask for it again. */
  readonly standsIn: boolean;
}

type Adapter = Pick<GPUAdapter, 'info'>;

const softwareNames = /swiftshader|llvmpipe|lavapipe|basic render/i;

function isSoftware({ info }: Adapter): boolean {
  return (
    info.isFallbackAdapter === true ||
    softwareNames.test(`${info.vendor} ${info.architecture} ${info.device} ${info.description}`)
  );
}

async function findAdapter(): Promise<Adapter | null> {
  try {
    return (await globalThis.navigator?.gpu?.requestAdapter({ powerPreference: 'high-performance' })) ?? null;
  } catch {
    return null;
  }
}

function wasm(crew: Crew, reason: string, standsIn = false): ChosenBackend {
  const memoryOf: MemoryEstimate = (request) => wasmMemory(request, crew.threads);
  return {
    get info() {
      return wasmBackend(crew, reason);
    },
    standsIn,
    createExecutor: wasmExecutor(reason, crew),
    memoryOf,
  };
}

const because = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The graphics device; once it is lost and no other can be had, the processor. Throws when there is none to begin with. */
async function webgpu(reason: string, crew: Crew): Promise<ChosenBackend> {
  const { openWebgpu } = await import('./webgpu/backend');
  const opened = await openWebgpu(reason);
  let substitute: ChosenBackend | undefined;
  return {
    get info() {
      return substitute?.info ?? opened.info;
    },
    get standsIn() {
      return substitute !== undefined;
    },
    get memoryOf() {
      return substitute?.memoryOf ?? opened.memoryOf;
    },
    get trials() {
      return substitute === undefined ? opened.trials : undefined;
    },
    createExecutor: async (request) => {
      if (substitute !== undefined) return substitute.createExecutor(request);
      try {
        return await opened.createExecutor(request);
      } catch (error) {
        if (!(error instanceof AppError) || !['gpu-none', 'backend-unavailable'].includes(error.code)) throw error;
        substitute = wasm(
          crew,
          `The graphics device was lost and the browser gives no other, so the processor does the work. ${error.message}`,
          true,
        );
        return substitute.createExecutor(request);
      }
    },
  };
}

async function cpu(reason: string): Promise<ChosenBackend> {
  const { tfjsExecutor } = await import('./tfjs/executor');
  const info: BackendInfo = {
    name: 'cpu',
    adapter: 'TensorFlow.js, plain JavaScript',
    software: true,
    limits: {},
    half: false,
    reason,
  };
  return { info, createExecutor: tfjsExecutor('cpu', { reason }), standsIn: false };
}

/** Our WebAssembly kernels, for a reason that the person should know. */
export function processor(crew: Crew, reason: string): ChosenBackend {
  return wasm(crew, reason);
}

/** Opens a backend. Throws `backend-unavailable` when one is asked for by name that this browser does not have; `auto` always finds one. */
export async function chooseBackend(choice: BackendChoice, crew = alone): Promise<ChosenBackend> {
  if (choice === 'cpu') return cpu('Plain JavaScript was asked for: slow, the reference of the others.');
  if (choice === 'wasm') return wasm(crew, 'WebAssembly was asked for.');
  const adapter = await findAdapter();
  if (choice === 'webgpu') {
    if (adapter === null) throw appError('backend-unavailable', { backend: 'webgpu', reason: 'no graphics adapter was found' });
    return webgpu('WebGPU was asked for.', crew);
  }
  if (adapter === null)
    return wasm(crew, 'This browser offers no WebGPU adapter, so the processor does the work, with SIMD instructions.');
  if (isSoftware(adapter)) {
    return wasm(crew, 'The only WebGPU adapter is software; our WebAssembly kernels are faster on the processor than it is.');
  }
  return orProcessor(() => webgpu('A graphics adapter was found.', crew), crew);
}

/** The graphics device, or the processor with what kept the device from being opened. */
export async function orProcessor(open: () => Promise<ChosenBackend>, crew: Crew): Promise<ChosenBackend> {
  try {
    return await open();
  } catch (error) {
    return wasm(crew, `The graphics device could not be opened, so the processor does the work. ${because(error)}`, true);
  }
}

/**
 * @file Which backend does the work, and why. A real graphics adapter: WebGPU. Without one: our WebAssembly kernels, which are many
 * times faster than TensorFlow.js' own and than WebGPU on a software adapter (README, "Benchmarks"). `cpu` is the reference.
 */
import { appError } from '../base/errors';
import type { BackendInfo, BackendName, ExecutorFactory } from './executor';
import { wasmBackend, wasmCanRun, wasmExecutor } from './wasm-executor';

export type BackendChoice = BackendName | 'auto';

export interface ChosenBackend {
  readonly info: BackendInfo;
  readonly createExecutor: ExecutorFactory;
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

function wasm(reason: string): ChosenBackend {
  const own = wasmExecutor(reason);
  return {
    info: { ...wasmBackend, reason },
    createExecutor: async (request) => {
      if (wasmCanRun(request.spec)) return own(request);
      const { tfjsExecutor } = await import('./tfjs-executor');
      return tfjsExecutor('cpu', { reason })(request);
    },
  };
}

async function webgpu(reason: string): Promise<ChosenBackend> {
  const { openWebgpu } = await import('./webgpu-backend');
  return openWebgpu(reason);
}

async function cpu(reason: string): Promise<ChosenBackend> {
  const { tfjsExecutor } = await import('./tfjs-executor');
  const info: BackendInfo = {
    name: 'cpu',
    adapter: 'TensorFlow.js, plain JavaScript',
    software: true,
    limits: {},
    half: false,
    reason,
  };
  return { info, createExecutor: tfjsExecutor('cpu', { reason }) };
}

/** Opens a backend. Throws `backend-unavailable` when one is asked for by name that this browser does not have. */
export async function chooseBackend(choice: BackendChoice): Promise<ChosenBackend> {
  if (choice === 'cpu') return cpu('Plain JavaScript was asked for: slow, the reference of the others.');
  if (choice === 'wasm') return wasm('WebAssembly was asked for.');
  const adapter = await findAdapter();
  if (choice === 'webgpu') {
    if (adapter === null) throw appError('backend-unavailable', { backend: 'webgpu', reason: 'no graphics adapter was found' });
    return webgpu('WebGPU was asked for.');
  }
  if (adapter === null)
    return wasm('This browser offers no WebGPU adapter, so the processor does the work, with SIMD instructions.');
  if (isSoftware(adapter)) {
    return wasm('The only WebGPU adapter is software; our WebAssembly kernels are faster on the processor than it is.');
  }
  return webgpu('A graphics adapter was found.');
}

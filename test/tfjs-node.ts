/** @file TensorFlow.js executors in Node. */
import path from 'node:path';
import type { ExecutorFactory } from '../src/engine/executor';
import { tfjsExecutor } from '../src/engine/tfjs/executor';

const wasmFolder = path.resolve('node_modules/@tensorflow/tfjs-backend-wasm/dist');

/** Where a file of the wasm backend lies. */
export const wasmFile = (fileName: string): string => path.join(wasmFolder, fileName);

/** Executors on the backends that need no device. */
export const nodeExecutors: Readonly<Record<'cpu' | 'wasm', ExecutorFactory>> = {
  cpu: tfjsExecutor('cpu'),
  wasm: tfjsExecutor('wasm', { wasmUrl: wasmFile }),
};

/** TensorFlow.js looks for a worker's or page's globals before it believes that there is WebGPU. */
export function offerWebgpu(gpu: GPU): void {
  Object.assign(globalThis, { WorkerGlobalScope: Object, navigator: { gpu } });
}

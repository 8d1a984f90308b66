/** @file The benchmark in Node: Dawn on a Vulkan driver. */
import os from 'node:os';
import { nodeGpu } from '../../../test/node-gpu';
import type { BenchHost } from './host';
import { openPytorch } from './pytorch';
import type { Machine } from './report';

export { openPytorch };

export function machineNow(runtime = `Node ${process.versions.node}`): Machine {
  // Windows has no load average and says zeros.
  const load = process.platform === 'win32' ? [] : os.loadavg();
  return { runtime, cores: os.availableParallelism(), load };
}

/** The adapters of Node, also as `navigator.gpu`, where TensorFlow.js looks. */
export async function offerNodeGpu(): Promise<GPU> {
  const gpu = await nodeGpu();
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  return gpu;
}

export async function nodeHost(print: (line: string) => void): Promise<BenchHost> {
  return { gpu: await offerNodeGpu(), print, machine: async () => machineNow(), openPytorch };
}

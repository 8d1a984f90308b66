/** @file The benchmark in Node: Dawn on a Vulkan driver. */
import os from 'node:os';
import '../relaxed-simd';
import { nodeCrew } from '../node-crew';
import { nodeGpu } from '../node-gpu';
import type { BenchHost } from './host';
import { openPytorch } from './pytorch';
import type { Machine } from './report';

export { openPytorch };

export function machineNow(runtime = `Node ${process.versions.node}`): Machine {
  // Windows has no load average and says zeros.
  const load = process.platform === 'win32' ? [] : os.loadavg();
  return { runtime, cores: os.availableParallelism(), load };
}

/** Gives Node the `navigator.gpu` of a browser, where TensorFlow.js looks too. */
export async function offerNodeGpu(): Promise<void> {
  const gpu = await nodeGpu();
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
}

export async function nodeHost(print: (line: string) => void): Promise<BenchHost> {
  await offerNodeGpu();
  return { print, machine: async () => machineNow(), openPytorch, crew: nodeCrew };
}

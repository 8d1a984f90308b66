/** @file Half of each goal, on problems small enough for a software adapter: a kernel that became slow is seen here. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GpuDevice } from '../../gpu/device';
import { compareNetwork } from './networks';
import { offerNodeGpu } from './node';
import { type Layer, operationRuns } from './operations';
import { openBoth } from './run';

let gpu: GpuDevice;
beforeAll(async () => {
  await offerNodeGpu();
  gpu = await openBoth();
});
afterAll(() => gpu.destroy());

const layers: readonly Layer[] = [
  { name: 'first', shape: [17, 22, 23], CI: 1, CO: 8 },
  { name: 'middle', shape: [9, 12, 15], CI: 8, CO: 16 },
  { name: 'deep', shape: [4, 5, 4], CI: 32, CO: 64 },
];

describe('on one adapter, in turns with stock TensorFlow.js', () => {
  it.each([
    ['conv', 'first', 20],
    ['conv', 'middle', 6],
    ['conv', 'deep', 3.5],
    ['filter gradient', 'first', 12.5],
    ['filter gradient', 'middle', 12.5],
    ['filter gradient', 'deep', 12.5],
    ['input gradient', 'middle', 9],
    ['input gradient', 'deep', 9],
    ['norm-relu-pool and gradient', 'first', 20],
    ['norm-relu-pool and gradient', 'middle', 20],
  ] as const)('%s of the %s layer is at least %d times faster', async (operation, layer, least) => {
    const name = `${operation} ${layer}`;
    const { ratio } = await operationRuns(gpu, layers).get(name)!.run(name, 5);
    expect(ratio.median).toBeGreaterThan(least);
  });

  // Of Conv4_FC3 at 50 × 50 × 50, one step of stock alone takes 14 to 40 s: it is left to the benchmark.
  it.each([
    ['training step', 1],
    ['inference', 1],
    ['training step', 4],
  ] as const)('a whole %s of %d samples is at least 10 times faster', async (work, batch) => {
    const { comparison } = await compareNetwork(gpu, work, { architecture: 'Conv4_FC3', shape: [22, 26, 23], batch }, 3);
    expect(comparison.ratio.median).toBeGreaterThan(10);
  });
});

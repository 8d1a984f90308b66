import { describe, expect, it } from 'vitest';
import { pass } from '../../../test/executor-pass';
import { slowNetworks, smallNetworks } from '../../../test/small-networks';
import { TorchRandom } from '../../base/torch-random';
import { nodeCrew } from '../../cli/node-crew';
import { initialState } from '../../networks/initial-state';
import { constructNetwork } from '../../networks/registry';
import type { StateDict } from '../../networks/state-dict';
import { drawsFrom } from '../draws';
import { plainLoss } from '../executor';
import { wasmExecutor } from './executor';

const crews = [1, 2, 3, 4, 5, 6, 7, 8].map(nodeCrew);

/** Weights after so many steps, with dropout, on batches that end with a smaller one. */
async function train(threads: number, steps: number): Promise<StateDict> {
  const inputSize = [1, 17, 16, 19];
  const network = constructNetwork('Conv4_FC3', { inputSize, outputSize: 2, dropout: 0.5 });
  const executor = await wasmExecutor(
    'test',
    crews[threads - 1],
  )({
    network,
    state: initialState(network, new TorchRandom(0)),
    loss: plainLoss('CrossEntropyLoss'),
    optimizer: { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 1e-4 },
    batchSize: 3,
  });
  const draws = drawsFrom(new TorchRandom(9));
  for (let step = 0; step < steps; step++) {
    const n = step % 3 === 2 ? 2 : 3;
    const data = new Float32Array(n * 17 * 16 * 19);
    new TorchRandom(step).uniformFloat32(data, 0, 1);
    await executor.accumulate(
      { shape: [n, 17, 16, 19, 1], data },
      { kind: 'class', labels: Int32Array.of(0, 1, 1).subarray(0, n) },
      draws,
    );
    await executor.applyStep();
  }
  const state = await executor.readState();
  executor.dispose();
  return state;
}

// Channel scales, and values spread over voxels; the other large classes run as a team in test/networks.full.test.ts.
const withScales = slowNetworks.filter(([name]) => /^(SqueezeExcitationCNN|ResNet3D) /.test(name));

describe('a team of threads', () => {
  it('has the same bits after fifty steps, however many it is', async () => {
    const one = await train(1, 50);
    for (const threads of [2, 3, 4, 5, 6, 7, 8]) expect(await train(threads, 50), `${threads} threads`).toEqual(one);
  });

  it.each([...smallNetworks, ...withScales])('computes every bit of one thread: %s', async (_, one) => {
    const alone = await pass(wasmExecutor('test'), one);
    expect(await pass(wasmExecutor('test', crews[2]), one)).toEqual(alone);
  });

  it('says how many it is', async () => {
    const network = constructNetwork('Conv4_FC3', { inputSize: [1, 17, 17], outputSize: 2, dropout: 0 });
    const request = {
      network,
      state: initialState(network, new TorchRandom(0)),
      loss: plainLoss('CrossEntropyLoss'),
      optimizer: { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 0 },
      batchSize: 1,
    } as const;
    expect((await wasmExecutor('test', crews[2])(request)).backend.adapter).toBe('WebAssembly SIMD, 3 threads');
    expect((await wasmExecutor('test')(request)).backend.adapter).toBe('WebAssembly SIMD, 1 thread');
  });
});

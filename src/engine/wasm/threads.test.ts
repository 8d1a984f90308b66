import { describe, expect, it } from 'vitest';
import { pass } from '../../../test/executor-pass';
import { crews, oftenTeamed, trainedBy } from '../../../test/thread-cases';
import { TorchRandom } from '../../base/torch-random';
import { initialState } from '../../networks/initial-state';
import { constructNetwork } from '../../networks/registry';
import { plainLoss } from '../executor';
import { wasmExecutor } from './executor';

describe('a team of threads', () => {
  it('has the same bits after fifty steps, however many it is', async () => {
    const one = await trainedBy(1, 50);
    // All numbers up to 8: test/networks.full.test.ts.
    for (const threads of [2, 3, 8]) expect(await trainedBy(threads, 50), `${threads} threads`).toEqual(one);
  });

  it.each(oftenTeamed)('computes every bit of one thread: %s', async (_, one) => {
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

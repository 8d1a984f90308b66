import { describe, expect, it } from 'vitest';
import type { AppError } from '../src/base/errors';
import { TorchRandom } from '../src/base/torch-random';
import { nodeCrew } from '../src/cli/node-crew';
import { plainLoss } from '../src/engine/executor';
import { wasmExecutor } from '../src/engine/wasm/executor';
import { initialState } from '../src/networks/initial-state';
import { constructNetwork } from '../src/networks/registry';
import { alone } from '../src/wasm/crew';
import { plainKernels } from '../src/wasm/kernels';
import { expectEqualPasses, pass } from './executor-pass';
import { expectEqualExplanations, explained, largeExplained, places } from './explain-cases';
import { expectCaseToMatch, isHuge, otherCases } from './network-cases';
import { slowNetworks, smallNetworks } from './small-networks';
import { nodeExecutors } from './tfjs-node';
import { crews, otherTeamed, trainedBy } from './thread-cases';

// The huge ones: src/engine/wasm/huge-networks.test.ts, test/huge-networks.full.test.ts and test/webgpu.full.test.ts.
describe('tfjsExecutor on cpu', () => {
  it.each(otherCases.filter((one) => !isHuge(one)))(
    'gives the outputs, losses, gradients, statistics and Adam step of PyTorch: %s',
    async (_, network, one) => {
      await expectCaseToMatch(network, one, nodeExecutors.cpu);
    },
  );
});

describe('networks on the WebAssembly kernels', () => {
  it.each(otherCases.filter(([title]) => !title.endsWith(' full')))(
    'give those numbers without relaxed SIMD: %s',
    async (_, network, one) => {
      await expectCaseToMatch(network, one, wasmExecutor('test', alone, plainKernels));
    },
  );

  it.each([...smallNetworks, ...slowNetworks])('have the gradients of tf.grads on an input of odd size: %s', async (_, one) => {
    expectEqualPasses(await pass(wasmExecutor('test', nodeCrew(3)), one), await pass(nodeExecutors.cpu, one), 1e-5, one);
  });
});

describe('gradients in evaluation mode of the larger networks', () => {
  it.each(largeExplained)('are those of TensorFlow.js, at the input and inside: %s', async (_, network) => {
    for (const at of places(network))
      expectEqualExplanations(
        await explained(wasmExecutor('test'), network, at, 1),
        await explained(nodeExecutors.cpu, network, at, 1),
        1e-5,
      );
  });
});

describe('a team of threads', () => {
  it.each([4, 5, 6, 7])('of %d has the bits of one after fifty steps', async (threads) => {
    expect(await trainedBy(threads, 50)).toEqual(await trainedBy(1, 50));
  });

  it.each(otherTeamed)('computes every bit of one thread: %s', async (_, one) => {
    expect(await pass(wasmExecutor('test', crews[2]), one)).toEqual(await pass(wasmExecutor('test'), one));
  });
});

it('the batch that a refusal names fits into the memory of WebAssembly, and a prediction takes less', async () => {
  const network = constructNetwork('AE_Conv5_FC3', { inputSize: [1, 169, 208, 179] });
  const request = {
    network,
    state: initialState(network, new TorchRandom(0)),
    loss: plainLoss('MSELoss'),
    optimizer: { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 0 },
  } as const;
  const open = wasmExecutor('test');
  const refused = await open({ ...request, batchSize: 32 }).catch((error: unknown) => error);
  const largest = Number(/batch size to (\d+)/.exec((refused as AppError).hint)![1]);
  (await open({ ...request, batchSize: largest })).dispose();
  await expect(open({ ...request, batchSize: largest + 1 })).rejects.toMatchObject({ code: 'heap-batch' });
  (await open({ ...request, batchSize: largest + 1, predictOnly: true })).dispose();
});

import { describe, it } from 'vitest';
import { expectEqualPasses, pass } from '../../../test/executor-pass';
import { expectCaseToMatch, networkCases } from '../../../test/network-cases';
import { smallNetworks } from '../../../test/small-networks';
import { nodeExecutors } from '../../../test/tfjs-node';
import { wasmExecutor } from './executor';

describe('networks on the WebAssembly kernels', () => {
  it.each(networkCases)(
    'give the outputs, losses, gradients, statistics and Adam step of PyTorch: %s',
    async (_, network, one) => {
      await expectCaseToMatch(network, one, wasmExecutor('test'));
    },
    180_000,
  );

  it.each(smallNetworks)('have the gradients of tf.grads on an input of odd size: %s', async (_, one) => {
    expectEqualPasses(await pass(wasmExecutor('test'), one), await pass(nodeExecutors.cpu, one), 1e-5);
  });
});

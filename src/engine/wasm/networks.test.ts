import { describe, it } from 'vitest';
import { expectCaseToMatch, networkCases } from '../../../test/network-cases';
import { wasmExecutor } from './executor';

describe('networks on the WebAssembly kernels', () => {
  it.each(networkCases)(
    'give the outputs, losses, gradients, statistics and Adam step of PyTorch: %s',
    async (_, network, one) => {
      await expectCaseToMatch(network, one, wasmExecutor('test'));
    },
  );
});

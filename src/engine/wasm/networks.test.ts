import { describe, it } from 'vitest';
import { expectCaseToMatch, goldenNetworks, networkCases } from '../../../test/network-cases';
import { wasmExecutor } from './executor';

describe.each(goldenNetworks)('%s on the WebAssembly kernels', (network) => {
  it.each(networkCases(network).map((one) => [one.name, one] as const))(
    'gives PyTorch’s outputs, losses, gradients, statistics and step: %s',
    async (_, one) => {
      await expectCaseToMatch(network, one, wasmExecutor('test'));
    },
  );
});

import { describe, it } from 'vitest';
import { expectCaseToMatch, isHuge, isLarge, networkCases } from './network-cases';
import { nodeExecutors } from './tfjs-node';

// The huge ones: src/engine/wasm/networks.test.ts and test/webgpu.full.test.ts.
describe('tfjsExecutor on cpu', () => {
  it.each(networkCases.filter((one) => isLarge(one) && !isHuge(one)))(
    'gives the outputs, losses, gradients, statistics and Adam step of PyTorch: %s',
    async (_, network, one) => {
      await expectCaseToMatch(network, one, nodeExecutors.cpu);
    },
  );
});

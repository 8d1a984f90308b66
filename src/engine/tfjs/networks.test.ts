import { describe, it } from 'vitest';
import { chosenCases, expectCaseToMatch } from '../../../test/network-cases';
import { nodeExecutors } from '../../../test/tfjs-node';

// The large ones: test/networks.full.test.ts.
describe('tfjsExecutor on cpu', () => {
  it.each(chosenCases)(
    'gives the outputs, losses, gradients, statistics and Adam step of PyTorch: %s',
    async (_, network, one) => {
      await expectCaseToMatch(network, one, nodeExecutors.cpu);
    },
  );
});

import { describe, it } from 'vitest';
import { expectCaseToMatch, isLarge, networkCases } from './network-cases';
import { nodeExecutors } from './tfjs-node';

describe('tfjsExecutor on cpu', () => {
  it.each(networkCases.filter(isLarge))(
    'gives the outputs, losses, gradients, statistics and Adam step of PyTorch: %s',
    async (_, network, one) => {
      await expectCaseToMatch(network, one, nodeExecutors.cpu);
    },
  );
});

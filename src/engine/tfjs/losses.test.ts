import { describe, it } from 'vitest';
import { expectLossToMatch, lossCases } from '../../../test/loss-cases';
import { nodeExecutors } from '../../../test/tfjs-node';

describe('losses on cpu', () => {
  it.each(lossCases)('have the value and the gradients of PyTorch: %s', async (_, one) => {
    await expectLossToMatch(one, nodeExecutors.cpu);
  });
});

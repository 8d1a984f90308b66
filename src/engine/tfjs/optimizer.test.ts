import { describe, it } from 'vitest';
import { expectStepsToMatch, optimizerCases } from '../../../test/optimizer-cases';
import { nodeExecutors } from '../../../test/tfjs-node';

describe('optimisers on cpu', () => {
  it.each(optimizerCases)('make the steps of PyTorch, and go on from what was written: %s', async (_, one) => {
    await expectStepsToMatch(one, nodeExecutors.cpu);
  });
});

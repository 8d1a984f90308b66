import { describe, it } from 'vitest';
import { expectStepsToMatch, optimizerCases } from '../../../test/optimizer-cases';
import { wasmExecutor } from './executor';

describe('optimisers on the WebAssembly kernels', () => {
  it.each(optimizerCases)('make the steps of PyTorch, and go on from what was written: %s', async (_, one) => {
    await expectStepsToMatch(one, wasmExecutor('test'));
  });
});

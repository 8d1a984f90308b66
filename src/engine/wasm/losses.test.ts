import { describe, it } from 'vitest';
import { expectLossToMatch, lossCases } from '../../../test/loss-cases';
import { wasmExecutor } from './executor';

describe('losses on the WebAssembly kernels', () => {
  it.each(lossCases)('have the value and the gradients of PyTorch: %s', async (_, one) => {
    await expectLossToMatch(one, wasmExecutor('test'));
  });
});

import { describe, expect, it } from 'vitest';
import { chosenCases, expectCaseToMatch, isHuge, networkCases } from '../../../test/network-cases';
import { alone } from '../../wasm/crew';
import { bestKernels, plainKernels } from '../../wasm/kernels';
import { wasmExecutor } from './executor';

describe('networks on the WebAssembly kernels', () => {
  // The huge ones: huge-networks.test.ts, so that two processors share them.
  it.each(networkCases.filter((one) => !isHuge(one)))(
    'give the outputs, losses, gradients, statistics and Adam step of PyTorch: %s',
    async (_, network, one) => {
      await expectCaseToMatch(network, one, wasmExecutor('test'));
    },
  );

  // The others: test/networks.full.test.ts.
  it.each(chosenCases)('the same without relaxed SIMD: %s', async (_, network, one) => {
    await expectCaseToMatch(network, one, wasmExecutor('test', alone, plainKernels));
  });

  it('relaxed SIMD is used where there is any', async () => {
    expect(await bestKernels()).not.toBe(await plainKernels());
  });
});

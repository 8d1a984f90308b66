import { describe, expect, it } from 'vitest';
import { expectCaseToMatch, networkCases } from '../../../test/network-cases';
import { alone } from '../../wasm/crew';
import { bestKernels, plainKernels } from '../../wasm/kernels';
import { wasmExecutor } from './executor';

const small = networkCases.filter(([title]) => !title.endsWith(' full'));

describe('networks on the WebAssembly kernels', () => {
  it.each(networkCases)(
    'give the outputs, losses, gradients, statistics and Adam step of PyTorch: %s',
    async (_, network, one) => {
      await expectCaseToMatch(network, one, wasmExecutor('test'));
    },
  );

  it.each(small)('the same without relaxed SIMD: %s', async (_, network, one) => {
    await expectCaseToMatch(network, one, wasmExecutor('test', alone, plainKernels));
  });

  it('relaxed SIMD is used where there is any', async () => {
    expect(await bestKernels()).not.toBe(await plainKernels());
  });
});

import { describe, expect, it } from 'vitest';
import { expectCaseToMatch, networkCases } from '../../test/network-cases';
import { buildNetwork } from './registry';
import { wasmCanRun, wasmExecutor } from './wasm-executor';

for (const network of ['Conv4_FC3', 'Conv5_FC3']) {
  describe(`${network} on the WebAssembly kernels`, () => {
    for (const one of networkCases(network)) {
      it(`gives PyTorch's outputs, gradients, statistics and Adam step: ${one.name}`, async () => {
        await expectCaseToMatch(network, one, wasmExecutor('test'));
      });
    }
  });
}

describe('what the WebAssembly kernels can run', () => {
  it('is not a network whose channels are no multiple of 8', () => {
    const spec = buildNetwork('Conv4_FC3', { inputSize: [1, 20, 20, 20], outputSize: 2, dropout: 0 });
    expect(wasmCanRun(spec)).toBe(true);
    const blocks = spec.blocks.map((block) => (block.kind === 'conv-block' ? { ...block, outChannels: 12 } : block));
    expect(wasmCanRun({ ...spec, blocks })).toBe(false);
  });
});

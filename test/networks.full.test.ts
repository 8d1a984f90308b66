import { describe, it } from 'vitest';
import { nodeCrew } from '../src/cli/node-crew';
import { wasmExecutor } from '../src/engine/wasm/executor';
import { alone } from '../src/wasm/crew';
import { plainKernels } from '../src/wasm/kernels';
import { expectEqualPasses, pass } from './executor-pass';
import { expectCaseToMatch, isHuge, otherCases } from './network-cases';
import { slowNetworks, smallNetworks } from './small-networks';
import { nodeExecutors } from './tfjs-node';

// The huge ones: src/engine/wasm/networks.test.ts and test/webgpu.full.test.ts.
describe('tfjsExecutor on cpu', () => {
  it.each(otherCases.filter((one) => !isHuge(one)))(
    'gives the outputs, losses, gradients, statistics and Adam step of PyTorch: %s',
    async (_, network, one) => {
      await expectCaseToMatch(network, one, nodeExecutors.cpu);
    },
  );
});

describe('networks on the WebAssembly kernels', () => {
  it.each(otherCases.filter(([title]) => !title.endsWith(' full')))(
    'give those numbers without relaxed SIMD: %s',
    async (_, network, one) => {
      await expectCaseToMatch(network, one, wasmExecutor('test', alone, plainKernels));
    },
  );

  it.each([...smallNetworks, ...slowNetworks])('have the gradients of tf.grads on an input of odd size: %s', async (_, one) => {
    expectEqualPasses(await pass(wasmExecutor('test', nodeCrew(3)), one), await pass(nodeExecutors.cpu, one), 1e-5);
  });
});

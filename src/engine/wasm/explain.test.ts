import { describe, expect, it } from 'vitest';
import { expectEqualExplanations, explained, explainedNetworks, places } from '../../../test/explain-cases';
import { nodeExecutors } from '../../../test/tfjs-node';
import { microBatches } from '../micro-batch';
import { wasmExecutor } from './executor';

describe('gradients in evaluation mode on the WebAssembly kernels', () => {
  it.each(explainedNetworks)('are those of TensorFlow.js, at the input and inside: %s', async (_, network) => {
    for (const at of places(network))
      expectEqualExplanations(
        await explained(wasmExecutor('test'), network, at),
        await explained(nodeExecutors.cpu, network, at),
        1e-5,
      );
  });

  it('do not depend on how many samples come at a time', async () => {
    const [, network] = explainedNetworks[0];
    expect(await explained(microBatches(wasmExecutor('test'), 1), network, 0)).toEqual(
      await explained(wasmExecutor('test'), network, 0),
    );
  });

  it('are not to be had from an executor that was made for something else', async () => {
    const [, network] = explainedNetworks[3];
    await expect(explained((request) => wasmExecutor('test')({ ...request, explain: undefined }), network, 0)).rejects.toThrow(
      'not made for explanations',
    );
  });
});

import { afterAll, beforeAll, describe, it } from 'vitest';
import { expectEqualExplanations, explained, explainedNetworks, places } from '../../../test/explain-cases';
import { nodeGpu } from '../../cli/node-gpu';
import { type GpuDevice, openDevice } from '../../gpu/device';
import { wasmExecutor } from '../wasm/executor';
import { webgpuExecutor } from './executor';

let gpu: GpuDevice;
beforeAll(async () => {
  gpu = await openDevice(await nodeGpu());
});
afterAll(() => gpu.destroy());

describe('gradients in evaluation mode on WebGPU', () => {
  it.each(explainedNetworks)('are those of WebAssembly, at the input and inside: %s', async (_, network) => {
    for (const at of places(network))
      expectEqualExplanations(
        await explained(webgpuExecutor(gpu), network, at),
        await explained(wasmExecutor('test'), network, at),
        1e-4,
      );
  });

  it('are the same where the first convolution would be computed in slabs', async () => {
    const [, network] = explainedNetworks[0];
    const [slabs, whole] = [webgpuExecutor(gpu, { slabBytes: 1 }), webgpuExecutor(gpu)];
    for (const at of [0, places(network).at(-1)!])
      expectEqualExplanations(await explained(slabs, network, at), await explained(whole, network, at), 1e-6);
  });
});

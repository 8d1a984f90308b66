import { describe, expect, it } from 'vitest';
import { relativeDifference } from '../../../test/convolution-cases';
import { expectCaseToMatch, networkCases } from '../../../test/network-cases';
import { nodeExecutors } from '../../../test/tfjs-node';
import { TorchRandom } from '../../base/torch-random';
import { initialState } from '../../networks/initial-state';
import { buildNetwork } from '../../networks/registry';
import { noDraws } from '../draws';
import { plainLoss } from '../executor';
import type { NetworkSpec } from '../legacy/blocks';
import { wasmCanRun, wasmExecutor } from './executor';

for (const network of ['Conv4_FC3', 'Conv5_FC3', 'Stride_Conv5_FC3']) {
  describe(`${network} on the WebAssembly kernels`, () => {
    for (const one of networkCases(network)) {
      it(`gives PyTorch's outputs, gradients, statistics and Adam step: ${one.name}`, async () => {
        await expectCaseToMatch(network, one, wasmExecutor('test'));
      });
    }
  });
}

describe('strides and pools', () => {
  it('go together, and a block may have neither: outputs, loss and gradients of the TensorFlow.js composition', async () => {
    const spec: NetworkSpec = {
      architecture: 'mixed',
      inputSize: [3, 9, 13, 10],
      outputSize: 2,
      blocks: [
        { kind: 'conv-block', conv: 'c.0', norm: 'c.1', inChannels: 3, outChannels: 8, stride: 2, pool: true },
        { kind: 'conv-block', conv: 'c.2', norm: 'c.3', inChannels: 8, outChannels: 16, stride: 1, pool: false },
        { kind: 'conv-block', conv: 'c.4', norm: 'c.5', inChannels: 16, outChannels: 8, stride: 2, pool: false },
        { kind: 'flatten' },
        { kind: 'linear', name: 'l.0', inFeatures: 8 * 2 * 2 * 2, outFeatures: 2, relu: false },
      ],
    };
    const data = new Float32Array(2 * 9 * 13 * 10 * 3);
    new TorchRandom(5).uniformFloat32(data, -1, 1);
    const input = { shape: [2, 9, 13, 10, 3], data };
    const results = [];
    for (const factory of [wasmExecutor('test'), nodeExecutors.cpu]) {
      const optimizer = { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 0 } as const;
      const executor = await factory({
        network: spec,
        state: initialState(spec, new TorchRandom(0)),
        loss: plainLoss('CrossEntropyLoss'),
        optimizer,
        batchSize: 2,
      });
      const target = { kind: 'class', loss: 'CrossEntropyLoss', labels: Int32Array.of(0, 1) } as const;
      await executor.accumulate(input, target, () => new Float32Array(0));
      await executor.applyStep();
      const moments = [...(await executor.readOptimizer())].filter(([name]) => !/^c.*bias$/.test(name) || /c\.[135]/.test(name));
      const values = moments.flatMap(([, { exp_avg }]) => Array.from(exp_avg));
      results.push({ loss: await executor.takeLosses(), values, outputs: Array.from(await executor.predict(input, noDraws)) });
    }
    const [found, expected] = results;
    expect(relativeDifference(found.loss, expected.loss)).toBeLessThan(1e-5);
    expect(relativeDifference(found.values, expected.values)).toBeLessThan(1e-5);
    expect(relativeDifference(found.outputs, expected.outputs)).toBeLessThan(1e-4);
  });
});

describe('what the WebAssembly kernels can run', () => {
  it('is not a network whose channels are no multiple of 8', () => {
    const spec = buildNetwork('Conv4_FC3', { inputSize: [1, 20, 20, 20], outputSize: 2, dropout: 0 });
    expect(wasmCanRun(spec)).toBe(true);
    const blocks = spec.blocks.map((block) => (block.kind === 'conv-block' ? { ...block, outChannels: 12 } : block));
    expect(wasmCanRun({ ...spec, blocks })).toBe(false);
  });
});

/** @file Every network as an ONNX file: ONNX Runtime computes from it what our kernels do. */
import { InferenceSession, Tensor } from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { noise, stateOf } from '../../test/executor-pass';
import { slowNetworks, smallNetworks } from '../../test/small-networks';
import { product } from '../base/shape';
import { plainLoss } from '../engine/executor';
import { wasmExecutor } from '../engine/wasm/executor';
import { writeOnnx } from '../formats/onnx';
import { onnxGraph } from './onnx';
import { constructNetwork } from './registry';

/** [n, …space, c] of [n, c, …space]. */
function channelsLast(data: Float32Array, [, c, ...space]: readonly number[]): Float32Array<ArrayBuffer> {
  const voxels = product(space);
  return Float32Array.from(data, (_, i) => {
    const [sample, voxel, channel] = [Math.floor(i / (c * voxels)), Math.floor(i / c) % voxels, i % c];
    return data[(sample * c + channel) * voxels + voxel];
  });
}

const unet = constructNetwork('GeneratorUNet', { inputSize: [1, 64, 64, 64] });
// Of the smallest input its deepest norm sees two values, which rounding decides.
const cases = [
  ...smallNetworks,
  ...slowNetworks,
  ['GeneratorUNet 1×64×64×64', { network: unet, loss: 'MSELoss' }] as const,
].filter(([title]) => title !== 'GeneratorUNet 1×32×32×64');

describe('an ONNX file', () => {
  it.each(cases)('of %s gives our outputs', async (_, { network, loss }) => {
    const n = 2;
    const [c, ...space] = network.inputSize;
    const state = stateOf(network);
    const shape = [n, ...network.inputSize];
    const input = noise(product(shape), 3, 0, 1);
    const executor = await wasmExecutor('')({
      network,
      state,
      loss: plainLoss(loss),
      optimizer: { optimizer: 'SGD', learning_rate: 0, weight_decay: 0 },
      batchSize: n,
      predictOnly: true,
    });
    // Nothing is drawn in the file.
    const quiet = ({ size }: { readonly size: number }) => new Float32Array(size);
    const ours = await executor.predict({ shape: [n, ...space, c], data: channelsLast(input, shape) }, quiet);
    executor.dispose();
    const graph = onnxGraph(network, state);
    const bytes = writeOnnx({ graph, producer: { name: 'test', version: '0' }, description: '', metadata: {} });
    const session = await InferenceSession.create(bytes);
    const theirs = await session.run({ input: new Tensor('float32', input, shape) });
    expect(Object.keys(theirs)).toEqual(Object.keys(ours));
    for (const [name, values] of Object.entries(ours)) {
      const found = theirs[name];
      expect(found.dims).toEqual([n, ...network.graph.nodes[network.graph.outputs[name]].shape]);
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const difference = values.reduce((most, value, i) => Math.max(most, Math.abs(value - Number(found.data[i]))), 0);
      expect(difference, name).toBeLessThanOrEqual(1e-5 * largest);
    }
    await session.release();
  });
});

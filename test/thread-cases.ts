/** @file Trainings and networks that a team of threads must compute to the bit of one thread. */
import { TorchRandom } from '../src/base/torch-random';
import { nodeCrew } from '../src/cli/node-crew';
import { drawsFrom } from '../src/engine/draws';
import { plainLoss } from '../src/engine/executor';
import { wasmExecutor } from '../src/engine/wasm/executor';
import { initialState } from '../src/networks/initial-state';
import { constructNetwork } from '../src/networks/registry';
import type { StateDict } from '../src/networks/state-dict';
import { slowNetworks, smallNetworks } from './small-networks';

/** Crews of one thread to eight. */
export const crews = [1, 2, 3, 4, 5, 6, 7, 8].map(nodeCrew);

/** A network of each kind of layer: what is run often. */
const often = /^(Conv4_FC3 1|AE_Conv5_FC3 1×37|CVAE_3D_final_conv|Stride_Conv5_FC3 1×65|Conv5_FC3_SSDA|SqueezeExcitationCNN)/;
// Channel scales, and values spread over voxels; the other large classes run as a team in test/networks.full.test.ts.
const withScales = slowNetworks.filter(([name]) => /^(SqueezeExcitationCNN|ResNet3D) /.test(name));
const all = [...smallNetworks, ...withScales];
export const oftenTeamed = all.filter(([name]) => often.test(name));
export const otherTeamed = all.filter(([name]) => !often.test(name));

/** Weights after so many steps, with dropout, on batches that end with a smaller one. */
export async function trainedBy(threads: number, steps: number): Promise<StateDict> {
  const inputSize = [1, 17, 16, 19];
  const network = constructNetwork('Conv4_FC3', { inputSize, outputSize: 2, dropout: 0.5 });
  const executor = await wasmExecutor(
    'test',
    crews[threads - 1],
  )({
    network,
    state: initialState(network, new TorchRandom(0)),
    loss: plainLoss('CrossEntropyLoss'),
    optimizer: { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 1e-4 },
    batchSize: 3,
  });
  const draws = drawsFrom(new TorchRandom(9));
  for (let step = 0; step < steps; step++) {
    const n = step % 3 === 2 ? 2 : 3;
    const data = new Float32Array(n * 17 * 16 * 19);
    new TorchRandom(step).uniformFloat32(data, 0, 1);
    await executor.accumulate(
      { shape: [n, 17, 16, 19, 1], data },
      { kind: 'class', labels: Int32Array.of(0, 1, 1).subarray(0, n) },
      draws,
    );
    await executor.applyStep();
  }
  const state = await executor.readState();
  executor.dispose();
  return state;
}

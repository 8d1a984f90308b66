/** @file Whole networks: training steps and inference of our executor beside the TensorFlow.js composition on the same device. */
import { product } from '../../base/shape';
import { TorchRandom } from '../../base/torch-random';
import { noDraws } from '../../engine/draws';
import {
  type DrawSource,
  type Executor,
  type ExecutorFactory,
  type InputTensor,
  type LossOptions,
  type OptimizerOptions,
  plainLoss,
} from '../../engine/executor';
import { lossWeights } from '../../engine/loss-weights';
import { tfjsExecutor } from '../../engine/tfjs/executor';
import { webgpuExecutor } from '../../engine/webgpu/executor';
import type { GpuDevice } from '../../gpu/device';
import { noise } from '../../gpu/kernels/example-arrays';
import type { NetworkOptions } from '../../networks/builders';
import type { Network } from '../../networks/graph';
import { initialState } from '../../networks/initial-state';
import { constructNetwork } from '../../networks/registry';
import type { StateDict } from '../../networks/state-dict';
import { type NetworkName, networkRow } from '../../vocabulary/networks';
import { type Comparison, type Contender, compare } from './timing';

export interface NetworkCase {
  readonly architecture: NetworkName;
  /** [c, h, w] or [c, d, h, w] */
  readonly inputSize: readonly number[];
  readonly batch: number;
  /** Sizes that the class reads, beside two outputs and no dropout, which would draw other masks in PyTorch. */
  readonly sizes?: Partial<NetworkOptions>;
}

const cube = [1, 50, 50, 50];

/** Sizes that stock TensorFlow.js can bear: on whole brains it would need several times the memory of most graphics cards. */
export const stockCases: readonly NetworkCase[] = [1, 4].flatMap((batch) => [
  { architecture: 'Conv5_FC3', inputSize: [1, 22, 26, 23], batch } as const,
  { architecture: 'Conv4_FC3', inputSize: cube, batch } as const,
]);

/** A slice of a brain in three channels, a region for an autoencoder, a brain at a quarter of its size. */
export const otherCases: readonly NetworkCase[] = [
  { architecture: 'resnet18', inputSize: [3, 208, 179], batch: 8 },
  { architecture: 'AE_Conv5_FC3', inputSize: [1, 64, 64, 64], batch: 1 },
  {
    architecture: 'Vanilla3DdenseVAE',
    inputSize: [1, 40, 48, 40],
    batch: 1,
    sizes: { latent_space_size: 128, feature_size: 1024, n_conv: 4, io_layer_channels: 8 },
  },
];

/** What the processor should still do well. */
export const patchCase: NetworkCase = { architecture: 'Conv4_FC3', inputSize: cube, batch: 1 };

/** Whole brains at 1 mm. */
export const brainCases: readonly NetworkCase[] = [1, 4].map((batch) => ({
  architecture: 'Conv5_FC3',
  inputSize: [1, 169, 208, 179],
  batch,
}));

export function nameOf({ architecture, inputSize: [channels, ...space], batch }: NetworkCase): string {
  return `${architecture} ${(channels === 1 ? space : [channels, ...space]).join('×')}, batch ${batch}`;
}

/** What it should do better than others. */
export const processorCases: readonly NetworkCase[] = [patchCase, { ...patchCase, batch: 4 }, brainCases[0]];

/** Noise; a seed with which no two voxels of a pool window are so close that rounding decides between them. */
export function inputOf({ inputSize: [channels, ...space], batch }: NetworkCase): InputTensor {
  return { shape: [batch, ...space, channels], data: noise(batch * channels * product(space), 2) };
}

export function labelsOf(batch: number): Int32Array {
  return Int32Array.from({ length: batch }, (_, i) => i % 2);
}

/** Cross entropy, squared errors or, for a variational network, their sums and the divergence. */
export function lossOf({ architecture }: NetworkCase): LossOptions {
  const { tasks, variational } = networkRow(architecture);
  if (variational !== undefined) return lossWeights(architecture, plainLoss('VAEGaussianLoss'));
  return plainLoss(tasks.includes('reconstruction') ? 'MSELoss' : 'CrossEntropyLoss');
}

export function networkOf({ architecture, inputSize, sizes }: NetworkCase): Network {
  return constructNetwork(architecture, { inputSize, outputSize: 2, dropout: 0, ...sizes });
}

export function initialStateOf(network: NetworkCase): StateDict {
  return initialState(networkOf(network), new TorchRandom(0));
}

export const optimizer = { optimizer: 'Adam', learning_rate: 1e-4, weight_decay: 1e-4 } as const satisfies OptimizerOptions;

/** The noise of a variational network is zero, so that PyTorch computes the same. */
const withoutNoise: DrawSource = (request) => {
  if (request.kind === 'mask') return noDraws(request);
  return new Float32Array(request.size);
};

/** @param amp store activations as f16 */
export function open(factory: ExecutorFactory, network: NetworkCase, amp = false): Promise<Executor> {
  return factory({
    network: networkOf(network),
    state: initialStateOf(network),
    loss: lossOf(network),
    optimizer,
    batchSize: network.batch,
    amp,
  });
}

/** One training step: forward, backward, Adam, and the loss read back, which waits for all of it. */
export async function stepLoss(executor: Executor, input: InputTensor): Promise<number> {
  const { tasks } = networkRow(executor.network.architecture as NetworkName);
  const target = tasks.includes('reconstruction')
    ? ({ kind: 'input' } as const)
    : ({ kind: 'class', labels: labelsOf(input.shape[0]) } as const);
  await executor.accumulate(input, target, withoutNoise);
  await executor.applyStep();
  const [loss] = await executor.takeLosses();
  if (!Number.isFinite(loss)) throw new Error(`the loss is ${loss}`);
  return loss;
}

export function trainingStep(executor: Executor, input: InputTensor): Contender {
  return { run: async () => void (await stepLoss(executor, input)) };
}

export function inference(executor: Executor, input: InputTensor): Contender {
  return { run: async () => void (await executor.predict(input, withoutNoise)) };
}

/** Work of a network, by the name of its rows. */
export const networkWork = { 'training step': trainingStep, inference } as const;

/** One kind of work of one network, and the bytes that ours holds. */
export async function compareNetwork(
  gpu: GpuDevice,
  work: keyof typeof networkWork,
  network: NetworkCase,
  rounds: number,
): Promise<{ readonly comparison: Comparison; readonly bytes: number }> {
  const stock = await open(tfjsExecutor('webgpu', { gpu }), network);
  const ours = await open(webgpuExecutor(gpu), network);
  try {
    const contender = (executor: Executor): Contender => networkWork[work](executor, inputOf(network));
    const comparison = await compare(`${work} ${nameOf(network)}`, contender(stock), contender(ours), rounds);
    return { comparison, bytes: ours.memory().bytes };
  } finally {
    stock.dispose();
    ours.dispose();
  }
}

/** @file Whole networks: training steps and inference of our executor beside the TensorFlow.js composition on the same device. */
import { TorchRandom } from '../../base/torch-random';
import { noDraws } from '../../engine/draws';
import { type Executor, type ExecutorFactory, type InputTensor, type OptimizerOptions, plainLoss } from '../../engine/executor';
import { tfjsExecutor } from '../../engine/tfjs/executor';
import { webgpuExecutor } from '../../engine/webgpu/executor';
import type { GpuDevice } from '../../gpu/device';
import { noise } from '../../gpu/kernels/example-arrays';
import type { Network } from '../../networks/graph';
import { initialState } from '../../networks/initial-state';
import { buildNetwork } from '../../networks/registry';
import type { StateDict } from '../../networks/state-dict';
import { type Comparison, type Contender, compare } from './timing';

export interface NetworkCase {
  readonly architecture: 'Conv4_FC3' | 'Conv5_FC3';
  readonly shape: readonly [number, number, number];
  readonly batch: number;
}

const cube: readonly [number, number, number] = [50, 50, 50];

/** Sizes that stock TensorFlow.js can bear: on whole brains it would need several times the memory of most graphics cards. */
export const stockCases: readonly NetworkCase[] = [1, 4].flatMap((batch) => [
  { architecture: 'Conv5_FC3', shape: [22, 26, 23], batch } as const,
  { architecture: 'Conv4_FC3', shape: cube, batch } as const,
]);

/** What the processor should still do well. */
export const patchCase: NetworkCase = { architecture: 'Conv4_FC3', shape: cube, batch: 1 };

/** Whole brains at 1 mm. */
export const brainCases: readonly NetworkCase[] = [1, 4].map((batch) => ({
  architecture: 'Conv5_FC3',
  shape: [169, 208, 179],
  batch,
}));

export function nameOf({ architecture, shape, batch }: NetworkCase): string {
  return `${architecture} ${shape.join('×')}, batch ${batch}`;
}

/** Noise; a seed with which no two voxels of a pool window are so close that rounding decides between them. */
export function inputOf({ shape, batch }: NetworkCase): InputTensor {
  const [d, h, w] = shape;
  return { shape: [batch, d, h, w, 1], data: noise(batch * d * h * w, 2) };
}

export function labelsOf(batch: number): Int32Array {
  return Int32Array.from({ length: batch }, (_, i) => i % 2);
}

/** Without dropout, which would draw other masks in PyTorch. */
export function networkOf({ architecture, shape }: NetworkCase): Network {
  return buildNetwork(architecture, { inputSize: [1, ...shape], outputSize: 2, dropout: 0 });
}

export function initialStateOf(network: NetworkCase): StateDict {
  return initialState(networkOf(network), new TorchRandom(0));
}

export const optimizer = { optimizer: 'Adam', learning_rate: 1e-4, weight_decay: 1e-4 } as const satisfies OptimizerOptions;

/** @param amp store activations as f16 */
export function open(factory: ExecutorFactory, network: NetworkCase, amp = false): Promise<Executor> {
  return factory({
    network: networkOf(network),
    state: initialStateOf(network),
    loss: plainLoss('CrossEntropyLoss'),
    optimizer,
    batchSize: network.batch,
    amp,
  });
}

/** One training step: forward, backward, Adam, and the loss read back, which waits for all of it. */
export async function stepLoss(executor: Executor, input: InputTensor): Promise<number> {
  const labels = labelsOf(input.shape[0]);
  await executor.accumulate(input, { kind: 'class', labels }, noDraws);
  await executor.applyStep();
  const [loss] = await executor.takeLosses();
  if (!Number.isFinite(loss)) throw new Error(`the loss is ${loss}`);
  return loss;
}

export function trainingStep(executor: Executor, input: InputTensor): Contender {
  return { run: async () => void (await stepLoss(executor, input)) };
}

export function inference(executor: Executor, input: InputTensor): Contender {
  return { run: async () => void (await executor.predict(input, noDraws)) };
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

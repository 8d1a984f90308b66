/** @file Whole networks: training steps and inference of our executor beside the TensorFlow.js composition on the same device. */
import { TorchRandom } from '../../base/torch-random';
import type { GpuDevice } from '../../gpu/device';
import { noise } from '../../gpu/kernels/example-arrays';
import type { Executor, ExecutorFactory, InputTensor } from '../../networks/executor';
import { initialState } from '../../networks/initial-state';
import { buildNetwork } from '../../networks/registry';
import { tfjsExecutor } from '../../networks/tfjs-executor';
import { webgpuExecutor } from '../../networks/webgpu-executor';
import { type Comparison, type Contender, compare } from './timing';

export interface NetworkCase {
  readonly architecture: 'Conv4_FC3' | 'Conv5_FC3';
  readonly shape: readonly [number, number, number];
  readonly batch: number;
}

export function networkCases(software: boolean): readonly NetworkCase[] {
  const whole: readonly [number, number, number] = software ? [22, 26, 23] : [169, 208, 179];
  const cube: readonly [number, number, number] = [50, 50, 50];
  return [1, 4].flatMap((batch) => [
    { architecture: 'Conv5_FC3', shape: whole, batch } as const,
    { architecture: 'Conv4_FC3', shape: cube, batch } as const,
  ]);
}

export function nameOf({ architecture, shape, batch }: NetworkCase): string {
  return `${architecture} ${shape.join('×')}, batch ${batch}`;
}

function noDropout(): never {
  throw new Error('no dropout in the benchmark');
}

/** Noise; a seed with which no two voxels of a pool window are so close that rounding decides between them. */
export function inputOf({ shape, batch }: NetworkCase): InputTensor {
  const [d, h, w] = shape;
  return { shape: [batch, d, h, w, 1], data: noise(batch * d * h * w, 2) };
}

export function open(factory: ExecutorFactory, { architecture, shape, batch }: NetworkCase): Promise<Executor> {
  const spec = buildNetwork(architecture, { inputSize: [1, ...shape], outputSize: 2, dropout: 0 });
  const optimizer = { optimizer: 'Adam', learning_rate: 1e-4, weight_decay: 1e-4 } as const;
  return factory({ spec, state: initialState(spec, new TorchRandom(0)), optimizer, batchSize: batch });
}

/** One training step: forward, backward, Adam, and the loss read back, which waits for all of it. */
export function trainingStep(executor: Executor, input: InputTensor): Contender {
  const labels = Int32Array.from({ length: input.shape[0] }, (_, i) => i % 2);
  return {
    run: async () => {
      await executor.accumulate(input, { kind: 'class', loss: 'CrossEntropyLoss', labels }, noDropout);
      await executor.applyStep();
      const [loss] = await executor.takeLosses();
      if (!Number.isFinite(loss)) throw new Error(`the loss is ${loss}`);
    },
  };
}

export function inference(executor: Executor, input: InputTensor): Contender {
  return { run: async () => void (await executor.predict(input)) };
}

/** Comparisons of one network: step and inference; and the bytes that ours holds. */
export async function compareNetwork(
  gpu: GpuDevice,
  one: NetworkCase,
  rounds: number,
): Promise<{ readonly comparisons: Comparison[]; readonly bytes: number }> {
  const name = nameOf(one);
  const stock = await open(tfjsExecutor('webgpu', { gpu }), one);
  const ours = await open(webgpuExecutor(gpu), one);
  const input = inputOf(one);
  const comparisons = [
    await compare(`training step ${name}`, trainingStep(stock, input), trainingStep(ours, input), rounds),
    await compare(`inference ${name}`, inference(stock, input), inference(ours, input), rounds),
  ];
  const { bytes } = ours.memory();
  stock.dispose();
  ours.dispose();
  return { comparisons, bytes };
}

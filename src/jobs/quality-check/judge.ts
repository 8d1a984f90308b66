/** @file A network of `quality-check t1-linear` at work: its body over single slices, its head over the three of an image. */
import { TorchRandom } from '../../base/torch-random';
import { drawsFrom } from '../../engine/draws';
import { type Executor, type ExecutorFactory, type ExecutorRequest, plainLoss } from '../../engine/executor';
import { channelsLast } from '../../learning/tasks/channels-first';
import { type QualityNetwork, type QualityState, qualityInputSize } from '../../networks/quality-networks';

export interface Judge {
  /** Logits of "fail" and "pass" of each image, [n, 2], from inputs [3, 224, 224]. */
  logits(images: readonly Float32Array<ArrayBuffer>[]): Promise<Float32Array<ArrayBuffer>>;
  dispose(): void;
}

export interface JudgeRequest {
  readonly network: QualityNetwork;
  readonly state: QualityState;
  /** Images at a time, at most. */
  readonly batchSize: number;
  readonly amp: boolean;
}

/** Nothing is drawn: the dropout of the head is off. */
const draws = drawsFrom(new TorchRandom(0));

export async function makeJudge(create: ExecutorFactory, { network, state, batchSize, amp }: JudgeRequest): Promise<Judge> {
  const common: Omit<ExecutorRequest, 'network' | 'state' | 'batchSize'> = {
    loss: plainLoss('CrossEntropyLoss'),
    optimizer: { optimizer: 'SGD', learning_rate: 0, weight_decay: 0 },
    predictOnly: true,
    amp,
  };
  const body = await create({ ...common, network: network.body, state: state.body, batchSize: 3 * batchSize });
  let head: Executor;
  try {
    head = await create({ ...common, network: network.head, state: state.head, batchSize });
  } catch (error) {
    body.dispose();
    throw error;
  }
  return {
    async logits(images) {
      const n = images.length;
      const slices = new Float32Array(n * images[0].length);
      for (const [i, image] of images.entries()) slices.set(image, i * image.length);
      const size = qualityInputSize;
      const { output: features } = await body.predict({ shape: [3 * n, size, size, 1], data: slices }, draws);
      // Those of three slices in PyTorch's order are the channels of one image, the first slice before.
      const [channels, rows, columns] = network.head.inputSize;
      const shape = [n, rows, columns, channels];
      return (await head.predict({ shape, data: channelsLast(features, shape) }, draws)).output;
    },
    dispose() {
      body.dispose();
      head.dispose();
    },
  };
}

/** Probability of the second of two logits, with 32 bits as PyTorch has it. */
export function passProbability(fail: number, pass: number): number {
  return Math.fround(1 / (1 + Math.exp(fail - pass)));
}

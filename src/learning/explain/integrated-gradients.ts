/** @file Integrated gradients (Sundararajan 2017) from a black image: the gradient on the way to the image, times the image. */
import type { DrawSource, Executor, InputTensor } from '../../engine/executor';
import { outputChannels, scores } from './score';

export interface Completeness {
  /** Output of the node for the image, and for black. */
  readonly output: number;
  readonly baseline: number;
  /** Sum of the map. With infinitely many steps it is output − baseline. */
  readonly sum: number;
}

export interface IntegratedGradients {
  /** [n, c, …space] */
  readonly maps: Float32Array<ArrayBuffer>;
  /** Of each sample. */
  readonly completeness: readonly Completeness[];
}

/** Midpoints of `steps` equal pieces of the way. `values`: the input in PyTorch's order. */
export async function integratedGradients(
  executor: Executor,
  input: InputTensor,
  values: Float32Array,
  node: number,
  steps: number,
  draws: DrawSource,
  onStep: () => Promise<void>,
): Promise<IntegratedGradients> {
  const n = input.shape[0];
  const channels = outputChannels(executor);
  const sums = new Float64Array(values.length);
  for (let step = 0; step < steps; step++) {
    const share = (step + 0.5) / steps;
    const scaled = input.data.map((value) => value * share);
    const { gradient } = await executor.explain({ shape: input.shape, data: scaled }, node, draws);
    for (let i = 0; i < sums.length; i++) sums[i] += gradient[i];
    await onStep();
  }
  const maps = Float32Array.from(sums, (sum, i) => (sum / steps) * values[i]);
  const outputs = async (data: Float32Array<ArrayBuffer>): Promise<number[]> => {
    const found = await executor.predict({ shape: input.shape, data }, draws);
    return scores(found.output, n, channels, node);
  };
  const [at, black] = [await outputs(input.data), await outputs(new Float32Array(input.data.length))];
  const size = maps.length / n;
  const completeness = at.map((output, sample) => {
    let sum = 0;
    for (let i = sample * size; i < (sample + 1) * size; i++) sum += maps[i];
    return { output, baseline: black[sample], sum };
  });
  return { maps, completeness };
}

/** @file The golden network cases: the same network, input and step as PyTorch's, and how close an executor must come. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { product } from '../src/base/shape';
import { TorchRandom } from '../src/base/torch-random';
import { noDraws } from '../src/engine/draws';
import { type Executor, type ExecutorFactory, type InputTensor, plainLoss } from '../src/engine/executor';
import { initialState } from '../src/networks/initial-state';
import { buildNetwork } from '../src/networks/registry';

type Summary = readonly [string, readonly number[], number, number, number, number, number];

export interface NetworkCase {
  readonly name: string;
  readonly task: 'classification' | 'regression';
  readonly args: { readonly input_size: readonly number[]; readonly output_size: number };
  readonly input_shape: readonly number[];
  readonly eval: { readonly output: { readonly values: readonly number[] } };
  readonly train: { readonly loss: number };
  readonly grads: readonly Summary[];
  readonly buffers: readonly (readonly [string, readonly number[], number, number])[];
  readonly adam: readonly (readonly [string, readonly number[], number, number, number, number])[];
}

/** Classification cases of `test/golden/networks/<network>.json`. */
export function networkCases(network: string): readonly NetworkCase[] {
  const file = JSON.parse(readFileSync(`test/golden/networks/${network}.json`, 'utf8')) as { cases: readonly NetworkCase[] };
  return file.cases.filter((one) => one.task === 'classification');
}

/** The input formula of the golden files, [n, c, …] reordered to [n, …, c]. */
export function goldenInput(shape: readonly number[]): InputTensor {
  const [n, c, ...space] = shape;
  const voxels = product(space);
  const data = new Float32Array(n * c * voxels);
  for (let i = 0; i < data.length; i++) {
    const value = Math.sin(0.37 * i + 0.11 * (i % 13)) * 0.5 + 0.5;
    const [sample, channel] = [Math.floor(i / (c * voxels)), Math.floor(i / voxels) % c];
    data[(sample * voxels + (i % voxels)) * c + channel] = value;
  }
  return { shape: [n, ...space, c], data };
}

const l2 = (values: Float32Array): number => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
/** Sensitive to the order of elements: Σ v·((i mod 101) − 50)/50. */
const ordered = (values: Float32Array): number => values.reduce((sum, v, i) => sum + v * (((i % 101) - 50) / 50), 0);

async function makeExecutor(network: string, one: NetworkCase, factory: ExecutorFactory, weightDecay: number): Promise<Executor> {
  const { input_size: inputSize, output_size: outputSize } = one.args;
  const built = buildNetwork(network, { inputSize, outputSize, dropout: 0 });
  const state = initialState(built, new TorchRandom(0));
  const optimizer = { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: weightDecay } as const;
  return factory({ network: built, state, loss: plainLoss('CrossEntropyLoss'), optimizer, batchSize: one.input_shape[0] });
}

/** Evaluation output, training loss, gradients, buffers and one Adam step of a case against PyTorch's. */
export async function expectCaseToMatch(network: string, one: NetworkCase, factory: ExecutorFactory): Promise<void> {
  const input = goldenInput(one.input_shape);
  const labels = Int32Array.from({ length: one.input_shape[0] }, (_, i) => i % 2);
  // Without weight decay the first moment after one step is a tenth of the gradient.
  const executor = await makeExecutor(network, one, factory, 0);
  const { output: outputs } = await executor.predict(input, noDraws);
  for (const [i, value] of one.eval.output.values.entries())
    expect(Math.abs(outputs[i] - value), `output ${i}`).toBeLessThan(2e-6);
  await executor.accumulate(input, { kind: 'class', labels }, noDraws);
  expect(Math.abs((await executor.takeLosses())[0] - one.train.loss) / one.train.loss).toBeLessThan(1e-5);
  await executor.applyStep();
  const moments = await executor.readOptimizer();
  const state = await executor.readState();
  executor.dispose();
  for (const [name, first, , dot, norm, , relative] of one.grads) {
    if (relative > 0.05) continue; // the true gradient is zero: only PyTorch's rounding is left
    const tolerance = Math.max(1e-4, 5 * relative) * norm;
    const gradient = moments.get(name)!.tensors.exp_avg.map((m) => m / Math.fround(1 - 0.9));
    expect(Math.abs(l2(gradient) - norm), `size of the gradient of ${name}`).toBeLessThan(tolerance);
    expect(Math.abs(ordered(gradient) - dot), `order of the gradient of ${name}`).toBeLessThan(5 * tolerance);
    for (const [i, value] of first.entries())
      expect(Math.abs(gradient[i] - value), `gradient ${i} of ${name}`).toBeLessThan(tolerance);
  }
  for (const [name, first] of one.buffers) {
    const data = state.get(name)!.data;
    for (const [i, value] of first.entries()) expect(Math.abs(Number(data[i]) - value), `${name} ${i}`).toBeLessThan(3e-6);
  }
  const stepper = await makeExecutor(network, one, factory, 1e-4);
  await stepper.accumulate(input, { kind: 'class', labels }, noDraws);
  await stepper.applyStep();
  const stepped = await stepper.readState();
  stepper.dispose();
  for (const [name, , sum, , , wander] of one.adam) {
    if (/convolutions\.\d+\.bias$/.test(name)) continue; // its gradient is zero: Adam steps on rounding noise
    const data = stepped.get(name)!.data as Float32Array;
    const total = data.reduce((s, v) => s + v, 0);
    const relative = one.grads.find(([grad]) => grad === name)?.[6] ?? 0;
    if (relative > 0.05) continue;
    // Elements whose gradient is near zero may step either way: a share of the elements by two steps of 1e-3.
    expect(Math.abs(total - sum), `sum of ${name} after a step`).toBeLessThan(wander + 2e-3 * Math.max(1, data.length * 2e-3));
  }
}

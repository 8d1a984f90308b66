/** @file The golden steps of the optimisers, made by any executor. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { noDraws } from '../src/engine/draws';
import { type Executor, type ExecutorFactory, plainLoss } from '../src/engine/executor';
import { Construction, Forward, module, network } from '../src/networks/construct';
import type { StateDict } from '../src/networks/state-dict';
import type { OptimizerName } from '../src/vocabulary/optimizers';

interface OptimizerCase {
  readonly optimiser: OptimizerName | 'NAdam_2x';
  readonly lr: number;
  readonly weight_decay: number;
  /** The values after each step. */
  readonly float32: readonly (readonly number[])[];
}

/** Values are 0.1 · (i + 1) · (−1)^i, the gradient of step t = 1, 2, … is sin(t + i); of NAdam those by the rule of PyTorch 2. */
export const optimizerCases = (
  JSON.parse(readFileSync('test/golden/networks/optimisers.json', 'utf8')) as { cases: readonly OptimizerCase[] }
).cases
  .filter(({ optimiser }) => optimiser !== 'NAdam')
  .map((one) => [`${one.optimiser} ${one.lr} ${one.weight_decay}`, one] as const);

const VALUES = 7;

/** Its output is the bias: the input is zero. */
function biasNetwork() {
  const c = new Construction();
  const layer = c.linear(1, VALUES);
  const g = new Forward();
  const output = g.run(layer, g.flatten(g.input([1, 1, 1])));
  return network('Bias', c, module('Bias', { layer }), g, { output }, { main: 'output' });
}

const start: StateDict = new Map([
  ['layer.weight', { shape: [VALUES, 1], data: new Float32Array(VALUES) }],
  ['layer.bias', { shape: [VALUES], data: Float32Array.from({ length: VALUES }, (_, i) => 0.1 * (i + 1) * (-1) ** i) }],
]);

/** The gradient of KLDivLoss is the target over −7, whatever the output; its value is of no interest here. */
async function step(executor: Executor, t: number): Promise<Float32Array> {
  const values = Float32Array.from({ length: VALUES }, (_, i) => -VALUES * Math.sin(t + i));
  await executor.accumulate({ shape: [1, 1, 1, 1], data: new Float32Array(1) }, { kind: 'numbers', values }, noDraws);
  await executor.applyStep();
  await executor.takeLosses();
  return (await executor.readState()).get('layer.bias')!.data as Float32Array;
}

/** Twelve steps, after half of which another executor goes on with what the first one wrote. `bound`: relative to the largest value. */
export async function expectStepsToMatch(one: OptimizerCase, factory: ExecutorFactory, bound = 1e-6): Promise<void> {
  const optimizer = one.optimiser === 'NAdam_2x' ? 'NAdam' : one.optimiser;
  const open = (state: StateDict): Promise<Executor> =>
    factory({
      network: biasNetwork(),
      state,
      loss: plainLoss('KLDivLoss'),
      optimizer: { optimizer, learning_rate: one.lr, weight_decay: one.weight_decay },
      batchSize: 1,
    });
  let executor = await open(start);
  for (const [k, expected] of one.float32.entries()) {
    if (k === one.float32.length / 2) {
      const next = await open(await executor.readState());
      await next.writeOptimizer(await executor.readOptimizer());
      executor.dispose();
      executor = next;
    }
    const found = await step(executor, k + 1);
    // Steps are as large as the values, which come near zero.
    const scale = Math.max(...expected.map(Math.abs));
    for (const [i, value] of expected.entries())
      expect(Math.abs(found[i] - value) / scale, `step ${k + 1}, ${i}: ${found[i]} for ${value}`).toBeLessThan(bound);
  }
  executor.dispose();
}

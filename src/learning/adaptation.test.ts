/** @file Domain adaptation against plain PyTorch, which does the same with its own loaders (`test/golden/adaptation`). */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { arrayLoader, formulaSample } from '../../test/array-loader';
import { loopOptions } from '../../test/loop-options';
import { AppError } from '../base/errors';
import { TorchRandom } from '../base/torch-random';
import type { Loader, Sample } from '../batches/batch';
import { plainLoss } from '../engine/executor';
import { wasmExecutor } from '../engine/wasm/executor';
import { initialState } from '../networks/initial-state';
import { buildNetwork } from '../networks/registry';
import { adaptationHeads, adaptationSteps, reversalAt, together } from './adaptation';
import { train } from './loop';
import { classification } from './tasks/classification';
import type { EpochEvent } from './training';

interface Golden {
  readonly steps: readonly number[];
  /** Source train and validation, target train and validation, at each epoch's end. */
  readonly rows: readonly (readonly number[])[];
  /** Sum and length. */
  readonly state: Readonly<Record<string, readonly [number, number]>>;
  readonly batches: number;
  /** Where the generator is at the end. */
  readonly next: readonly number[];
}

const golden = JSON.parse(readFileSync('test/golden/adaptation/steps.json', 'utf8')) as Record<'random' | 'weighted', Golden>;

const size = [20, 24, 20] as const;
const loss = { ...plainLoss('CrossEntropyLoss'), heads: adaptationHeads };
const task = classification(2, loss);
const options = loopOptions(3);

const inverted = (sample: Sample): Sample => ({ ...sample, data: sample.data.map((value) => 1 - value) });
const samples = (from: number, to: number): Sample[] =>
  Array.from({ length: to - from }, (_, i) => formulaSample(from + i, size));
const source = samples(0, 7);
const target = { train: samples(12, 14).map(inverted), validation: samples(14, 17).map(inverted) };
const unlabelled = samples(17, 24).map((sample) => ({ ...inverted(sample), label: undefined }));

const relative = (found: number, expected: number): number => Math.abs(found - expected) / Math.max(1, Math.abs(expected));

describe('train on two domains', () => {
  it.each(['random', 'weighted'] as const)('equals PyTorch, with its %s sampler', { timeout: 120_000 }, async (sampler) => {
    const expected = golden[sampler];
    const random = new TorchRandom(0);
    const network = buildNetwork('Conv5_FC3_SSDA', { inputSize: [1, ...size], outputSize: 2, dropout: 0.25 });
    const executor = await wasmExecutor('test')({
      network,
      state: initialState(network, random),
      loss,
      optimizer: { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 1e-4 },
      batchSize: 2,
    });
    const loaders = { train: target.train, validation: target.validation, unlabelled };
    const plan = {
      executor,
      train: arrayLoader(source),
      validation: arrayLoader(samples(7, 10)),
      target: Object.fromEntries(Object.entries(loaders).map(([name, some]) => [name, arrayLoader(some)])) as Record<
        keyof typeof loaders,
        Loader
      >,
      task,
      weights: sampler === 'weighted' ? task.weights(source.map(({ label }) => label)) : null,
      options,
      random,
    };
    const epochs: EpochEvent[] = [];
    for await (const event of train(plan, new AbortController().signal)) if (event.kind === 'epoch') epochs.push(event);
    const state = await executor.readState();
    executor.dispose();
    const steps = epochs.flatMap(({ losses }) => losses);
    expect(steps).toHaveLength(expected.steps.length);
    for (const [i, value] of expected.steps.entries())
      expect(relative(steps[i], value), `step ${i}: ${steps[i]} for ${value}`).toBeLessThan(1e-4);
    for (const [i, row] of expected.rows.entries()) {
      const { row: found } = epochs[i];
      const sets = [found.train, found.valid, found.target!.train, found.target!.valid];
      for (const [k, { losses }] of sets.entries())
        expect(relative(losses[0].value, row[k]), `epoch ${i}, set ${k}: ${losses[0].value} for ${row[k]}`).toBeLessThan(1e-4);
    }
    // The best epoch is that of the target's validation.
    const ofTarget = expected.rows.map((row) => row[3]);
    const best = ofTarget.map((value, i) => value < Math.min(Infinity, ...ofTarget.slice(0, i)));
    expect(epochs.map(({ improved }) => improved.length > 0)).toEqual(best);
    for (const [name, [, length]] of Object.entries(expected.state)) {
      const found = norm(state.get(name)!.data);
      expect(relative(found, length), `length of ${name}`).toBeLessThan(5e-4);
    }
    expect(Number(state.get('convolutions.1.num_batches_tracked')!.data[0])).toBe(expected.batches);
    expect(Array.from({ length: 3 }, () => random.random24())).toEqual(expected.next);
  });

  it('turns the gradient round by nothing in the first epoch, and wholly in the end', () => {
    expect([0, 1, 3, 100].map(reversalAt)).toEqual([
      0,
      expect.closeTo(2 / (1 + Math.exp(-1)) - 1, 15),
      expect.closeTo(Math.tanh(1.5), 15),
      1,
    ]);
  });

  it('an epoch ends where a whole batch is lacking; one without any is refused with the size that has one', () => {
    expect(adaptationSteps({ source: 7, labelled: 1, unlabelled: 20 }, 2)).toBe(3);
    expect(adaptationSteps({ source: 70, labelled: 1, unlabelled: 5 }, 2)).toBe(2);
    let error: unknown;
    try {
      adaptationSteps({ source: 7, labelled: 9, unlabelled: 3 }, 4);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).code).toBe('adaptation-batches');
    expect((error as AppError).hint).toContain('--batch_size 3');
  });

  it('passes that are gone through together are all ended with the first, or when nobody wants more', async () => {
    const ended: string[] = [];
    async function* pass(name: string, count: number): AsyncGenerator<string> {
      try {
        for (let i = 0; i < count; i++) yield `${name}${i}`;
      } finally {
        ended.push(name);
      }
    }
    const found: string[][] = [];
    for await (const some of together([pass('a', 3), pass('b', 2), pass('c', 9)])) found.push(some);
    expect(found).toEqual([
      ['a0', 'b0', 'c0'],
      ['a1', 'b1', 'c1'],
    ]);
    for await (const _ of together([pass('d', 3), pass('e', 3)])) break;
    expect(ended.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});

const norm = (values: ArrayLike<number | bigint>): number =>
  Math.sqrt(Array.from(values, Number).reduce((sum, value) => sum + value * value, 0));

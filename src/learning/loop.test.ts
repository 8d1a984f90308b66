/** @file Whole trainings against the loss curves of ClinicaDL. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { arrayLoader, formulaStudy, goldenStudy } from '../../test/array-loader';
import { loopOptions } from '../../test/loop-options';
import { nodeExecutors } from '../../test/tfjs-node';
import { TorchRandom } from '../base/torch-random';
import type { Loader, Sample } from '../batches/batch';
import { noDraws } from '../engine/draws';
import { plainLoss } from '../engine/executor';
import { wasmExecutor } from '../engine/wasm/executor';
import type { Network } from '../networks/graph';
import { initialState } from '../networks/initial-state';
import { buildNetwork } from '../networks/registry';
import { evaluateModel, lossOf } from './evaluate';
import { train } from './loop';
import { trainOrder } from './sampler';
import { classification } from './tasks/classification';
import type { LoopOptions, TrainEvent } from './training';

const options = loopOptions(2);

const executors = { cpu: nodeExecutors.cpu, wasm: wasmExecutor('test') };

const task = classification(2, plainLoss('CrossEntropyLoss'));

async function* trainFresh(
  backend: 'cpu' | 'wasm',
  network: Network,
  samples: { readonly train: readonly Sample[]; readonly validation: readonly Sample[] },
  changes: Partial<LoopOptions>,
  loaders: { readonly train?: Loader; readonly validation?: Loader } = {},
): AsyncGenerator<TrainEvent & { readonly predict: (samples: readonly Sample[]) => Promise<number[]> }> {
  const random = new TorchRandom(0);
  const chosen = { ...options, ...changes };
  const executor = await executors[backend]({
    network,
    state: initialState(network, random),
    loss: plainLoss('CrossEntropyLoss'),
    optimizer: { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 1e-4 },
    batchSize: chosen.batch_size,
  });
  const signal = new AbortController().signal;
  const plan = {
    executor,
    train: arrayLoader(samples.train),
    validation: arrayLoader(samples.validation),
    ...loaders,
    task,
    weights: null,
    options: chosen,
    random,
  };
  const predict = async (some: readonly Sample[]): Promise<number[]> => {
    const group = { loader: arrayLoader(some), order: some.map((_, i) => i), labelled: true };
    const model = { executor, batchSize: chosen.batch_size, draws: noDraws };
    const { rows } = await evaluateModel(model, group, task, signal);
    return rows.map(({ probabilities }) => probabilities[0]);
  };
  for await (const event of train(plan, signal)) yield { ...event, predict };
  executor.dispose();
}

const formula = formulaStudy([20, 24, 20]);
const formulaSets = { train: formula.slice(0, 8), validation: formula.slice(8) };
const formulaSpec = buildNetwork('Conv5_FC3', { inputSize: [1, 20, 24, 20], outputSize: 2, dropout: 0 });

describe('train, against ClinicaDL', { timeout: 300_000 }, () => {
  it('the formula data set is the one described', () => {
    const first = formulaStudy([20, 24, 20])[3].data.slice(0, 4);
    const expected = [0.545634925, 0.43253967, 0.319444448, 0.206349209].map((value) => value / 1.5);
    expect([...first].every((value, i) => Math.abs(value - expected[i]) < 1e-7)).toBe(true);
  });

  it.each(['cpu', 'wasm'] as const)('Conv5_FC3 on the formula data set gives its losses to 1e-4 on %s', async (backend) => {
    const expected: readonly (readonly [epoch: number, iteration: number, train: number, valid: number])[] = [
      [0, 1, 2.8041663, 1.4018314],
      [0, 3, 2.7907448, 1.3954016],
      [1, 1, 2.7854865, 1.3929131],
      [1, 3, 2.7826927, 1.3922095],
      [2, 1, 2.7818403, 1.39201],
      [2, 3, 2.7802918, 1.3916473],
    ];
    const seen: [number, number][] = [];
    let worst = 0;
    let end: number[] = [];
    for await (const event of trainFresh(backend, formulaSpec, formulaSets, { epochs: 3, evaluation_steps: 2 })) {
      if (event.kind !== 'evaluation') {
        if (event.kind === 'epoch' && event.epoch === 2)
          end = await event.predict([...trainOrder(2, 8).map((n) => formula[n]), ...formula.slice(8)]);
        continue;
      }
      const { row } = event;
      const [epoch, iteration, onTrain, valid] = expected[seen.length];
      seen.push([row.epoch, row.iteration]);
      expect([row.epoch, row.iteration]).toEqual([epoch, iteration]);
      worst = Math.max(worst, Math.abs(lossOf(row.train.losses) - onTrain), Math.abs(lossOf(row.valid.losses) - valid));
    }
    expect(seen.length).toBe(6);
    expect(worst).toBeLessThan(1e-4);
    const probabilities = [
      0.52993584, 0.53001356, 0.52920455, 0.52845645, 0.52963716, 0.52913362, 0.53034765, 0.53003561, 0.53009903, 0.53006029,
      0.52833277, 0.53018826,
    ];
    probabilities.forEach((value, i) => {
      expect(Math.abs(end[i] - value)).toBeLessThan(1e-4);
    });
  });

  it.each([
    [2, [2.791616, 1.395567, 2.810078, 1.404376]],
    [3, [2.787665, 1.394536, 2.80449, 1.4013]],
  ] as const)(
    'gradients of %d batches are added, those left over make a step of their own',
    async (accumulation_steps, expected) => {
      const losses: number[] = [];
      for await (const event of trainFresh('wasm', formulaSpec, formulaSets, { accumulation_steps }))
        if (event.kind === 'epoch') losses.push(lossOf(event.row.train.losses), lossOf(event.row.valid.losses));
      expected.forEach((value, i) => {
        expect(Math.abs(losses[i] - value)).toBeLessThan(1e-4);
      });
    },
  );

  it('Conv4_FC3 on the golden study gives the loss curve of its MAPS to 1e-4', async () => {
    const file = 'test/golden/maps/maps_cls_steps/split-0/training_logs/training.tsv';
    const [header, ...lines] = readFileSync(file, 'utf8').trim().split('\n');
    const names = header.split('\t');
    const samples = {
      train: goldenStudy('split/2_fold/split-0/train.tsv'),
      validation: goldenStudy('split/2_fold/split-0/validation_baseline.tsv'),
    };
    const network = buildNetwork('Conv4_FC3', { inputSize: samples.train[0].shape, outputSize: 2, dropout: 0 });
    const rows: string[][] = [];
    let worst = 0;
    for await (const event of trainFresh('wasm', network, samples, { batch_size: 4, evaluation_steps: 1 })) {
      if (event.kind !== 'evaluation') continue;
      const cells = lines[rows.length].split('\t');
      const { epoch, iteration, train: onTrain, valid } = event.row;
      const texts = [...onTrain.metrics.map(({ text }) => text), ...valid.metrics.map(({ text }) => text)];
      rows.push([String(epoch), String(iteration), ...texts]);
      expect(rows.at(-1)).toEqual(cells.filter((_, i) => names[i] !== 'time' && !names[i].startsWith('loss')));
      worst = Math.max(worst, Math.abs(lossOf(onTrain.losses) - Number(cells[names.indexOf('loss_train')])));
      worst = Math.max(worst, Math.abs(lossOf(valid.losses) - Number(cells[names.indexOf('loss_valid')])));
    }
    expect(rows.length).toBe(lines.length);
    expect(worst).toBeLessThan(1e-4);
  });
});

describe('reading ahead', () => {
  /** A loader that tells of its batches and of what is to be read early. */
  function telling(name: string, samples: readonly Sample[], told: string[]): Loader {
    const inner = arrayLoader(samples);
    return {
      ...inner,
      ahead: (numbers) => void told.push(`ahead ${name} ${numbers.join(' ')}`),
      async *batches(order, batchSize, signal, allAsked) {
        let left = order.length;
        for await (const batch of inner.batches(order, batchSize, signal)) {
          left -= batchSize;
          if (left <= 0) allAsked?.();
          yield batch;
          told.push(`computed ${name}`);
        }
      },
    };
  }

  it.each([
    ['at epoch ends only', 0],
    ['after each batch', 1],
  ])('the next pass is read while the last batch of a pass is computed; evaluation %s', async (_, evaluation_steps) => {
    const told: string[] = [];
    const sets = { train: formula.slice(0, 4), validation: formula.slice(8, 10) };
    const loaders = { train: telling('train', sets.train, told), validation: telling('validation', sets.validation, told) };
    for await (const event of trainFresh('wasm', formulaSpec, sets, { evaluation_steps }, loaders)) told.push(event.kind);
    const [first, second] = [0, 1].map((epoch) => `ahead train ${trainOrder(epoch, 4).slice(0, 2).join(' ')}`);
    const evaluated = ['computed train', 'ahead validation 0 1', 'computed train'];
    const withoutInner = [
      ...['batch', 'computed train', first, 'batch', 'computed train', ...evaluated, second, 'computed validation', 'epoch'],
      ...['batch', 'computed train', second, 'batch', 'computed train', ...evaluated, 'computed validation', 'epoch'],
    ];
    if (evaluation_steps === 0) expect(told).toEqual(withoutInner);
    // Before the step behind which an inner evaluation comes.
    else expect(told.slice(0, 7)).toEqual([first, 'batch', ...evaluated, 'computed validation', 'evaluation']);
  });
});

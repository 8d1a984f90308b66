/** @file What the loop promises apart from its numbers: events, draws, errors, and going on from a snapshot. */
import { describe, expect, it } from 'vitest';
import { arrayLoader } from '../../test/array-loader';
import { nodeExecutors } from '../../test/tfjs-node';
import { AppError } from '../base/errors';
import { TorchRandom } from '../base/torch-random';
import type { Sample } from '../batches/batch';
import type { Executor } from '../engine/executor';
import { plainLoss } from '../engine/executor';
import { initialState } from '../networks/initial-state';
import { buildNetwork } from '../networks/registry';
import type { StateDict } from '../networks/state-dict';
import { train } from './loop';
import { classification } from './tasks/classification';
import type { LoopOptions, TrainEvent, TrainPlan, TrainSnapshot } from './training';

const inputSize = [1, 18, 4, 3];
const network = buildNetwork('Conv4_FC3', { inputSize, outputSize: 2, dropout: 0.5 });

const samples = Array.from({ length: 5 }, (_, n): Sample => {
  const data = new Float32Array(18 * 4 * 3);
  new TorchRandom(n).uniformFloat32(data, 0, 1);
  const participant_id = `sub-${n}`;
  return { shape: inputSize, data, participant_id, session_id: 'ses-M000', elementId: 0, label: n % 2 };
});

const options: LoopOptions = {
  epochs: 2,
  batch_size: 1,
  accumulation_steps: 2,
  evaluation_steps: 4,
  patience: 0,
  tolerance: 0,
  selection_metrics: ['loss', 'BA'],
  learning_rate: 1e-3,
  adaptive_learning_rate: false,
};

async function open(state: StateDict): Promise<Executor> {
  return nodeExecutors.cpu({
    network,
    state,
    loss: plainLoss('CrossEntropyLoss'),
    optimizer: { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 1e-4 },
    batchSize: 1,
  });
}

const task = classification(2, plainLoss('CrossEntropyLoss'));

async function planOf(changes: Partial<LoopOptions> = {}, trainSamples = samples, weighted = true): Promise<TrainPlan> {
  const random = new TorchRandom(0);
  return {
    executor: await open(initialState(network, random)),
    train: arrayLoader(trainSamples),
    validation: arrayLoader(samples.slice(0, 2)),
    task,
    weights: weighted ? task.weights(samples.map(({ label }) => label)) : null,
    options: { ...options, ...changes },
    random,
  };
}

const never = new AbortController().signal;

/** The plan that goes on from a snapshot in a fresh executor, after a trip through structured cloning. */
async function resumed(plan: TrainPlan, taken: TrainSnapshot): Promise<TrainPlan> {
  const { state, optimizer, loop, random } = structuredClone(taken);
  const executor = await open(initialState(network, new TorchRandom(99)));
  await executor.writeState(state);
  await executor.writeOptimizer(optimizer);
  return { ...plan, executor, random: TorchRandom.fromState(random), start: loop };
}

describe('train', () => {
  it('goes on from any snapshot to the same weights, events and random numbers, bit for bit', async () => {
    const whole = await planOf();
    const snapshots: TrainSnapshot[] = [];
    const told: string[] = [];
    const text = (event: TrainEvent): string => JSON.stringify({ ...event, loss: undefined });
    for await (const event of train(whole, never)) {
      told.push(text(event));
      const snapshot = await event.snapshot?.();
      if (snapshot !== undefined) snapshots.push(snapshot);
    }
    const end = await whole.executor.readState();
    // Per epoch: a step after batches 2 and 4, an inner evaluation after 4, then the epoch; batch 5 makes a step of its own.
    expect(snapshots.map(({ loop }) => [loop.epoch, loop.iteration, loop.evaluationDue])).toEqual([
      [0, 2, false],
      [0, 4, true],
      [0, 4, false],
      [1, 0, false],
      [1, 2, false],
      [1, 4, true],
      [1, 4, false],
      [2, 0, false],
    ]);
    for (const taken of [snapshots[0], snapshots[1], snapshots[2], snapshots[3]]) {
      const plan = await resumed(whole, taken);
      const again: string[] = [];
      for await (const event of train(plan, never)) again.push(text(event));
      expect(again).toEqual(told.slice(-again.length));
      expect(await plan.executor.readState()).toEqual(end);
      expect(plan.random.state()).toEqual(whole.random.state());
      plan.executor.dispose();
    }
    whole.executor.dispose();
  });

  it('draws two words per pass through a loader and nothing else without dropout', async () => {
    const plan = await planOf({ accumulation_steps: 1, evaluation_steps: 2 }, samples, false);
    const plain = buildNetwork('Conv4_FC3', { inputSize, outputSize: 2, dropout: 0 });
    const random = new TorchRandom(0);
    const executor = await nodeExecutors.cpu({
      network: plain,
      state: initialState(plain, random),
      loss: plainLoss('CrossEntropyLoss'),
      optimizer: { optimizer: 'Adam', learning_rate: 0, weight_decay: 0 },
      batchSize: 1,
    });
    const expected = TorchRandom.fromState(random.state());
    for await (const _event of train({ ...plan, executor, random }, never));
    // 2 epochs × (training + 2 × (2 inner evaluations + 1 at the end))
    for (let draw = 0; draw < 2 * (1 + 2 * 3); draw++) expected.nextInt64();
    expect(random.state()).toEqual(expected.state());
    executor.dispose();
    plan.executor.dispose();
  });

  it('a loss that is no number ends the run and names the session', async () => {
    const broken = samples.map((sample, n) => (n === 3 ? { ...sample, data: sample.data.map(() => Number.NaN) } : sample));
    const plan = await planOf({ accumulation_steps: 1, evaluation_steps: 0 }, broken, false);
    const run = async (): Promise<void> => {
      for await (const _event of train(plan, never));
    };
    const error = await run().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).code).toBe('loss-not-finite');
    expect((error as AppError).message).toContain('sub-3 ses-M000');
    plan.executor.dispose();
  });

  it('stops between two batches when it is told to', async () => {
    const plan = await planOf();
    const controller = new AbortController();
    const seen: string[] = [];
    const run = async (): Promise<void> => {
      for await (const { kind } of train(plan, controller.signal)) {
        seen.push(kind);
        controller.abort();
      }
    };
    await expect(run()).rejects.toMatchObject({ name: 'AbortError' });
    expect(seen).toEqual(['batch']);
    plan.executor.dispose();
  });

  it.each([
    [{ accumulation_steps: 6 }, 'accumulation-too-large'],
    [{ selection_metrics: ['loss', 'LR_plus'] }, 'selection-metric-unknown'],
  ] as const)('%j is refused before the first batch', async (changes, code) => {
    const plan = await planOf(changes);
    await expect(train(plan, never).next()).rejects.toMatchObject({ code });
    plan.executor.dispose();
  });
});

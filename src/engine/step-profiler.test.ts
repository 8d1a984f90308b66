/** @file Which steps are profiled, by a clock that each call moves on. */
import { expect, it } from 'vitest';
import { noDraws } from './draws';
import type { Executor } from './executor';
import { type StepProfile, StepProfiler } from './step-profiler';

const input = { shape: [1, 1, 1, 1, 1], data: new Float32Array(1) };
const target = { kind: 'input' } as const;

/** An executor whose calls take 1 ms each, and whose device has finished 2 ms later where it works on its own. */
function set(behind: boolean, accumulation = 1) {
  let time = 100;
  let timed: 'no' | 'on' | 'off' = 'no';
  const call = async (): Promise<void> => void time++;
  const inner = {
    backend: { name: behind ? 'webgpu' : 'wasm', adapter: 'a device' },
    accumulate: call,
    applyStep: call,
    predict: call,
    ...(behind
      ? {
          submitted: async () => {
            time += 2;
          },
          kernelTimes: {
            begin: () => {
              timed = 'on';
            },
            end: async () => {
              timed = 'off';
              return { submits: [[{ name: 'k', from: 5, to: 6 }]], leftOut: 3 };
            },
          },
        }
      : {}),
  } as unknown as Executor;
  const profiler = new StepProfiler(() => time);
  const executor = profiler.profiled(inner);
  const profiles: StepProfile[] = [];
  const start = (): void => profiler.start(async (profile) => void profiles.push(profile));
  const train = async (steps: number): Promise<void> => {
    for (let i = 1; i <= steps; i++) {
      await executor.accumulate(input, target, noDraws);
      if (i % accumulation === 0) await executor.applyStep();
      time += 10; // the next batch is read
    }
  };
  return { profiler, executor, profiles, start, train, timed: () => timed };
}

it('leaves four steps out and records thirty, as they come, once for each network', async () => {
  const { profiles, start, train, profiler } = set(false);
  start();
  await train(34);
  expect(profiles).toEqual([]);
  await train(20);
  const [profile] = profiles;
  expect(profile?.steps.map(({ name }) => name)).toEqual(Array.from({ length: 30 }, (_, i) => `step ${i + 4}`));
  expect([profile?.calls.length, profile?.kernels, profile?.first]).toEqual([60, null, 4]);
  for (const [i, step] of profile!.steps.entries()) {
    expect(step.to - step.from).toBe(12);
    const inside = profile!.calls.slice(2 * i, 2 * i + 2);
    expect(inside.map(({ name }) => name)).toEqual(['accumulate', 'applyStep']);
    expect(inside.every(({ from, to }) => from >= step.from && to <= step.to)).toBe(true);
    expect(profile!.work[i]!.from).toBeGreaterThanOrEqual(step.from);
  }
  expect(await profiler.finish()).toBe(true);
  expect(profiles).toHaveLength(1);
  start();
  await train(6);
  expect(await profiler.finish()).toBe(true);
  expect(profiles[1]?.steps.map(({ name }) => name)).toEqual(['step 4', 'step 5']);
});

it('writes nothing of a training of four steps, and records nothing before it is started', async () => {
  const { profiles, start, train, profiler } = set(false);
  await train(40);
  start();
  await train(4);
  expect([await profiler.finish(), profiles]).toEqual([false, []]);
});

it('takes the times of a device, whose clock runs while steps are recorded only', async () => {
  const { profiles, start, train, timed } = set(true);
  start();
  await train(4);
  expect(timed()).toBe('no');
  await train(1);
  expect(timed()).toBe('on');
  await train(30);
  expect(timed()).toBe('off');
  expect(profiles[0]).toMatchObject({ kernels: [[{ name: 'k', from: 5, to: 6 }]], kernelsLeftOut: 3 });
});

it('work under way does not overlap where several batches share an update', async () => {
  const { profiles, start, train, profiler } = set(true, 3);
  start();
  await train(12);
  await profiler.finish();
  const { work, steps } = profiles[0]!;
  expect([work.length, steps.length]).toEqual([8, 8]);
  for (const [i, { from }] of work.entries()) expect(from).toBeGreaterThanOrEqual(work[i - 1]?.to ?? 0);
});

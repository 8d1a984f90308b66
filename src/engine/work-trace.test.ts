/** @file The trace of a device's work, by a clock that the tests turn. */
import { expect, it } from 'vitest';
import { noDraws } from './draws';
import type { Executor } from './executor';
import { idleShare, traced, WorkTrace } from './work-trace';

const input = { shape: [1], data: Float32Array.of(0) };
const target = { kind: 'input' } as const;

/** An executor whose steps take `compute` ticks, and then `submitted` more on a device of its own. */
function device(compute: number, behind: number | null) {
  const clock = { now: 0 };
  let free: () => void = () => {};
  const step = async (): Promise<void> => {
    clock.now += compute;
  };
  const submitted = (): Promise<void> =>
    new Promise((resolve) => {
      free = () => {
        clock.now += behind ?? 0;
        resolve();
      };
    });
  const executor = { accumulate: step, applyStep: step, ...(behind === null ? {} : { submitted }) } as unknown as Executor;
  return { clock, executor, finish: () => free() };
}

it('counts the time between calls, and no other, as time without work', async () => {
  const { clock, executor } = device(10, null);
  const trace = new WorkTrace(() => clock.now);
  const noted = traced(executor, trace);
  clock.now += 1000;
  const first = trace.mark();
  for (let i = 0; i < 4; i++) {
    await noted.accumulate(input, target, noDraws);
    clock.now += 5;
    await noted.applyStep();
  }
  const last = trace.mark();
  expect(last.at - first.at).toBe(100);
  expect(last.busy - first.busy).toBe(80);
  expect(idleShare(first, last)).toBeCloseTo(0.2);
});

it('a device that works on behind a call has work until it says that it has finished', async () => {
  const { clock, executor, finish } = device(1, 40);
  const trace = new WorkTrace(() => clock.now);
  const noted = traced(executor, trace);
  await noted.accumulate(input, target, noDraws);
  clock.now += 9; // beside the device, which works
  expect(trace.mark()).toEqual({ at: 10, busy: 10 });
  finish();
  await new Promise((resolve) => setTimeout(resolve));
  clock.now += 50;
  expect(trace.mark()).toEqual({ at: 100, busy: 50 });
});

it('work that fails is over, too', async () => {
  const clock = { now: 0 };
  const trace = new WorkTrace(() => clock.now);
  const failing = { accumulate: () => Promise.reject(new Error('lost')) } as unknown as Executor;
  await expect(traced(failing, trace).accumulate(input, target, noDraws)).rejects.toThrow('lost');
  clock.now = 7;
  expect(trace.mark()).toEqual({ at: 7, busy: 0 });
});

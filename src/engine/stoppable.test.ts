/** @file A stop while the device is busy: nothing more is asked of it, and nothing is left behind. */

import { expect, it } from 'vitest';
import { noDraws } from './draws';
import type { Executor, ExecutorRequest } from './executor';
import { stoppable } from './stoppable';

const request = {} as ExecutorRequest;
const busy = (): Promise<never> => new Promise(() => {});

function fake(changes: Partial<Executor>): { executor: Executor; calls: string[] } {
  const calls: string[] = [];
  const note = (name: string) => async () => void calls.push(name);
  const executor = { predict: note('predict'), applyStep: note('step'), dispose: () => void calls.push('dispose'), ...changes };
  return { executor: executor as unknown as Executor, calls };
}

it('a step that is under way is let go, and no other is begun', async () => {
  const stop = new AbortController();
  const { executor, calls } = fake({ accumulate: busy });
  const made = await stoppable(async () => executor, stop.signal)(request);
  await made.applyStep();
  const step = made.accumulate({ shape: [], data: new Float32Array() }, {} as never, () => new Float32Array());
  stop.abort();
  await expect(step).rejects.toMatchObject({ name: 'AbortError' });
  await expect(made.readState()).rejects.toThrow();
  expect(calls).toEqual(['step']);
});

it('an executor that is made after the stop is disposed of', async () => {
  const stop = new AbortController();
  const { executor, calls } = fake({});
  let finish: (executor: Executor) => void = () => {};
  const making = stoppable(() => new Promise((resolve) => (finish = resolve)), stop.signal)(request);
  stop.abort();
  await expect(making).rejects.toMatchObject({ name: 'AbortError' });
  finish(executor);
  await Promise.resolve();
  await Promise.resolve();
  expect(calls).toEqual(['dispose']);
  let asked = 0;
  const counted = async (): Promise<Executor> => {
    asked++;
    return executor;
  };
  const again = stoppable(counted, stop.signal)(request);
  await expect(again).rejects.toMatchObject({ name: 'AbortError' });
  expect(asked).toBe(0);
});

it('a failure of the device is passed on, and one after the stop troubles nobody', async () => {
  const stop = new AbortController();
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  let fail: (error: Error) => void = () => {};
  const { executor } = fake({
    predict: () => new Promise((_, reject) => (fail = reject)),
    applyStep: () => Promise.reject(new Error('device')),
  });
  const made = await stoppable(async () => executor, stop.signal)(request);
  await expect(made.applyStep()).rejects.toThrow('device');
  const predicting = made.predict({ shape: [], data: new Float32Array() }, noDraws);
  stop.abort();
  await expect(predicting).rejects.toMatchObject({ name: 'AbortError' });
  fail(new Error('late'));
  await new Promise((resolve) => setTimeout(resolve));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

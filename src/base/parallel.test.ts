/** @file Work side by side. */
import { expect, it } from 'vitest';
import { mapParallel } from './parallel';

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

it('results come in the order of the items, whichever ends first', async () => {
  const result = await mapParallel([9, 1, 5], 3, async (ms) => {
    await later(ms);
    return ms * 2;
  });
  expect(result).toEqual([18, 2, 10]);
});

it('never more than the limit run at once, and the limit is used', async () => {
  let running = 0;
  let most = 0;
  await mapParallel([...Array(9).keys()], 3, async () => {
    most = Math.max(most, ++running);
    await later(1);
    running--;
  });
  expect(most).toBe(3);
});

it('after a failure nothing new starts, and the running pieces end before it is passed on', async () => {
  const ended: number[] = [];
  const work = mapParallel([0, 1, 2, 3], 2, async (n) => {
    if (n === 0) throw new Error('first');
    await later(5);
    ended.push(n);
  });
  await expect(work).rejects.toThrow('first');
  expect(ended).toEqual([1]);
});

it('no items, no work', async () => {
  expect(await mapParallel([], 2, () => Promise.reject(new Error('never')))).toEqual([]);
});

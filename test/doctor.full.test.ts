/** @file 200 broken studies through the import doctor, singly and with two faults, and 50 sound ones; the seeds are the numbers of the studies. */
import { describe, expect, it } from 'vitest';
import { checkBroken, checkSound, faultsOf, trainMended } from './doctor/checked';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('a broken study', () => {
  it.each(
    numbers(200).map(
      (n) =>
        [
          n,
          faultsOf(n)
            .map(({ name }) => name)
            .join(' and '),
        ] as const,
    ),
  )('%i, with %s: each fault is named, what cannot be mended is left out, and the rest trains', async (n) => {
    const { study, result, isUnread } = await checkBroken(n);
    if (!isUnread) await trainMended(study, result);
  });
});

describe('a sound study', () => {
  it.each(numbers(50))('%i raises no alarm', async (n) => {
    expect(await checkSound(n)).toEqual([]);
  });
});

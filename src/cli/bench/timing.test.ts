import { describe, expect, it, vi } from 'vitest';
import { median, ratioOf, timeInTurns } from './timing';

describe('timing', () => {
  it('the median of an even number of rounds lies between the middle two', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([9, 1, 5])).toBe(5);
  });

  it('ratios are taken round by round, not of the medians', () => {
    expect(ratioOf([10, 40, 90], [10, 20, 30])).toEqual({ median: 2, low: 1, high: 3 });
  });

  it('contenders take turns after one warm-up of each, and their own clock counts where they have one', async () => {
    const order: string[] = [];
    const own = { run: async () => order.push('own') };
    const other = { run: async () => void order.push('other') };
    const [ownTimes, otherTimes] = await timeInTurns([own, other], 2, 0);
    expect(order).toEqual(['own', 'other', 'own', 'other', 'own', 'other']);
    expect(ownTimes).toEqual([3, 5]);
    expect(otherTimes).toHaveLength(2);
  });

  it('short work is done again until the turn is long enough, and the mean counts but for the first', async () => {
    let now = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
    try {
      let runs = 0;
      const run = async (): Promise<void> => {
        // The first of a turn is slow, like one after another's work.
        now += runs++ === 2 ? 40 : 4;
      };
      const [times] = await timeInTurns([{ run }], 1, 30);
      // Two to warm up, one that does not count, and 8 × 4 ≥ 30.
      expect(runs).toBe(2 + 1 + 8);
      expect(times).toEqual([4]);
    } finally {
      clock.mockRestore();
    }
  });
});

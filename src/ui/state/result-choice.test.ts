import { describe, expect, it } from 'vitest';
import type { MapsResultEntry } from '../../jobs/maps-queries';
import { chooseResult } from './result-choice';

const both = [
  { level: 'roi', metrics: true },
  { level: 'image', metrics: true },
] as const;
const entry = (split: number, group: string, levels: MapsResultEntry['levels'] = both): MapsResultEntry => ({
  split,
  metric: 'loss',
  group,
  levels,
});
const results = [entry(0, 'train'), entry(0, 'validation'), entry(0, 'test'), entry(1, 'train'), entry(1, 'validation')];

describe('which result is shown', () => {
  it('whole images of a group that was not learned from, without a wish', () => {
    expect(chooseResult(results, {})).toEqual({ split: 0, metric: 'loss', group: 'test', level: 'image' });
  });

  it('test before other groups, wherever it stands', () => {
    const groups = ['oasis', 'test-oasis', 'test', 'train', 'validation', 'zeta'];
    const chosen = (names: readonly string[]) =>
      chooseResult(
        names.map((group) => entry(0, group)),
        {},
      )?.group;
    expect([chosen(groups), chosen([...groups].reverse())]).toEqual(['test', 'test']);
    expect(chosen(groups.filter((group) => group !== 'test'))).toBe('test-oasis');
    expect(chosen(['validation', 'oasis', 'train'])).toBe('oasis');
    expect(chosen(['train', 'validation'])).toBe('validation');
  });

  it('a group that the wished split lacks is shown of another split', () => {
    expect(chooseResult(results, { split: 1, group: 'test' })).toMatchObject({ split: 0, group: 'test' });
    expect(chooseResult(results, { split: 1, group: 'validation' })).toMatchObject({ split: 1, group: 'validation' });
  });

  it('the only level, where there is no other', () => {
    expect(chooseResult([entry(0, 'test', [{ level: 'patch', metrics: false }])], { level: 'image' })?.level).toBe('patch');
  });

  it('nothing of an unfinished training', () => {
    expect(chooseResult([], { group: 'test' })).toBeUndefined();
  });
});

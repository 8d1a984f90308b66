import { describe, expect, it } from 'vitest';
import { readTsv, type Table } from '../formats/tsv';
import { compareGroups } from './balance';

const table = (lines: readonly string[]): Table =>
  readTsv(new TextEncoder().encode(lines.map((line) => `${line.replaceAll(' ', '\t')}\n`).join('')), { where: 'a.tsv' });

const header = 'participant_id session_id diagnosis sex age';
const train = ['sub-1 s0 AD F 66', 'sub-2 s0 CN F 71', 'sub-3 s0 CN M 77', 'sub-4 s0 CN M 82.2', 'sub-5 s0 AD M 60'];
const test = ['sub-6 s0 AD F 70', 'sub-7 s0 CN M 65.5', 'sub-8 s0 CN M 80'];
const later = 'sub-6 s1 AD F 71';

describe('balance of two groups', () => {
  it('counts participants, sessions, sexes and labels, and compares as the split does', () => {
    const balance = compareGroups(
      table([header, ...train, ...test, later]),
      { name: 'train', baseline: table([header, ...train]) },
      { name: 'test', baseline: table([header, ...test]) },
      'diagnosis',
      'a.tsv',
    );
    expect(balance.groups.map((g) => [g.name, g.participants, g.sessions])).toEqual([
      ['train', 5, 5],
      ['test', 3, 4],
    ]);
    expect(balance.groups[1]).toMatchObject({
      sex: { F: 1, M: 2 },
      labels: { AD: 1, CN: 2 },
      age: { min: 65.5, max: 80, missing: 0 },
    });
    expect(balance.groups[1].age?.mean).toBeCloseTo(215.5 / 3, 12);
    // scipy.stats.ttest_ind and chisquare
    expect(balance.pAge).toBeCloseTo(0.9255668674, 9);
    expect(balance.pSex).toBeCloseTo(0.8917558535, 9);
  });

  it('a table without age and sex has no p-values', () => {
    const bare = table(['participant_id session_id', 'sub-1 s0', 'sub-2 s0']);
    const balance = compareGroups(
      bare,
      { name: 'train', baseline: bare },
      { name: 'test', baseline: bare },
      'diagnosis',
      'a.tsv',
    );
    expect(balance).toMatchObject({ pAge: null, pSex: null, groups: [{ age: null, sex: null, labels: null }, {}] });
  });
});

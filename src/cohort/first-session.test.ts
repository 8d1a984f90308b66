import { describe, expect, it } from 'vitest';
import { fromRows, type Table } from '../formats/tsv';
import { compareByNumber, firstSessionIssue } from './first-session';

const table = (...rows: [string, string][]): Table =>
  fromRows(
    [
      { name: 'participant_id', type: 'text' },
      { name: 'session_id', type: 'text' },
    ],
    rows,
  );

describe('first sessions', () => {
  it.each([
    ['ses-M6', 'ses-M12', -1],
    ['ses-M12', 'ses-M6', 1],
    ['ses-M006', 'ses-M6', 0],
    ['ses-m6', 'ses-M12', -1],
    ['ses-2', 'ses-10', -1],
    ['ses-v1w9', 'ses-v1w10', -1],
    ['ses-baseline', 'ses-M06', -1],
    ['ses-bl', 'ses-m12', -1],
    ['ses-M06', 'ses-Y1', 0],
    ['ses-screening', 'ses-M0', 0],
  ])('%s and %s', (a, b, sign) => {
    expect(Math.sign(compareByNumber(a, b))).toBe(sign);
  });

  it('are told when another one is first by number, with both names', () => {
    const issue = firstSessionIssue(
      table(
        ['sub-1', 'ses-M12'],
        ['sub-1', 'ses-M6'],
        ['sub-2', 'ses-M06'],
        ['sub-2', 'ses-M12'],
        ['sub-3', 'ses-baseline'],
        ['sub-3', 'ses-M06'],
      ),
      'labels.tsv',
    );
    expect(issue).toMatchObject({ code: 'first-session-by-name', severity: 'warning', where: 'labels.tsv' });
    expect(issue?.message).toContain('for 2 participants');
    expect(issue?.message).toContain('sub-1 ses-M12 before ses-M6, sub-3 ses-M06 before ses-baseline');
  });

  it('are not told when the names are in the order of the numbers, as the hint asks for', () => {
    expect(firstSessionIssue(table(['sub-1', 'ses-M012'], ['sub-1', 'ses-M006']), 'labels.tsv')).toBeUndefined();
    expect(firstSessionIssue(table(['sub-1', 'ses-M12']), 'labels.tsv')).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { AppError } from '../base/errors';
import { readTsv, type Table } from '../formats/tsv';
import { baseline, countSessions, joinSessions, longitudinal, sortedSessions } from './sessions';

const table = (text: string): Table => readTsv(new TextEncoder().encode(text.replaceAll(' ', '\t')), { where: 'a.tsv' });
const cells = (of: Table): unknown[][] => [
  of.columns.map((c) => c.name),
  ...of.columns[0].values.map((_, i) => of.columns.map((c) => c.values[i])),
];

function errorOf(call: () => unknown): AppError {
  try {
    call();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const sessions = table(
  'age session_id participant_id\n71 ses-M006 sub-B\n60 ses-M012 sub-A\n70 ses-M000 sub-B\n59 ses-M006 sub-A\n',
);

describe('sessions', () => {
  it('baseline keeps the first session of each participant, sorted, ids in front', () => {
    expect(cells(baseline(sessions, 'a.tsv'))).toEqual([
      ['participant_id', 'session_id', 'age'],
      ['sub-A', 'ses-M006', 59],
      ['sub-B', 'ses-M000', 70],
    ]);
  });

  it('sorts names by code points, as Python does, not by the halves of surrogate pairs', () => {
    const names = table('participant_id session_id\nsub-\u{1d49c} a\nsub-\ufb00 a\n');
    expect(baseline(names, 'a.tsv').columns[0].values).toEqual(['sub-\ufb00', 'sub-\u{1d49c}']);
  });

  it('longitudinal gives all sessions in file order, participants in the order asked', () => {
    const both = longitudinal(sessions, table('participant_id session_id\nsub-A x\nsub-B x\n'), 'a.tsv');
    expect(both.columns[0].values).toEqual([60, 59, 71, 70]);
    expect(sortedSessions(both, 'a.tsv').columns[0].values).toEqual([59, 60, 70, 71]);
    expect(countSessions(both, 'a.tsv')).toEqual({ participants: 2, sessions: 4 });
  });

  it('a session that is there twice is refused with both lines', () => {
    const error = errorOf(() => baseline(table('participant_id session_id\nsub-A a\nsub-B a\nsub-A a\n'), 'a.tsv'));
    expect(error.code).toBe('session-twice');
    expect(error.message).toContain('2 and 4');
  });

  it('an empty participant or a missing id column is refused', () => {
    expect(errorOf(() => baseline(table('participant_id session_id\nsub-A \n'), 'a.tsv')).code).toBe('id-empty');
    expect(errorOf(() => baseline(table('participant_id age\nsub-A 3\n'), 'a.tsv')).code).toBe('column-missing');
  });

  it('a join adds what is lacking and never replaces a column', () => {
    const own = table('participant_id session_id age\nsub-B s 70\nsub-A s 60\nsub-C s 50\n');
    const labels = table('participant_id session_id age diagnosis\nsub-A s 1 AD\nsub-B s 2 CN\n');
    expect(cells(joinSessions(own, 'a.tsv', labels, 'labels.tsv'))).toEqual([
      ['participant_id', 'session_id', 'age', 'diagnosis'],
      ['sub-B', 's', 70, 'CN'],
      ['sub-A', 's', 60, 'AD'],
    ]);
  });
});

/** @file People of several cohorts: whom tables of results could not tell apart. */
import { expect, it } from 'vitest';
import { checkCohorts } from './cohorts';

const row = (participant: string, session: string, cohort: string) => ({
  participant_id: participant,
  session_id: session,
  label: null,
  cohort,
});

it('a participant of two cohorts is told, a session of two is refused', () => {
  const rows = [row('sub-1', 'ses-1', 'A'), row('sub-2', 'ses-1', 'B'), row('sub-1', 'ses-2', 'B')];
  expect(checkCohorts(rows, 'c.tsv').map(({ code, message }) => [code, message.includes(': sub-1.')])).toEqual([
    ['cohorts-share-people', true],
  ]);
  const again = [...rows, row('sub-2', 'ses-1', 'A')];
  expect(() => checkCohorts(again, 'c.tsv')).toThrow(expect.objectContaining({ code: 'cohorts-share-sessions' }));
});

it('one cohort has its people as often as it likes', () => {
  expect(checkCohorts([row('sub-1', 'ses-1', 'A'), row('sub-1', 'ses-2', 'A'), row('sub-1', 'ses-1', 'A')], 'c.tsv')).toEqual([]);
});

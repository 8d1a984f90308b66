/** @file Tables of quality checks as lists of sessions: those that did not pass take no part, and are named. */
import { appError } from '../base/errors';
import { type Issue, makeIssue } from '../base/issues';
import { someOf } from '../base/some-of';
import { selectRows, type Table } from './tsv';

/** ClinicaDL's checks write the probability, those by eye the rater. */
const besidePass = ['pass_probability', 'rater'];

/**
 * The rows that passed, of the table of a quality check (ClinicaDL 1.6.1 takes all of them); any other table as it is. `tell` hears of those
 * left out: failed, or without an answer yet. Throws `quality-all-failed`.
 */
export function passedSessions(table: Table, file: string, tell: (issue: Issue) => void): Table {
  const find = (name: string) => table.columns.find((column) => column.name === name);
  const pass = find('pass');
  if (pass === undefined || !besidePass.some((name) => find(name) !== undefined)) return table;
  const passed = pass.values.flatMap((value, row) => (String(value).toLowerCase() === 'true' ? [row] : []));
  const total = pass.values.length;
  if (passed.length === total) return table;
  if (passed.length === 0) throw appError('quality-all-failed', { file, total }, { where: file });
  const kept = new Set(passed);
  const [participants, sessions] = ['participant_id', 'session_id'].map((name) => find(name)?.values ?? []);
  const failed = pass.values.flatMap((_, row) => (kept.has(row) ? [] : [`${participants[row]} | ${sessions[row]}`]));
  tell(makeIssue('quality-failed', { file, count: failed.length, total, sessions: someOf(failed) }, file));
  return selectRows(table, passed);
}

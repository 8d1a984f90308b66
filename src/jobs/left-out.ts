/** @file Rows that do not take part, told with their number and values. */
import { type Issue, makeIssue } from '../base/issues';
import { someOf } from '../base/some-of';
import { otherSpelling } from '../formats/session-spelling';

/** `3 × "MCI", 1 × empty`, most frequent first. */
export function countedValues(values: readonly unknown[]): string {
  const counts = new Map<string, number>();
  for (const value of values) {
    const text = value === null || Number.isNaN(value) ? 'empty' : JSON.stringify(String(value));
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return someOf(sorted.map(([text, count]) => `${count} × ${text}`));
}

/** Rows whose diagnosis is none of those asked for; undefined when there are none. */
export function diagnosesLeftOut(
  file: string,
  total: number,
  leftOut: readonly unknown[],
  diagnoses: readonly string[],
): Issue | undefined {
  if (leftOut.length === 0) return undefined;
  const values = { file, total, count: leftOut.length, values: countedValues(leftOut), diagnoses: diagnoses.join(', ') };
  return makeIssue('rows-left-out', values, file);
}

/** Keys of sessions, `<participant>\t<session>`, as people read them. */
const readable = (key: string): string => key.replace('\t', ' | ');

/** What keeps the sessions of two tables apart: the first that is in both, in other letters; '' when none is. */
export function spellingBetween(own: readonly string[], others: Iterable<string>): string {
  const pair = otherSpelling(own, others);
  return pair === undefined ? '' : ` (${readable(pair[0])} here looks like ${readable(pair[1])} there)`;
}

/** Sessions that the table of labels lacks; undefined when there are none. */
export function sessionsWithoutLabels(
  file: string,
  labels: string,
  lacking: readonly string[],
  there: Iterable<string>,
): Issue | undefined {
  if (lacking.length === 0) return undefined;
  const sessions = someOf(lacking.map(readable)) + spellingBetween(lacking, there);
  return makeIssue('sessions-without-labels', { count: lacking.length, file, labels, sessions }, file);
}

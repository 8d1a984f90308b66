/** @file `quality-check compare`: how far two raters agree about the same images. */
import { appError } from '../../base/errors';
import { makeIssue } from '../../base/issues';
import { someOf } from '../../base/some-of';
import { type SessionKey, sessionText } from '../../caps/entities';
import { type Agreement, agreementOf, agreementText } from '../../cohort/agreement';
import { countSessions } from '../../cohort/sessions';
import { readSessionTable } from '../../formats/session-table';
import { column, fromRows, writeTsv } from '../../formats/tsv';
import { checkTable, type QualityCompareOptions } from '../../options/quality-check';
import type { Job, JobContext } from '../job-context';
import { passOf } from './eye-table';
import { refuseInput } from './find-checked';

interface Answer {
  readonly session: SessionKey;
  readonly pass: boolean;
  readonly comment: string;
}

export interface Difference extends SessionKey {
  readonly first: boolean;
  readonly second: boolean;
  readonly first_comment: string;
  readonly second_comment: string;
}

export interface CompareResult {
  readonly agreement: Agreement;
  /** Sessions about which they differ. */
  readonly differences: readonly Difference[];
  /** Sessions with one answer only. */
  readonly alone: number;
  readonly file: string | null;
}

/** Sessions without an answer are left out. Throws `column-missing`, `session-twice`, `compare-answer`. */
async function answersIn(path: string, { workspace }: JobContext): Promise<ReadonlyMap<string, Answer>> {
  const table = readSessionTable(await workspace.read(path), { where: path, raw: true });
  const [participants, sessions, passes] = ['participant_id', 'session_id', 'pass'].map(
    (name) => column(table, name, path).values,
  );
  countSessions(table, path); // refuses a session that is there twice
  const comments = table.columns.find(({ name }) => name === 'comment')?.values ?? [];
  const answers = passes.flatMap((cell, i): [string, Answer][] => {
    const pass = passOf(cell, path);
    if (pass === null) return [];
    const session = { participant_id: String(participants[i]), session_id: String(sessions[i]) };
    return [[sessionText(session), { session, pass, comment: String(comments[i] ?? '') }]];
  });
  return new Map(answers);
}

/** Throws `quality-ending`, `output-is-input`, `compare-none`, and the codes of `answersIn`. */
export const compareJob: Job<QualityCompareOptions, CompareResult> = async (options, context) => {
  checkTable(options);
  const { first_tsv, second_tsv, output_tsv } = options;
  if (output_tsv !== null) refuseInput(output_tsv, first_tsv, second_tsv);
  const [first, second] = [await answersIn(first_tsv, context), await answersIn(second_tsv, context)];
  const both = [...first.keys()].filter((key) => second.has(key)).sort();
  if (both.length === 0) {
    const values = { first: first_tsv, firstCount: first.size, second: second_tsv, secondCount: second.size };
    throw appError('compare-none', values, { where: second_tsv });
  }
  const alone = [...first.keys(), ...second.keys()].filter((key) => !(first.has(key) && second.has(key))).sort();
  if (alone.length > 0) context.issue(makeIssue('compare-alone', { count: alone.length, sessions: someOf(alone) }, second_tsv));
  const pairs = both.map((key) => ({ a: first.get(key)!, b: second.get(key)! }));
  const agreement = agreementOf(pairs.map(({ a, b }) => [a.pass, b.pass]));
  const differences = pairs
    .filter(({ a, b }) => a.pass !== b.pass)
    .map(({ a, b }) => ({
      ...a.session,
      first: a.pass,
      second: b.pass,
      first_comment: a.comment,
      second_comment: b.comment,
    }));
  if (output_tsv !== null) {
    const columns = [
      ...(['participant_id', 'session_id'] as const).map((name) => ({ name, type: 'text' as const })),
      ...(['first', 'second'] as const).map((name) => ({ name, type: 'bool' as const })),
      ...(['first_comment', 'second_comment'] as const).map((name) => ({ name, type: 'text' as const })),
    ];
    const rows = differences.map((one) => columns.map(({ name }) => (one[name] === '' ? null : one[name])));
    await context.workspace.write(output_tsv, writeTsv(fromRows(columns, rows)));
  }
  context.log(agreementText(agreement));
  return { agreement, differences, alone: alone.length, file: output_tsv };
};

/** @file `tsvtools get-progression`: adds the column `progression` to a table of sessions. */
import { appError } from '../base/errors';
import { inferDiagnoses } from '../cohort/missing-diagnoses';
import { monthOf, visitsOf, withThreeDigits } from '../cohort/months';
import { type Progression, progressionOf, rankOf } from '../cohort/progression';
import { pythonTexts } from '../formats/python-text';
import { type Column, column, selectRows, writeTsv } from '../formats/tsv';
import type { Values } from '../options/field';
import type { tsvtoolsGetProgressionSchema } from '../options/tsvtools-get-progression';
import type { Job } from './job-context';
import { readStudyTable } from './study-table';

export type TsvtoolsGetProgressionOptions = Values<typeof tsvtoolsGetProgressionSchema>;

export interface TsvtoolsGetProgressionResult {
  readonly files: readonly string[];
  /** Sessions of each value. */
  readonly progression: Readonly<Record<Progression, number>>;
  /** Sessions left out: without a diagnosis that could be inferred. */
  readonly leftOut: number;
}

/**
 * A missing diagnosis is looked for in a `labels.tsv` beside the table or above it. Throws `diagnoses-missing`, `diagnosis-unranked`,
 * `session-not-month`, `session-twice`.
 */
export const tsvtoolsGetProgression: Job<TsvtoolsGetProgressionOptions, TsvtoolsGetProgressionResult> = async (
  { data_tsv: where, time_horizon },
  context,
) => {
  const { table: read, missing } = await readStudyTable(context, where, [['diagnosis']], null, withThreeDigits);
  if (missing.length > 0) throw appError('diagnoses-missing', { file: where }, { where });
  const table = { ...read, columns: read.columns.filter(({ name }) => name !== 'progression') };
  const participants = column(table, 'participant_id', where).values.map(String);
  const months = column(table, 'session_id', where).values.map((session) => monthOf(`${session}`, where));
  const visits = visitsOf(participants, months);
  refuseTwice(visits, months, where);
  const { diagnoses, inferred, dropped } = inferDiagnoses(pythonTexts(column(table, 'diagnosis', where)).texts, visits);

  const found = new Map<number, Progression>();
  for (const [participant, all] of visits) {
    const rows = all.filter((row) => diagnoses[row] !== null);
    const ranks = rows.map((row) => rankOf(diagnoses[row] ?? '', participant, where));
    progressionOf(
      rows.map((row) => months[row]),
      ranks,
      time_horizon,
    ).forEach((value, i) => {
      found.set(rows[i], value);
    });
  }
  if (found.size === 0) throw appError('diagnoses-missing', { file: where }, { where });
  const kept = participants.flatMap((_, row) => (found.has(row) ? [row] : []));
  const values = kept.map((row) => found.get(row) ?? null);
  const named = selectRows(table, kept).columns.map((own): Column => {
    return own.name === 'diagnosis' ? { ...own, type: 'text', values: kept.map((row) => diagnoses[row]) } : own;
  });
  const ids = ['participant_id', 'session_id'].map((name) => column({ columns: named }, name, where));
  const others = named.filter((own) => !ids.includes(own));
  const columns: Column[] = [...ids, ...others, { name: 'progression', type: 'text', values }];
  await context.workspace.write(where, writeTsv({ columns }));

  if (inferred + dropped > 0)
    context.log(`${inferred} diagnoses inferred from the visits around; ${dropped} sessions without one left out`);
  const count = (of: Progression): number => values.filter((value) => value === of).length;
  const progression = { s: count('s'), p: count('p'), r: count('r'), us: count('us'), uk: count('uk') };
  context.log(
    `${progression.s} sessions stable, ${progression.p} progressive, ${progression.r} regressive, ${progression.us} unstable, ${progression.uk} unknown`,
  );
  return { files: [where], progression, leftOut: dropped };
};

/** Throws `session-twice`. */
function refuseTwice(visits: ReadonlyMap<string, readonly number[]>, months: readonly number[], where: string): void {
  for (const [participant, rows] of visits) {
    const twin = rows.findIndex((row, i) => i > 0 && months[row] === months[rows[i - 1]]);
    if (twin < 0) continue;
    const [first, second] = [rows[twin - 1], rows[twin]].sort((a, b) => a - b).map((row) => row + 2);
    const session = `ses-M${String(months[rows[twin]]).padStart(3, '0')}`;
    throw appError('session-twice', { file: where, participant, session, first, second }, { where });
  }
}

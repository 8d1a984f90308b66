/** @file `tsvtools restrict`: a merged table without the rows that ClinicaDL up to 1.1.1 left out of AIBL or OASIS. */
import { appError } from '../base/errors';
import { splitPath } from '../folders/names';
import { pythonNumber, pythonTexts } from '../formats/python-text';
import { readSessionTable } from '../formats/session-table';
import { column, rowCount, selectRows, type Table, writeTsv } from '../formats/tsv';
import type { Values } from '../options/field';
import type { tsvtoolsRestrictSchema } from '../options/tsvtools-restrict';
import type { Job } from './job-context';

export type TsvtoolsRestrictOptions = Values<typeof tsvtoolsRestrictSchema>;

export interface TsvtoolsRestrictResult {
  readonly files: readonly string[];
  readonly sessions: number;
  readonly leftOut: number;
}

/** Stands in AIBL for a visit that did not take place. */
const noExamination = -4;
/** Years. */
const oasisAge = 62;

function keptRows(dataset: string, table: Table, where: string): number[] {
  const rows = Array.from({ length: rowCount(table) }, (_, row) => row);
  if (dataset === 'OASIS') {
    const { values } = column(table, 'age_bl', where);
    return rows.filter((row) => {
      const age = values[row];
      if (age !== null && typeof age !== 'number') {
        const [participant, session] = ['participant_id', 'session_id'].map(
          (name) => `${column(table, name, where).values[row]}`,
        );
        throw appError('cell-not-number', { file: where, participant, session, value: `${age}`, column: 'age_bl' }, { where });
      }
      return age !== null && age >= oasisAge;
    });
  }
  const participants = column(table, 'participant_id', where).values;
  const dates = pythonTexts(column(table, 'examination_date', where)).texts;
  const examined = new Set(rows.flatMap((row) => (pythonNumber(dates[row] ?? '') === noExamination ? [] : [participants[row]])));
  return rows.filter((row) => examined.has(participants[row]));
}

/** Throws `output-is-input`, `column-missing`, `cell-not-number`, and `restriction-empty` when no row stays. */
export const tsvtoolsRestrict: Job<TsvtoolsRestrictOptions, TsvtoolsRestrictResult> = async (options, context) => {
  const { dataset, merged_tsv: where, results_tsv } = options;
  if (splitPath(where).join('/') === splitPath(results_tsv).join('/'))
    throw appError('output-is-input', { path: results_tsv }, { where: 'results_tsv' });
  const table = readSessionTable(await context.workspace.read(where), { where });
  const rows = keptRows(dataset, table, where);
  if (rows.length === 0) throw appError('restriction-empty', { file: where, dataset }, { where });
  await context.workspace.write(results_tsv, writeTsv(selectRows(table, rows)));
  const leftOut = rowCount(table) - rows.length;
  context.log(`${rows.length} sessions kept, ${leftOut} left out`);
  return { files: [results_tsv], sessions: rows.length, leftOut };
};

/** @file `tsvtools get-metadata`: adds columns of the merged table to a table of sessions. */
import { appError } from '../base/errors';
import { makeIssue } from '../base/issues';
import { someOf } from '../base/some-of';
import { mergeSessions } from '../cohort/merge';
import { withThreeDigits } from '../cohort/months';
import { countSessions, sessionKeys } from '../cohort/sessions';
import { compareTexts } from '../formats/python-text';
import { readSessionTable } from '../formats/session-table';
import { type Column, column, rowCount, type Table, writeTsv } from '../formats/tsv';
import type { Values } from '../options/field';
import type { tsvtoolsGetMetadataSchema } from '../options/tsvtools-get-metadata';
import type { Job, JobContext } from './job-context';
import { spellingBetween } from './left-out';
import { checkVariables } from './tsvtools-get-labels';

export type TsvtoolsGetMetadataOptions = Values<typeof tsvtoolsGetMetadataSchema>;

export interface TsvtoolsGetMetadataResult {
  readonly files: readonly string[];
  readonly columns: readonly string[];
  readonly sessions: number;
  /** Sessions that the merged table does not have, or tells otherwise. */
  readonly leftOut: number;
}

/** Throws `variable-unknown`, `session-twice`, `column-missing`, and `metadata-nothing` when no session is left. */
export const tsvtoolsGetMetadata: Job<TsvtoolsGetMetadataOptions, TsvtoolsGetMetadataResult> = async (options, context) => {
  const { data_tsv: where, merged_tsv: mergedWhere, variables_of_interest: variables } = options;
  const data = await readTable(where, context);
  const merged = await readTable(mergedWhere, context);
  checkVariables(merged, variables, mergedWhere);
  const { table, common, lost } = mergeSessions(merged, mergedWhere, data, where);
  const compared = common.join(', ');
  if (rowCount(table) === 0) {
    const spelling = spellingBetween(lost, sessionKeys(merged, mergedWhere));
    throw appError('metadata-nothing', { file: where, merged: mergedWhere, columns: compared, spelling }, { where });
  }
  if (lost.length > 0) {
    const sessions = someOf(lost.map((key) => key.replace('\t', ' | ')));
    const values = { file: where, merged: mergedWhere, columns: compared, count: lost.length, sessions };
    context.issue(makeIssue('metadata-rows', values, where));
  }
  const wanted = variables.length === 0 ? null : new Set([...variables, ...data.columns.map(({ name }) => name)]);
  const columns = ordered(table, wanted, where);
  await context.workspace.write(where, writeTsv({ columns }));
  context.log(`${rowCount(table)} sessions, ${columns.length} columns`);
  return { files: [where], columns: columns.map(({ name }) => name), sessions: rowCount(table), leftOut: lost.length };
};

/** The ids first; then all as they stand, or those wanted by name. */
function ordered(table: Table, wanted: ReadonlySet<string> | null, where: string): Column[] {
  const ids = ['participant_id', 'session_id'].map((name) => column(table, name, where));
  const others = table.columns.filter((found) => !ids.includes(found));
  if (wanted === null) return [...ids, ...others];
  return [...ids, ...others.filter(({ name }) => wanted.has(name)).sort((a, b) => compareTexts(a.name, b.name))];
}

async function readTable(where: string, { workspace }: JobContext): Promise<Table> {
  const table = withThreeDigits(readSessionTable(await workspace.read(where), { where }), where);
  countSessions(table, where); // refuses a session that is there twice
  return table;
}

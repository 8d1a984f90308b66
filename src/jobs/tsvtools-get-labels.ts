/** @file `tsvtools get-labels`: the merged table of a BIDS folder → `labels.tsv` and `labels.json`. */
import { appError } from '../base/errors';
import { makeIssue } from '../base/issues';
import { someOf } from '../base/some-of';
import { likeColumn } from '../cohort/find-column';
import { type Labels, labelSessions, withDiagnosisName } from '../cohort/labels';
import { countSessions, optionalColumn, sessionKeys } from '../cohort/sessions';
import { joinPath } from '../folders/names';
import { passedSessions } from '../formats/checked-sessions';
import { byPlainId } from '../formats/session-spelling';
import { readSessionTable } from '../formats/session-table';
import { column, rowCount, type Table, writeTsv } from '../formats/tsv';
import type { Values } from '../options/field';
import type { tsvtoolsGetLabelsSchema } from '../options/tsvtools-get-labels';
import { changeAtOnce } from './change-at-once';
import type { Job, JobContext } from './job-context';
import { type Modalities, readModalities } from './missing-modalities';
import { parameterFile } from './study-table';

export type TsvtoolsGetLabelsOptions = Values<typeof tsvtoolsGetLabelsSchema>;

export interface TsvtoolsGetLabelsResult {
  readonly files: readonly string[];
  readonly participants: number;
  readonly sessions: number;
  /** Sessions of each diagnosis. */
  readonly labels: Readonly<Record<string, number>>;
  /** What was left out, as text. */
  readonly leftOut: readonly string[];
}

/**
 * Writes nothing before all tables are read. Throws `folder-missing`, `file-missing`, `column-missing`, `variable-unknown`,
 * `modality-unknown`, `modality-tables`, `session-not-month`, `session-twice`, and `labels-empty` when no session is left.
 */
export const tsvtoolsGetLabels: Job<TsvtoolsGetLabelsOptions, TsvtoolsGetLabelsResult> = async (options, context) => {
  const { workspace } = context;
  const { bids_directory, output_directory } = options;
  if ((await workspace.kindOf(bids_directory)) !== 'folder')
    throw appError('folder-missing', { path: bids_directory, folder: workspace.name }, { where: bids_directory });
  const where = options.merged_tsv ?? joinPath(output_directory, 'merged.tsv');
  const missingMods = options.missing_mods ?? joinPath(output_directory, 'missing_mods');
  const merged = withDiagnosisName(readSessionTable(await workspace.read(where), { where }));
  const columns = outputColumns(merged, options.variables_of_interest, where, context);
  const modalities = await readModalities(workspace, missingMods, options.modality);
  const labels = labelSessions(
    merged,
    {
      diagnoses: options.diagnoses,
      keepSmc: options.keep_smc,
      removeUniqueSession: options.remove_unique_session,
      columns,
      hasModality: modalities.has,
      allowed: await allowedSessions(options.restriction_tsv, context),
    },
    where,
  );
  tellSessions(merged, modalities, where, missingMods, context);
  const leftOut = labels.steps.map(({ what, rows }) => `${rows} ${what}`);
  if (rowCount(labels.table) === 0) throw appError('labels-empty', { file: where, steps: leftOut.join(', ') }, { where });

  const files = ['labels.tsv', 'labels.json'].map((name) => joinPath(output_directory, name));
  await changeAtOnce(workspace, async (folder) => {
    await folder.write(files[0], writeTsv(labels.table));
    await folder.write(files[1], parameterFile('', parametersOf(options, where, missingMods)).bytes);
  });
  const counts = countSessions(labels.table, files[0]);
  log(labels, counts.participants, counts.sessions, context);
  return { files, ...counts, labels: countsOf(labels.table, files[0]), leftOut };
};

/** Age, sex, diagnosis, then the variables. ClinicaDL has an order of chance. */
export function outputColumns(merged: Table, variables: readonly string[], where: string, context: JobContext): string[] {
  const found = ['age', 'sex'].flatMap((name) => {
    const column = likeColumn(merged, name);
    if (column === undefined) context.issue(makeIssue('demographics-lacking', { file: where, column: name }, where));
    else if (column.name !== name && column.name !== `${name}_bl`)
      context.issue(makeIssue('column-guessed', { file: where, column: name, found: column.name }, where));
    return column === undefined ? [] : [column.name];
  });
  checkVariables(merged, variables, where);
  column(merged, 'diagnosis', where);
  return [...new Set([...found, 'diagnosis', ...variables])];
}

/** Throws `variable-unknown`. */
export function checkVariables(merged: Table, variables: readonly string[], where: string): void {
  const unknown = variables.filter((name) => optionalColumn(merged, name) === undefined);
  if (unknown.length === 0) return;
  const columns = merged.columns.map(({ name }) => name).join(', ');
  throw appError(
    'variable-unknown',
    { file: where, names: unknown.join(', '), columns },
    { where: 'Options.variables_of_interest' },
  );
}

/** Keys of the sessions that a table lists; null without a table. */
export async function allowedSessions(
  restriction: string | null,
  { workspace, issue }: JobContext,
): Promise<ReadonlySet<string> | null> {
  if (restriction === null) return null;
  const table = readSessionTable(await workspace.read(restriction), { where: restriction });
  return new Set(sessionKeys(passedSessions(table, restriction, issue), restriction));
}

/** Sessions that no table of modalities is about are left out: told, with the spelling that may have been meant. */
function tellSessions(merged: Table, { sessions }: Modalities, where: string, folder: string, context: JobContext): void {
  const named = new Set(column(merged, 'session_id', where).values.map(String));
  const lacking = [...named].filter((name) => name.startsWith('ses-M') && !sessions.has(name)).sort();
  if (lacking.length === 0) return;
  const plain = byPlainId(sessions);
  const twin = lacking.flatMap((name) => [...byPlainId([name]).keys()].flatMap((key) => plain.get(key) ?? []))[0];
  const spelling = twin === undefined ? '' : `; ${twin} there looks like one of them`;
  context.issue(makeIssue('modality-sessions', { file: where, path: folder, sessions: someOf(lacking), spelling }, folder));
}

function countsOf(table: Table, where: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of column(table, 'diagnosis', where).values) counts[`${value}`] = (counts[`${value}`] ?? 0) + 1;
  return counts;
}

function log({ steps, missing, changes, inferred }: Labels, participants: number, sessions: number, context: JobContext): void {
  if (missing > 0)
    context.log(`${missing} diagnoses were missing: ${changes} from adni_diagnosis_change, ${inferred} from the visits around`);
  for (const { what, rows } of steps) context.log(`${rows} sessions left out ${what}`);
  context.log(`${sessions} sessions of ${participants} participants`);
}

function parametersOf(
  options: TsvtoolsGetLabelsOptions,
  mergedTsv: string,
  missingMods: string,
): Parameters<typeof parameterFile>[1] {
  return {
    bids_directory: options.bids_directory,
    diagnoses: options.diagnoses,
    modality: options.modality,
    restriction_path: options.restriction_tsv,
    variables_of_interest: options.variables_of_interest.length === 0 ? null : options.variables_of_interest,
    remove_smc: !options.keep_smc,
    missing_mods: missingMods,
    merged_tsv: mergedTsv,
    remove_unique_session: options.remove_unique_session,
    caps_directory: options.caps_directory,
  };
}

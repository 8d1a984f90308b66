/** @file `tsvtools getlabels`: the labels of ClinicaDL up to 1.1.1 → `<label>.tsv`, and `labels.tsv` with all of them. */
import { appError } from '../base/errors';
import { makeIssue } from '../base/issues';
import { someOf } from '../base/some-of';
import { filledDiagnoses } from '../cohort/adni-change';
import { monthlyRows, withDiagnosisName } from '../cohort/labels';
import { visitsOf } from '../cohort/months';
import { type Course, rowsWithLabel } from '../cohort/older-labels';
import { optionalColumn, sessionKeys } from '../cohort/sessions';
import { compareTexts } from '../formats/python-text';
import { readSessionTable } from '../formats/session-table';
import { type Column, column, rowCount, type Table, writeTsv } from '../formats/tsv';
import type { Values } from '../options/field';
import type { tsvtoolsGetlabelsOlderSchema } from '../options/tsvtools-getlabels';
import type { Job } from './job-context';
import { readModalities } from './missing-modalities';
import { checkNew } from './new-folder';
import { stacked } from './older-tables';
import { type NewFile, parameterFile, writeNewFolder } from './study-table';
import { allowedSessions, outputColumns } from './tsvtools-get-labels';

export type TsvtoolsGetlabelsOptions = Values<typeof tsvtoolsGetlabelsOlderSchema>;

export interface TsvtoolsGetlabelsResult {
  readonly files: readonly string[];
  /** Sessions of each label. */
  readonly labels: Readonly<Record<string, number>>;
}

/** Throws the codes of `tsvtools get-labels`, and `folder-not-empty`. */
export const tsvtoolsGetlabels: Job<TsvtoolsGetlabelsOptions, TsvtoolsGetlabelsResult> = async (options, context) => {
  const { merged_tsv: where, results_path, modality, time_horizon } = options;
  await checkNew({ path: results_path, what: 'A set of labels', ownNames: [] }, context);
  const merged = withDiagnosisName(readSessionTable(await context.workspace.read(where), { where }));
  const names = outputColumns(merged, options.variables_of_interest, where, context);
  const modalities = await readModalities(context.workspace, options.missing_mods, modality);
  const allowed = await allowedSessions(options.restriction_path, context);
  const { table, months } = monthlyRows(merged, where);
  const courses = coursesOf(table, months, options.keep_smc, where);
  const late = [...courses].filter(([, course]) => course.months[0] !== 0).map(([participant]) => participant);
  if (late.length > 0)
    context.issue(makeIssue('first-visit-missing', { file: where, count: late.length, participants: someOf(late) }, where));

  const keys = sessionKeys(table, where);
  const isKept = (row: number): boolean => {
    const [participant, session] = keys[row].split('\t');
    return modalities.has(participant, session) && (allowed?.has(keys[row]) ?? true);
  };
  const order = [...courses.keys()].sort(compareTexts);
  const parts = [...new Set<string>(options.diagnoses)].map((label) => {
    const rows = order.flatMap((participant) => rowsWithLabel(courses.get(participant)!, label, time_horizon)).filter(isKept);
    return { label, table: labelTable(table, rows, label, names, where) };
  });
  const labels = Object.fromEntries(parts.map((part) => [part.label, rowCount(part.table)]));
  const counts = Object.entries(labels).map(([label, count]) => `${count} of ${label}`);
  const lacking = parts.filter((part) => rowCount(part.table) === 0).map(({ label }) => label);
  if (lacking.length > 0)
    throw appError('labels-none', { file: where, labels: lacking.join(', '), counts: counts.join(', ') }, { where });

  const files: NewFile[] = parts.map((part) => ({ path: `${part.label}.tsv`, bytes: writeTsv(part.table) }));
  const whole = stacked(parts.map((part) => part.table));
  const wholeKeys = sessionKeys(whole, where);
  if (new Set(wholeKeys).size === wholeKeys.length) files.push({ path: 'labels.tsv', bytes: writeTsv(whole) });
  else context.issue(makeIssue('labels-overlap', { labels: Object.keys(labels).join(', ') }, results_path));
  const { merged_tsv, missing_mods, diagnoses, restriction_path, variables_of_interest, keep_smc } = options;
  const parameters = { merged_tsv, missing_mods, modality, diagnoses, time_horizon, restriction_path, variables_of_interest };
  files.push(parameterFile('getlabels.json', { ...parameters, keep_smc }));
  context.log(`Sessions: ${counts.join(', ')}`);
  return { files: await writeNewFolder(context, results_path, files), labels };
};

function coursesOf(table: Table, months: readonly number[], keepSmc: boolean, where: string): ReadonlyMap<string, Course> {
  const participants = column(table, 'participant_id', where).values.map(String);
  const diagnoses = filledDiagnoses(table, where).values;
  const smc = keepSmc ? [] : ['diagnosis_bl', 'diagnosis_sc'].flatMap((name) => optionalColumn(table, name) ?? []);
  const isOut = (row: number): boolean => smc.some(({ values }) => values[row] === 'SMC');
  return new Map(
    [...visitsOf(participants, months)].flatMap(([participant, all]) => {
      const rows = all.filter((row) => !isOut(row));
      const course = { rows, months: rows.map((row) => months[row]), diagnoses: rows.map((row) => diagnoses[row]) };
      return rows.length === 0 ? [] : [[participant, course] as const];
    }),
  );
}

function labelTable(table: Table, rows: readonly number[], label: string, names: readonly string[], where: string): Table {
  const order = [...new Set(['participant_id', 'session_id', 'diagnosis', ...names])];
  return {
    columns: order.map((name): Column => {
      if (name === 'diagnosis') return { name, type: 'text', values: rows.map(() => label) };
      const own = column(table, name, where);
      return { ...own, values: rows.map((row) => own.values[row]) };
    }),
  };
}

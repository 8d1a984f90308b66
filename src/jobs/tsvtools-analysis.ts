/** @file `tsvtools analysis`: a table of age, sex, scores and scans by diagnosis, and how the diagnoses differ. */
import { appError } from '../base/errors';
import { makeIssue } from '../base/issues';
import { type AnalysisColumns, analysisColumns, analysisTable, type Person, peopleOf } from '../cohort/analysis';
import { type Comparison, compareTwo, comparisonText } from '../cohort/comparison';
import { withDiagnosisName } from '../cohort/labels';
import { countSessions } from '../cohort/sessions';
import { splitPath } from '../folders/names';
import { readSessionTable } from '../formats/session-table';
import { type Table, writeTsv } from '../formats/tsv';
import type { Values } from '../options/field';
import type { tsvtoolsAnalysisSchema } from '../options/tsvtools-analysis';
import type { Job, JobContext } from './job-context';

export type TsvtoolsAnalysisOptions = Values<typeof tsvtoolsAnalysisSchema>;

export interface TsvtoolsAnalysisResult {
  readonly files: readonly string[];
  /** Cells of the table, numbers as numbers. */
  readonly table: Table;
  /** Of each pair of diagnoses. */
  readonly comparisons: readonly { readonly diagnoses: readonly [string, string]; readonly comparison: Comparison }[];
}

/**
 * Writes nothing before all is counted. Throws the codes of `cohort/analysis.ts`, `session-twice`, and `output-is-input` when the results
 * would replace a table that is read.
 */
export const tsvtoolsAnalysis: Job<TsvtoolsAnalysisOptions, TsvtoolsAnalysisResult> = async (options, context) => {
  const { merged_tsv: mergedWhere, data_tsv: where, results_tsv } = options;
  const place = (path: string): string => splitPath(path).join('/');
  if ([mergedWhere, where].some((path) => place(path) === place(results_tsv)))
    throw appError('output-is-input', { path: results_tsv }, { where: 'results_tsv' });
  const merged = withDiagnosisName(await readTable(mergedWhere, context));
  const data = await readTable(where, context);
  const columns = analysisColumns(merged);
  tellColumns(columns, mergedWhere, context);
  const groups = peopleOf({ merged, mergedWhere, data, where }, columns, [...new Set(options.diagnoses)]);
  for (const [diagnosis, people] of groups) tellGaps(diagnosis, people, columns, mergedWhere, context);
  const table = analysisTable(groups, columns);

  const names = [...groups.keys()];
  const comparisons = names.flatMap((first, i) =>
    names.slice(i + 1).map((second) => {
      const [a, b] = [first, second].map((name) => comparedOf(groups.get(name) ?? [], columns));
      return { diagnoses: [first, second] as const, comparison: compareTwo(a, b) };
    }),
  );
  await context.workspace.write(results_tsv, writeTsv(table));
  for (const { diagnoses, comparison } of comparisons) context.log(`${diagnoses.join(' and ')}: ${comparisonText(comparison)}`);
  return { files: [results_tsv], table, comparisons };
};

async function readTable(where: string, { workspace }: JobContext): Promise<Table> {
  const table = readSessionTable(await workspace.read(where), { where });
  countSessions(table, where); // refuses a session that is there twice
  return table;
}

function comparedOf(people: readonly Person[], columns: AnalysisColumns): Parameters<typeof compareTwo>[0] {
  return {
    ages: people.flatMap(({ age }) => (age === null ? [] : [age])),
    sexes: columns.sex === null ? [] : people.map(({ sex }) => sex),
    labels: [],
  };
}

function tellColumns(columns: AnalysisColumns, file: string, context: JobContext): void {
  const wanted = { age: 'age', sex: 'sex', mmse: 'MMSE', cdr: 'cdr_global' } as const;
  const usual = /^(age|age_bl|sex|cdr_global|mmse?)$/i;
  for (const key of ['age', 'sex', 'mmse', 'cdr'] as const) {
    const found = columns[key];
    if (found === null) context.issue(makeIssue('analysis-column', { file, column: wanted[key] }, file));
    else if (!usual.test(found.name))
      context.issue(makeIssue('column-guessed', { file, column: wanted[key], found: found.name }, file));
  }
}

function tellGaps(
  diagnosis: string,
  people: readonly Person[],
  columns: AnalysisColumns,
  file: string,
  context: JobContext,
): void {
  for (const key of ['age', 'mmse', 'cdr'] as const) {
    const count = people.filter((person) => person[key] === null).length;
    const name = columns[key]?.name;
    if (count > 0 && name !== undefined)
      context.issue(makeIssue('analysis-gaps', { file, diagnosis, column: name, count, people: people.length }, file));
  }
}

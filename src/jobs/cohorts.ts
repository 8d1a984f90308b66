/**
 * @file `--multi_cohort`: two tables that say, for each cohort, where its CAPS and where its tables are. Without it there is one cohort,
 * called `single`, whose folders are given themselves.
 */
import { AppError, appError } from '../base/errors';
import { type Issue, makeIssue } from '../base/issues';
import { someOf } from '../base/some-of';
import { sessionText } from '../caps/entities';
import type { Folder } from '../folders/folder';
import { readSessionTable } from '../formats/session-table';
import type { Table } from '../formats/tsv';
import { type GroupRow, singleCohort } from '../maps/groups';
import { participantKey } from '../maps/leakage';
import type { JobContext } from './job-context';
import { rememberedPath } from './study-paths';

export interface CohortCaps {
  readonly cohort: string;
  /** Of its CAPS, in the workspace. */
  readonly path: string;
}

export interface CohortTables {
  readonly cohort: string;
  /** Of its folder with splits, or of its table, in the workspace. */
  readonly path: string;
  /** Those asked for that it gives. */
  readonly diagnoses: readonly string[];
}

type Context = Pick<JobContext, 'workspace' | 'log'>;

interface CohortRow {
  readonly cohort: string;
  readonly path: string;
  readonly diagnoses: string;
}

/** The rows of a table of cohorts. Throws `cohort-table-expected`, `cohort-table`, `cohort-path`, and what reading throws. */
async function readCohorts(path: string, columns: readonly string[], what: string, context: Context): Promise<CohortRow[]> {
  const { workspace } = context;
  const expected = columns.join(', ');
  if (!path.endsWith('.tsv')) throw appError('cohort-table-expected', { path, what, expected }, { where: path });
  const refuse = (problem: string): Error => appError('cohort-table', { path, problem, expected }, { where: path });
  const table = readSessionTable(await workspace.read(path), { where: path });
  const lacking = columns.filter((name) => !table.columns.some((column) => column.name === name));
  if (lacking.length > 0) throw refuse(`no column ${lacking.join(', ')}`);
  const texts = new Map(columns.map((name) => [name, textsOf(table, name)]));
  const rows = texts.get('cohort')!.map((cohort, i) => ({
    cohort,
    path: texts.get('path')![i],
    diagnoses: texts.get('diagnoses')?.[i] ?? '',
  }));
  if (rows.length === 0) throw refuse('no rows');
  const empty = rows.findIndex((row) => columns.some((name) => row[name as keyof CohortRow] === ''));
  if (empty >= 0) throw refuse(`an empty cell in row ${empty + 1}`);
  const again = rows.find(({ cohort }, i) => rows.some((other, j) => j < i && other.cohort === cohort));
  if (again !== undefined) throw refuse(`the cohort "${again.cohort}" twice`);
  const found: CohortRow[] = [];
  for (const row of rows) found.push({ ...row, path: await placeOf(row, path, context) });
  return found;
}

function textsOf({ columns }: Table, name: string): string[] {
  const values = columns.find((column) => column.name === name)?.values ?? [];
  return values.map((value) => (value === null ? '' : String(value).trim()));
}

/** A path of a table, as typed in the opened folder; else beside the table, or where its last names are. Throws `cohort-path`. */
async function placeOf({ cohort, path }: CohortRow, table: string, { workspace, log }: Context): Promise<string> {
  if (!path.startsWith('/') && (await workspace.kindOf(path)) !== undefined) return path;
  try {
    const quiet = { workspace, log: () => {}, issue: () => {} };
    const found = await rememberedPath(path, { now: table, before: null }, quiet);
    log(`"${path}" of the cohort "${cohort}" is taken to be "${found}" in the opened folder.`);
    return found;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'path-elsewhere') throw error;
    throw appError('cohort-path', { table, cohort, path, folder: workspace.name }, { where: table });
  }
}

/** The CAPS of each cohort. Throws what a table of cohorts throws. */
export async function cohortCaps(path: string, multiCohort: boolean, context: Context): Promise<readonly CohortCaps[]> {
  return multiCohort ? readCohorts(path, ['cohort', 'path'], 'CAPS folders', context) : [{ cohort: singleCohort, path }];
}

export interface TablesRequest {
  readonly path: string;
  readonly multiCohort: boolean;
  /** Asked for. */
  readonly diagnoses: readonly string[];
  /** Cohorts whose diagnoses are none of them are left out, and all of them must be somewhere; else every cohort is taken. */
  readonly isComplete?: boolean;
  readonly caps: readonly CohortCaps[];
}

/**
 * The folders with splits (or the tables) of each cohort that has one of the diagnoses. Throws what a table of cohorts throws,
 * `cohort-diagnoses` for diagnoses that no cohort has, `cohort-unknown` for a cohort without a CAPS, and `cohort-table-unasked`.
 */
export async function cohortTables(
  { path, multiCohort, diagnoses, isComplete = true, caps }: TablesRequest,
  context: Context,
): Promise<readonly CohortTables[]> {
  if (!multiCohort) {
    await refuseCohortTable(path, context.workspace);
    return [{ cohort: singleCohort, path, diagnoses }];
  }
  const rows = await readCohorts(path, ['cohort', 'path', 'diagnoses'], 'tables', context);
  const tables = rows.map((row) => {
    const own = row.diagnoses.split(',').map((name) => name.replaceAll(/\s/g, ''));
    return {
      cohort: row.cohort,
      path: row.path,
      diagnoses: isComplete ? diagnoses.filter((name) => own.includes(name)) : diagnoses,
    };
  });
  const lacking = diagnoses.filter((name) => !tables.some((table) => table.diagnoses.includes(name)));
  if (isComplete && lacking.length > 0)
    throw appError('cohort-diagnoses', { path, lacking: lacking.join(', '), wanted: diagnoses.join(', ') }, { where: path });
  const used = isComplete ? tables.filter((table) => table.diagnoses.length > 0) : tables;
  for (const { cohort } of used)
    if (!caps.some((one) => one.cohort === cohort))
      throw appError('cohort-unknown', { cohort, path, there: caps.map((one) => one.cohort).join(', ') }, { where: path });
  return used;
}

/** Throws `cohort-table-unasked` for a table of cohorts where the tables of one are expected. */
async function refuseCohortTable(path: string, workspace: Folder): Promise<void> {
  if (!path.endsWith('.tsv') || (await workspace.kindOf(path)) !== 'file') return;
  const names = new Set(readSessionTable(await workspace.read(path), { where: path }).columns.map((column) => column.name));
  if (names.has('cohort') && names.has('path')) throw appError('cohort-table-unasked', { path }, { where: path });
}

/**
 * People of several cohorts. Tables of results name participants and sessions, not cohorts: throws `cohorts-share-sessions` for a session
 * that two cohorts have, and tells of participants that two have (`cohorts-share-people`), who are taken for one person.
 */
export function checkCohorts(rows: readonly GroupRow[], where: string): Issue[] {
  const sessions = new Map<string, string>();
  const people = new Map<string, string>();
  const [twice, shared] = [new Set<string>(), new Set<string>()];
  for (const row of rows) {
    const { cohort = singleCohort } = row;
    const [session, person] = [sessionText(row), participantKey(row)];
    if ((sessions.get(session) ?? cohort) !== cohort) twice.add(session);
    if ((people.get(person) ?? cohort) !== cohort) shared.add(row.participant_id);
    sessions.set(session, sessions.get(session) ?? cohort);
    people.set(person, people.get(person) ?? cohort);
  }
  if (twice.size > 0) throw appError('cohorts-share-sessions', { count: twice.size, sessions: someOf([...twice]) }, { where });
  if (shared.size === 0) return [];
  return [makeIssue('cohorts-share-people', { count: shared.size, participants: someOf([...shared]) }, where)];
}

/** The folders of the CAPS, to ask the disk about names. */
export const capsFolders = (caps: readonly CohortCaps[], workspace: Folder): Folder[] =>
  caps.map(({ path }) => workspace.sub(path));

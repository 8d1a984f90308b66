/** @file The train and validation rows of each split, from a folder that `tsvtools split` or `tsvtools kfold` wrote. */
import { AppError, appError } from '../base/errors';
import { type Issue, makeIssue } from '../base/issues';
import { sessionText } from '../caps/entities';
import type { Folder } from '../folders/folder';
import { joinPath, parentOf } from '../folders/names';
import { type GroupRow, singleCohort } from '../maps/groups';
import { quoteWord } from '../options/derive/words';
import type { CohortTables } from './cohorts';
import { type GroupTableOptions, readGroupTable } from './group-table';
import { splitFoldersNear, typedSplit } from './split-folders';

export interface SplitTableOptions extends GroupTableOptions {
  readonly n_splits: number;
  /** Use `train_baseline.tsv`. */
  readonly baseline: boolean;
  /** Use `validation.tsv`. */
  readonly valid_longitudinal: boolean;
}

export interface SplitRows {
  readonly split: number;
  readonly train: readonly GroupRow[];
  readonly validation: readonly GroupRow[];
  /** Path of the train table, for messages. */
  readonly trainPath: string;
  readonly validationPath: string;
}

/** k-fold when `n_splits` > 1, else the folder itself is the only split. */
export function splitCount(nSplits: number): number {
  return Math.max(nSplits, 1);
}

/** The two tables of a split that the options ask for. */
function tablesOf({ baseline, valid_longitudinal }: SplitTableOptions): readonly [train: string, validation: string] {
  return [baseline ? 'train_baseline.tsv' : 'train.tsv', valid_longitudinal ? 'validation.tsv' : 'validation_baseline.tsv'];
}

async function readSplit(
  workspace: Folder,
  { cohort, path, diagnoses }: CohortTables,
  split: number,
  options: SplitTableOptions,
): Promise<SplitRows> {
  const folder = options.n_splits > 1 ? joinPath(path, `split-${split}`) : path;
  const [trainPath, validationPath] = tablesOf(options).map((table) => joinPath(folder, table));
  const read = async (table: string): Promise<GroupRow[]> =>
    ofCohort(cohort, await readGroupTable(workspace, table, { ...options, diagnoses }));
  return { split, train: await read(trainPath), validation: await read(validationPath), trainPath, validationPath };
}

/** The rows, as those of a cohort. */
export function ofCohort(cohort: string, rows: readonly GroupRow[]): GroupRow[] {
  return rows.map((row) => (cohort === singleCohort ? row : { ...row, cohort }));
}

/** The splits of all cohorts together, one cohort after the other. */
export async function readSplits(
  workspace: Folder,
  cohorts: readonly CohortTables[],
  options: SplitTableOptions,
): Promise<SplitRows[]> {
  for (const { path } of cohorts) await checkSplitFolder(workspace, path, options);
  const splits: SplitRows[] = [];
  for (let i = 0; i < splitCount(options.n_splits); i++) {
    const parts: SplitRows[] = [];
    for (const cohort of cohorts) parts.push(await readSplit(workspace, cohort, i, options));
    const together = (of: (part: SplitRows) => string): string => parts.map(of).join(', ');
    splits.push({
      split: i,
      train: parts.flatMap(({ train }) => train),
      validation: parts.flatMap(({ validation }) => validation),
      trainPath: together(({ trainPath }) => trainPath),
      validationPath: together(({ validationPath }) => validationPath),
    });
  }
  return splits;
}

/**
 * Throws `splits-elsewhere` with what to give instead when the splits lie in another folder or are of another number,
 * `split-incomplete` when one of the two tables is missing, `tsv-folder-expected`, `folder-missing`, `file-missing`.
 */
async function checkSplitFolder(workspace: Folder, path: string, options: SplitTableOptions): Promise<void> {
  const tables = tablesOf(options);
  const { n_splits } = options;
  const folders = n_splits > 1 ? Array.from({ length: n_splits }, (_, split) => joinPath(path, `split-${split}`)) : [path];
  const lacking: { readonly folder: string; readonly table: string }[] = [];
  for (const folder of folders)
    for (const table of tables) if ((await workspace.kindOf(joinPath(folder, table))) !== 'file') lacking.push({ folder, table });
  if (lacking.length === 0) return;
  const kind = await workspace.kindOf(path);
  const near = kind === undefined && !/\.tsv$/i.test(path) ? [] : await splitFoldersNear(workspace, path, tables, n_splits > 1);
  if (near.length > 0) {
    const own = near.find((found) => found.path === path);
    const several = own === undefined ? 'a folder without splits of its own' : `a folder with ${own.folds} folds`;
    const found = kind !== 'folder' ? 'a table' : own?.folds === 0 ? 'the folder of a single split' : several;
    const expected = n_splits > 1 ? `a folder with split-0 to split-${n_splits - 1}` : `a folder with ${tables.join(' and ')}`;
    const give = near.slice(0, 3).map(typedSplit).join(', or ');
    throw appError('splits-elsewhere', { path, found, expected, give }, { where: path });
  }
  if (kind === 'file' || /\.tsv$/i.test(path)) throw appError('tsv-folder-expected', { path }, { where: path });
  if (kind !== 'folder') throw appError('folder-missing', { path, folder: workspace.name }, { where: path });
  const { folder, table: missing } = lacking[0];
  if ((await workspace.kindOf(folder)) !== 'folder')
    throw appError('split-missing', { folder, split: folders.indexOf(folder), splits: n_splits }, { where: folder });
  const present = (await workspace.list(folder)).map(({ name }) => name).filter((name) => name.endsWith('.tsv'));
  const way = wayToTable(missing, folder, present);
  if (way === undefined) return; // reading the table tells that it is missing
  throw appError('split-incomplete', { folder, tables: present.join(', '), missing, way }, { where: joinPath(folder, missing) });
}

/** How to get a table that a split lacks, from those that it has. */
function wayToTable(missing: string, folder: string, present: readonly string[]): string | undefined {
  const twin = missing.includes('_baseline') ? missing.replace('_baseline', '') : missing.replace('.tsv', '_baseline.tsv');
  if (missing === 'validation.tsv' && present.includes(twin))
    return 'make the splits again with --valid_longitudinal, or train without it';
  if (missing === 'train_baseline.tsv' && present.includes(twin))
    return 'make the splits again with "tsvtools split" or "tsvtools kfold", or train without --baseline';
  if (!missing.startsWith('validation') || !present.some((name) => name.startsWith('train'))) return undefined;
  const others = present.filter((name) => !/^(train|validation)/.test(name) && name.endsWith('_baseline.tsv'));
  if (/(^|\/)split-\d+$/.test(folder) && others.length > 0)
    return `rename ${others[0]} to ${missing} in each fold, or make the folds again without --subset_name`;
  const table = quoteWord(joinPath(folder, present.includes('train.tsv') ? 'train.tsv' : 'train_baseline.tsv'));
  const folds = quoteWord(joinPath(folder, '5_fold'));
  return `run "clinicadl tsvtools kfold ${table} --n_splits 5" and give the folder that it makes, ${folds} --n_splits 5`;
}

/** Participants that a split has on both sides: their validation rows say nothing about new people. */
export function leakIssues(splits: readonly SplitRows[]): Issue[] {
  return splits.flatMap(({ split, train, validation, validationPath }) => {
    const seen = new Set(train.map((row) => row.participant_id));
    const shared = [...new Set(validation.map((row) => row.participant_id))].filter((id) => seen.has(id));
    if (shared.length === 0) return [];
    return [
      makeIssue('split-leakage', { split, count: shared.length, participants: shared.join(', ') }, validationPath, 'error'),
    ];
  });
}

/**
 * What `groups/train+validation.tsv` lists: of the table that was split (`train.tsv`, else `labels.tsv`, in the folder above), as
 * ClinicaDL does, the sessions of whoever is in a train or validation table; then sessions that stand in those only. Nobody else has
 * been trained on. The table above may hold other labels, or be damaged: the splits are enough to train.
 */
export async function trainValidationRows(
  workspace: Folder,
  cohorts: readonly CohortTables[],
  splits: readonly SplitRows[],
  options: GroupTableOptions,
): Promise<GroupRow[]> {
  const rows: GroupRow[] = [];
  for (const { cohort, path, diagnoses } of cohorts) {
    const ofThis = (row: GroupRow): boolean => (row.cohort ?? singleCohort) === cohort;
    const own = splits.flatMap((split) => [...split.train, ...split.validation]).filter(ofThis);
    rows.push(...(await seenOfCohort(workspace, path, own, { ...options, diagnoses })));
  }
  return rows;
}

async function seenOfCohort(
  workspace: Folder,
  tsvPath: string,
  own: readonly GroupRow[],
  options: GroupTableOptions,
): Promise<GroupRow[]> {
  const participants = new Set(own.map((row) => row.participant_id));
  const rows = (await rowsAbove(workspace, tsvPath, options)).filter((row) => participants.has(row.participant_id));
  const known = new Set(rows.map(sessionText));
  for (const row of own) {
    const key = sessionText(row);
    if (known.has(key)) continue;
    known.add(key);
    rows.push(row);
  }
  return rows;
}

async function rowsAbove(workspace: Folder, tsvPath: string, options: GroupTableOptions): Promise<GroupRow[]> {
  for (const name of ['train.tsv', 'labels.tsv']) {
    const path = joinPath(parentOf(tsvPath), name);
    if ((await workspace.kindOf(path)) !== 'file') continue;
    try {
      return await readGroupTable(workspace, path, { ...options, label: null, tell: () => {} });
    } catch (error) {
      if (!(error instanceof AppError) || error.kind === 'machine') throw error;
      // Of other labels: nobody there is of this study, so nothing is left out.
      if (error.code !== 'group-empty' && error.code !== 'group-rowless')
        options.tell?.(makeIssue('table-above', { file: path, problem: error.message }, path));
      return [];
    }
  }
  return [];
}

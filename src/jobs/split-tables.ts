/** @file The train and validation rows of each split, from a folder that `tsvtools split` or `tsvtools kfold` wrote. */
import { appError } from '../base/errors';
import { type Issue, makeIssue } from '../base/issues';
import type { Folder } from '../folders/folder';
import type { GroupRow } from '../maps/groups';
import { type GroupTableOptions, readGroupTable } from './group-table';

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

export async function readSplit(
  workspace: Folder,
  tsvPath: string,
  split: number,
  options: SplitTableOptions,
): Promise<SplitRows> {
  const folder = options.n_splits > 1 ? `${tsvPath}/split-${split}` : tsvPath;
  const trainPath = `${folder}/${options.baseline ? 'train_baseline.tsv' : 'train.tsv'}`;
  const validationPath = `${folder}/${options.valid_longitudinal ? 'validation.tsv' : 'validation_baseline.tsv'}`;
  if ((await workspace.kindOf(folder)) !== 'folder') {
    throw appError('split-missing', { folder, split, splits: options.n_splits }, { where: folder });
  }
  return {
    split,
    train: await readGroupTable(workspace, trainPath, options),
    validation: await readGroupTable(workspace, validationPath, options),
    trainPath,
    validationPath,
  };
}

export async function readSplits(workspace: Folder, tsvPath: string, options: SplitTableOptions): Promise<SplitRows[]> {
  if (/\.tsv$/i.test(tsvPath)) throw appError('tsv-folder-expected', { path: tsvPath }, { where: tsvPath });
  if ((await workspace.kindOf(tsvPath)) !== 'folder') {
    throw appError('folder-missing', { path: tsvPath, folder: workspace.name }, { where: tsvPath });
  }
  const splits: SplitRows[] = [];
  for (let i = 0; i < splitCount(options.n_splits); i++) splits.push(await readSplit(workspace, tsvPath, i, options));
  return splits;
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
 * What `groups/train+validation.tsv` lists: the table that was split (`train.tsv`, else `labels.tsv`, in the folder above), as
 * ClinicaDL does, and whoever else is in a split.
 */
export async function trainValidationRows(
  workspace: Folder,
  tsvPath: string,
  splits: readonly SplitRows[],
  options: GroupTableOptions,
): Promise<GroupRow[]> {
  const parent = tsvPath.split('/').slice(0, -1).join('/');
  const candidates = ['train.tsv', 'labels.tsv'].map((name) => (parent === '' ? name : `${parent}/${name}`));
  let rows: GroupRow[] = [];
  for (const path of candidates) {
    if ((await workspace.kindOf(path)) !== 'file') continue;
    rows = await readGroupTable(workspace, path, { ...options, label: null });
    break;
  }
  const known = new Set(rows.map((row) => `${row.participant_id}\t${row.session_id}`));
  for (const row of splits.flatMap((split) => [...split.train, ...split.validation])) {
    const key = `${row.participant_id}\t${row.session_id}`;
    if (known.has(key)) continue;
    known.add(key);
    rows.push(row);
  }
  return rows;
}

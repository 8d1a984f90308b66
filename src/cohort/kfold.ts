/** @file Participants into k folds of like classes. */
import { appError } from '../base/errors';
import { column, selectRows, type Table } from '../formats/tsv';
import { stratifiedFolds } from './stratify';

export interface Fold {
  /** First sessions, in the order of the table. */
  readonly train: Table;
  readonly validation: Table;
}

export interface Folds {
  readonly folds: readonly Fold[];
  /** Classes with fewer participants than folds: absent from some validation sets. Without those of single missing cells. */
  readonly smallClasses: readonly { readonly label: string; readonly participants: number }[];
  /** Participants whose missing cell is a class of its own. */
  readonly single: number;
}

/**
 * Fold i has the participants of fold i as validation, all others as train. `table`: first sessions. Missing cells of the
 * stratification column are one class among texts, and each a class of its own among numbers and flags, as NaN are in pandas.
 * Throws `column-missing` (of `column`), `folds-too-many`.
 */
export function kfold(table: Table, k: number, stratification: string, seed: number, where: string): Folds {
  const { type, values } = column(table, stratification, where);
  const classes = values.map((value, row) => (value !== null ? `${value}` : type === 'text' ? '' : row));
  const labels = [...new Set(classes)].filter((label) => typeof label === 'string');
  const sizes = labels.map((label) => ({ label, participants: classes.filter((value) => value === label).length }));
  const single = classes.filter((value) => typeof value === 'number').length;
  const largest = sizes.reduce((max, { participants }) => Math.max(max, participants), Math.min(single, 1));
  if (k > largest) throw appError('folds-too-many', { n_splits: k, column: stratification, largest, file: where }, { where });
  const fold = stratifiedFolds(classes, k, seed);
  const rows = (wanted: (of: number) => boolean): Table =>
    selectRows(
      table,
      fold.flatMap((of, row) => (wanted(of) ? [row] : [])),
    );
  return {
    folds: Array.from({ length: k }, (_, i) => ({ train: rows((of) => of !== i), validation: rows((of) => of === i) })),
    smallClasses: sizes.filter(({ participants }) => participants < k),
    single,
  };
}

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
  /** Classes with fewer participants than folds: absent from some validation sets. */
  readonly smallClasses: readonly { readonly label: string; readonly participants: number }[];
}

/**
 * Fold i has the participants of fold i as validation, all others as train. `table`: first sessions. Empty cells of the
 * stratification column are a class of their own. Throws `column-missing` (of `column`), `folds-too-many`.
 */
export function kfold(table: Table, k: number, stratification: string, seed: number, where: string): Folds {
  const classes = column(table, stratification, where).values.map((value) => (value === null ? '' : `${value}`));
  const labels = [...new Set(classes)];
  const sizes = labels.map((label) => ({ label, participants: classes.filter((value) => value === label).length }));
  const largest = sizes.reduce((max, { participants }) => Math.max(max, participants), 0);
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
  };
}

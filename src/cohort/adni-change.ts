/** @file The diagnosis that ADNI's column `adni_diagnosis_change` tells, for rows without one of their own. */

import { pythonTexts } from '../formats/python-text';
import { type Column, column, type Table } from '../formats/tsv';
import { optionalColumn } from './sessions';

const afterChange: Readonly<Record<number, string>> = {
  1: 'CN',
  2: 'MCI',
  3: 'AD',
  4: 'MCI',
  5: 'AD',
  6: 'AD',
  7: 'CN',
  8: 'MCI',
  9: 'CN',
};

export interface Diagnoses {
  /** One per row, as text; null where it is missing. */
  readonly values: readonly (string | null)[];
  /** Rows without a diagnosis of their own. */
  readonly missing: number;
  /** Of these, rows that got none. */
  readonly notFound: number;
}

/** The diagnoses of a merged table, gaps filled. −1 and other codes stand for none. Throws `column-missing` (of `column`). */
export function filledDiagnoses(table: Table, where: string): Diagnoses {
  const own = pythonTexts(column(table, 'diagnosis', where)).texts;
  const changes: Column | undefined = optionalColumn(table, 'adni_diagnosis_change');
  const values = own.map((value, row) => value ?? afterChange[Number(changes?.values[row] ?? Number.NaN)] ?? null);
  const gaps = (list: readonly (string | null)[]): number => list.filter((value) => value === null).length;
  return { values, missing: gaps(own), notFound: gaps(values) };
}

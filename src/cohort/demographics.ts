/** @file What a split looks at in a table of first sessions: classes, ages and sexes, checked. */
import { appError } from '../base/errors';
import { type Column, column, type Table } from '../formats/tsv';
import { optionalColumn } from './sessions';

/**
 * One class name per row of column `name`. Throws `column-missing` (of `column`) and `class-empty` when a participant has
 * no value.
 */
export function classesOf(table: Table, name: string, where: string): string[] {
  const participants = column(table, 'participant_id', where).values;
  return column(table, name, where).values.map((value, i) => {
    if (value === null)
      throw appError('class-empty', { file: where, participant: `${participants[i]}`, column: name }, { where });
    return `${value}`;
  });
}

/**
 * Classes as numbers 1…k in the order of their names (numbers by size), classes of one member put to class 1.
 * Throws `class-too-small` when class 1 still has one member.
 */
export function splitCategories(classes: readonly string[], where: string, name: string): number[] {
  const names = [...new Set(classes)];
  const numeric = names.every((value) => value !== '' && !Number.isNaN(Number(value)));
  names.sort((a, b) => (numeric ? Number(a) - Number(b) : a < b ? -1 : 1));
  const size = (value: string): number => classes.filter((other) => other === value).length;
  const numbers = new Map(names.map((value, i) => [value, size(value) === 1 ? 1 : i + 1]));
  const categories = classes.map((value) => numbers.get(value) ?? 1);
  if (categories.filter((category) => category === 1).length === 1) {
    throw appError('class-too-small', { file: where, column: name, label: names[0] }, { where });
  }
  return categories;
}

/** The column `age`, or `age_bl`. */
export function ageColumn(table: Table): Column | undefined {
  return optionalColumn(table, 'age') ?? optionalColumn(table, 'age_bl');
}

/** Ages in years, null where missing. Throws `age-not-a-number`. */
export function agesOf(table: Table, where: string): (number | null)[] {
  const participants = column(table, 'participant_id', where).values;
  const ages = ageColumn(table) ?? column(table, 'age', where);
  return ages.values.map((value, i) => {
    if (value === null || typeof value === 'number') return value;
    throw appError(
      'age-not-a-number',
      { file: where, participant: `${participants[i]}`, column: ages.name, value: `${value}` },
      { where },
    );
  });
}

/** `M` or `F` per row. Throws `sex-unknown`. */
export function sexesOf(table: Table, where: string): string[] {
  const participants = column(table, 'participant_id', where).values;
  return column(table, 'sex', where).values.map((value, i) => {
    if (value === 'M' || value === 'F') return value;
    const found = value === null ? 'nothing' : `"${value}"`;
    throw appError('sex-unknown', { file: where, participant: `${participants[i]}`, value: found }, { where });
  });
}

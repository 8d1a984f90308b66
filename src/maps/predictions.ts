/** @file `<group>_<mode>_level_prediction.tsv`, both directions. Which columns follow the id is the task's affair. */
import { readFloat } from '../base/python-number';
import { readSessionTable } from '../formats/session-table';
import { type Column, column } from '../formats/tsv';
import type { PredictionRow } from '../learning/prediction';
import type { Task } from '../learning/tasks/task';
import type { PredictionLevel } from './layout';
import { writeTextTable } from './text-table';

/** `participant_id session_id <mode>_id …`, and the columns of the task. */
export function writePredictions<Row extends PredictionRow>(
  rows: readonly Row[],
  mode: PredictionLevel,
  { columns, cells }: Pick<Task<Row>, 'columns' | 'cells'>,
): Uint8Array<ArrayBuffer> {
  return writeTextTable(
    ['participant_id', 'session_id', `${mode}_id`, ...columns],
    rows.map((row) => [row.participant_id, row.session_id, String(row.elementId), ...cells(row)]),
  );
}

/**
 * Rows of a prediction table; an empty cell of a number is NaN. At image level the elements are called after the mode where they
 * voted, and `image_id` where there was one; participants and sessions are empty in a copied table without them. Throws the
 * catalogue's error for a missing column.
 */
export function readPredictions<Row extends PredictionRow>(
  bytes: Uint8Array,
  mode: PredictionLevel,
  where: string,
  task: Pick<Task<Row>, 'columns' | 'read'>,
): Row[] {
  const table = readSessionTable(bytes, { where });
  const texts = (name: string): readonly string[] => column(table, name, where).values.map(String);
  const numbers = (source: Column): readonly number[] =>
    source.values.map((value) => (value === null ? Number.NaN : readFloat(String(value))));
  const has = (name: string): boolean => table.columns.some((found) => found.name === name);
  const single = has('image_id');
  // ClinicaDL loses the names when it copies the one element of each image to the image level
  const isNameless = single && mode !== 'image' && !has('participant_id');
  const elementCount = table.columns[0]?.values.length ?? 0;
  const nameless: readonly string[] = Array.from({ length: elementCount }, () => '');
  const participants = isNameless ? nameless : texts('participant_id');
  const sessions = isNameless ? nameless : texts('session_id');
  const elements = numbers(column(table, single ? 'image_id' : `${mode}_id`, where));
  const own = new Map(task.columns.map((name) => [name, numbers(column(table, name, where))]));
  return participants.map((participant_id, i) =>
    task.read({ participant_id, session_id: sessions[i], elementId: elements[i] }, (name) => own.get(name)?.[i] ?? Number.NaN),
  );
}

/** Number of classes in a table of classification, by its columns. */
export function classesIn(columns: readonly string[]): number {
  return columns.filter((name) => /^proba\d+$/.test(name)).length;
}

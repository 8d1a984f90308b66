/** @file `<group>_<level>_level_prediction.tsv`, both directions. */
import { printCell } from '../base/python-number';
import { readSessionTable } from '../formats/session-table';
import { type Column, column } from '../formats/tsv';
import type { PredictionRow } from '../learning/prediction';
import type { PredictionLevel } from './layout';
import { writeTextTable } from './text-table';

/** `participant_id session_id <mode>_id true_label predicted_label proba0 … proba<classes-1>`; a probability of NaN is an empty cell. */
export function writePredictions(
  rows: readonly PredictionRow[],
  mode: PredictionLevel,
  classCount: number,
): Uint8Array<ArrayBuffer> {
  const header = ['participant_id', 'session_id', `${mode}_id`, 'true_label', 'predicted_label'];
  for (let c = 0; c < classCount; c++) header.push(`proba${c}`);
  return writeTextTable(
    header,
    rows.map((row) => [
      row.participant_id,
      row.session_id,
      String(row.elementId),
      String(row.true_label),
      String(row.predicted_label),
      ...row.probabilities.map(printCell),
    ]),
  );
}

/**
 * Rows of a prediction table; an empty cell of a number is NaN. At image level the elements are called after the mode where they
 * voted, and `image_id` where there was one; participants and sessions are empty in a copied table without them. Throws the
 * catalogue's error for a missing column.
 */
export function readPredictions(bytes: Uint8Array, mode: PredictionLevel, where: string): PredictionRow[] {
  const table = readSessionTable(bytes, { where });
  const texts = (name: string): readonly string[] => column(table, name, where).values.map(String);
  const numbers = (source: Column): readonly number[] =>
    source.values.map((value) => (value === null ? Number.NaN : Number(value)));
  const has = (name: string): boolean => table.columns.some((found) => found.name === name);
  const single = has('image_id');
  // ClinicaDL loses the names when it copies the one element of each image to the image level
  const isNameless = single && mode !== 'image' && !has('participant_id');
  const elementCount = table.columns[0]?.values.length ?? 0;
  const nameless: readonly string[] = Array.from({ length: elementCount }, () => '');
  const participants = isNameless ? nameless : texts('participant_id');
  const sessions = isNameless ? nameless : texts('session_id');
  const elements = numbers(column(table, single ? 'image_id' : `${mode}_id`, where));
  const truth = numbers(column(table, 'true_label', where));
  const predicted = numbers(column(table, 'predicted_label', where));
  const probabilities = table.columns.filter((c) => /^proba\d+$/.test(c.name)).map(numbers);
  return participants.map((participant_id, i) => ({
    participant_id,
    session_id: sessions[i],
    elementId: elements[i],
    true_label: truth[i],
    predicted_label: predicted[i],
    probabilities: probabilities.map((p) => p[i]),
  }));
}

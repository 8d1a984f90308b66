/** @file The elements of an image in a prediction table. */
import { appError } from '../../base/errors';
import type { LabelledRow, PredictionRow } from '../prediction';

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The rows of each image (participant and session), images sorted by both, elements by their id. */
export function byImage<Row extends PredictionRow>(rows: readonly Row[]): Row[][] {
  const images = new Map<string, Row[]>();
  for (const row of rows) {
    const key = `${row.participant_id}\t${row.session_id}`;
    const image = images.get(key);
    if (image === undefined) images.set(key, [row]);
    else image.push(row);
  }
  return [...images.values()]
    .sort(([a], [b]) => compare(a.participant_id, b.participant_id) || compare(a.session_id, b.session_id))
    .map((image) => image.sort((a, b) => a.elementId - b.elementId));
}

/** What the row of an image says of its elements. Throws `vote-labels-differ` when they have not one true label. */
export function headOf([first, ...others]: readonly LabelledRow[]): Pick<LabelledRow, keyof PredictionRow | 'true_label'> {
  const { participant_id, session_id, true_label } = first;
  const other = others.find((row) => row.true_label !== true_label);
  if (other !== undefined) {
    const where = `${participant_id} ${session_id}`;
    const values = { image: where, first: true_label ?? 'none', second: other.true_label ?? 'none' };
    throw appError('vote-labels-differ', values, { where });
  }
  return { participant_id, session_id, elementId: 0, true_label };
}

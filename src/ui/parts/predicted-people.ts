/** @file The people of a result, each with what was predicted of their image. Pure. */
import type { ResultView } from '../../jobs/result-view';
import { decimal } from './words';

export interface PredictedPerson {
  readonly participant_id: string;
  readonly session_id: string;
  /** `true AD, predicted CN with probability 0.61`. */
  readonly text: string;
  /** Null without labels, and for numbers. */
  readonly wrong: boolean | null;
}

/** Sessions in the order of the table. Of several elements the number of mistakes is told; nobody where the table does not name them. */
export function peopleOf({ rows, classes, task }: ResultView): PredictedPerson[] {
  if (task !== 'classification') return [];
  const name = (label: number): string => classes[label] ?? String(label);
  const sessions = new Map<string, typeof rows>();
  for (const row of rows) {
    if (row.participant_id === '') continue;
    const key = `${row.participant_id} ${row.session_id}`;
    sessions.set(key, [...(sessions.get(key) ?? []), row]);
  }
  return [...sessions.values()].map((own): PredictedPerson => {
    const [{ participant_id, session_id, true_label: truth, predicted_label: predicted, probabilities }] = own;
    const isWrong = (row: (typeof own)[number]): boolean => row.true_label !== row.predicted_label;
    const begin = truth === undefined ? '' : `true ${name(truth)}, `;
    if (own.length === 1) {
      const text = `${begin}predicted ${name(predicted)} with probability ${decimal(probabilities[predicted])}`;
      return { participant_id, session_id, text, wrong: truth === undefined ? null : isWrong(own[0]) };
    }
    const mistakes = own.filter(isWrong).length;
    const text = truth === undefined ? `${own.length} predictions` : `${begin}${mistakes} of ${own.length} predictions wrong`;
    return { participant_id, session_id, text, wrong: truth === undefined ? null : mistakes > 0 };
  });
}

/** @file Tables of ClinicaDL 0.2 with the columns of today. Its positive class was 1 and is node 0 now: labels and probabilities change places. */
import { appError } from '../base/errors';
import type { PredictionLevel } from './layout';
import { readTextTable, type TextTable, writeTextTable } from './text-table';

type Bytes = Uint8Array<ArrayBuffer>;

const flipped: Readonly<Record<string, string>> = { '0': '1', '1': '0', '0.0': '1', '1.0': '0' };
const renamedMetrics: ReadonlyMap<string, string> = new Map([
  ['accuracy', 'accuracy'],
  ['balanced_accuracy', 'BA'],
  ['sensitivity', 'sensitivity'],
  ['specificity', 'specificity'],
  ['ppv', 'PPV'],
  ['npv', 'NPV'],
]);

/** Throws `older-table` for a table without a column that every such table has. */
function columnsOf({ header }: TextTable, names: readonly string[], where: string): number[] {
  return names.map((name) => {
    const at = header.indexOf(name);
    if (at < 0) throw appError('older-table', { file: where, column: name, found: header.join(', ') }, { where });
    return at;
  });
}

/** Predictions; those of images after a vote had no probabilities, and their cells stay empty. Throws `older-table`. */
export function todaysPredictions(bytes: Uint8Array, mode: PredictionLevel, where: string): Bytes {
  const table = readTextTable(bytes, where);
  const [participant, session, truth, predicted] = columnsOf(
    table,
    ['participant_id', 'session_id', 'true_label', 'predicted_label'],
    where,
  );
  const [id, proba0, proba1] = [`${mode}_id`, 'proba0', 'proba1'].map((name) => table.header.indexOf(name));
  return writeTextTable(
    ['participant_id', 'session_id', `${mode}_id`, 'true_label', 'predicted_label', 'proba0', 'proba1'],
    table.rows.map((row) => [
      row[participant],
      row[session],
      id < 0 ? '0' : row[id],
      flipped[row[truth]] ?? row[truth],
      flipped[row[predicted]] ?? row[predicted],
      proba1 < 0 ? '' : row[proba1],
      proba0 < 0 ? '' : row[proba0],
    ]),
  );
}

/** Metrics, by today's names; its losses are sums over elements, which no metric of today is, and are left out. */
export function todaysMetrics(bytes: Uint8Array, where: string): Bytes {
  const { header, rows } = readTextTable(bytes, where);
  const kept = header.flatMap((name, at) => (renamedMetrics.has(name) ? [{ name: renamedMetrics.get(name) ?? name, at }] : []));
  if (rows.length <= 1)
    return writeTextTable(
      kept.map(({ name }) => name),
      rows.map((row) => kept.map(({ at }) => row[at])),
    );
  // One block for each network.
  const text = rows.flatMap((row) => [
    ['Metrics', ...kept.map(({ name }) => name)],
    ['Values', ...kept.map(({ at }) => row[at])],
  ]);
  return new TextEncoder().encode(`${text.map((cells) => cells.join('\t')).join('\n')}\n`);
}

/** `training.tsv`: losses are means of an element, as they were. */
export function todaysLog(bytes: Uint8Array, where: string): Bytes {
  const { header, rows } = readTextTable(bytes, where);
  return writeTextTable(
    header.map((name) => name.replace(/^balanced_accuracy_/, 'BA_')),
    rows,
  );
}

export interface OlderSession {
  readonly participant_id: string;
  readonly session_id: string;
  /** As the table has it: 0, 1, or −1 without labels. */
  readonly label: string;
}

/** The sessions of predictions, each once, in the order of their names. */
export function sessionsIn(bytes: Uint8Array, where: string): OlderSession[] {
  const table = readTextTable(bytes, where);
  const [participant, session, label] = columnsOf(table, ['participant_id', 'session_id', 'true_label'], where);
  const found = new Map<string, OlderSession>();
  for (const row of table.rows) {
    const one = { participant_id: row[participant], session_id: row[session], label: row[label] };
    found.set(`${one.participant_id}\t${one.session_id}`, one);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** The largest number of an element plus 1; null for a table without elements. */
export function elementsIn(bytes: Uint8Array, mode: PredictionLevel, where: string): number | null {
  const { header, rows } = readTextTable(bytes, where);
  const at = header.indexOf(`${mode}_id`);
  return at < 0 || rows.length === 0 ? null : 1 + Math.max(...rows.map((row) => Number(row[at])));
}

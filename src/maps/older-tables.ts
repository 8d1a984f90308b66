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

/** A table that was written to its end. Throws `older-table-damaged`, and what `readTextTable` throws. */
function readWhole(bytes: Uint8Array, where: string): TextTable {
  const table = readTextTable(bytes, where);
  if (bytes.at(-1) !== newline) throw damaged('its last line has no end', where);
  if (table.rows.length === 0) throw damaged('it has no rows', where);
  return table;
}

const newline = 10;
const damaged = (problem: string, file: string): Error => appError('older-table-damaged', { file, problem }, { where: file });

/** Throws `older-table-damaged` for a row in which one of these columns has something else. */
function checkCells({ header, rows }: TextTable, columns: Readonly<Record<string, RegExp>>, where: string): void {
  for (const [name, expected] of Object.entries(columns)) {
    const at = header.indexOf(name);
    const row = at < 0 ? -1 : rows.findIndex((cells) => !expected.test(cells[at]));
    if (row >= 0) throw damaged(`${name} of row ${row + 1} is "${rows[row][at]}"`, where);
  }
}

const name = /\S/;
const label = /^(?:[01]|-1)(?:\.0)?$/;
const number = /^\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;
/** A metric that a group has no value for is left empty. */
const metric = /^(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|nan)?$/i;

/** Throws `older-table` for a table without a column that every such table has. */
function columnsOf({ header }: TextTable, names: readonly string[], where: string): number[] {
  return names.map((name) => {
    const at = header.indexOf(name);
    if (at < 0) throw appError('older-table', { file: where, column: name, found: header.join(', ') }, { where });
    return at;
  });
}

/** Predictions; those of images after a vote had no probabilities, and their cells stay empty. Throws `older-table` and `older-table-damaged`. */
export function todaysPredictions(bytes: Uint8Array, mode: PredictionLevel, where: string): Bytes {
  const table = readWhole(bytes, where);
  const [participant, session, truth, predicted] = columnsOf(
    table,
    ['participant_id', 'session_id', 'true_label', 'predicted_label'],
    where,
  );
  checkCells(table, { participant_id: name, session_id: name, true_label: label, predicted_label: label }, where);
  checkCells(table, { [`${mode}_id`]: number, proba0: number, proba1: number }, where);
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

/**
 * Metrics, by today's names; its losses are sums over elements, which no metric of today is, and are left out. Throws `older-table` and
 * `older-table-damaged`.
 */
export function todaysMetrics(bytes: Uint8Array, where: string): Bytes {
  const table = readWhole(bytes, where);
  columnsOf(table, [...renamedMetrics.keys()], where);
  checkCells(table, Object.fromEntries([...renamedMetrics.keys()].map((one) => [one, metric])), where);
  const { header, rows } = table;
  const kept = header.flatMap((name, at) => (renamedMetrics.has(name) ? [{ name: renamedMetrics.get(name) ?? name, at }] : []));
  if (rows.length === 1)
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

/** `training.tsv`: losses are means of an element, as they were. Throws `older-table` and `older-table-damaged`. */
export function todaysLog(bytes: Uint8Array, where: string): Bytes {
  const table = readWhole(bytes, where);
  columnsOf(table, ['epoch', 'iteration', 'loss_train', 'loss_valid'], where);
  checkCells(table, { epoch: number, iteration: number }, where);
  const { header, rows } = table;
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

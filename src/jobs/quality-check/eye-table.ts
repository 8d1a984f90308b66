/** @file The table of a check by eye: a row for each image in the order in which they are shown, with the answers so far. */
import { appError } from '../../base/errors';
import type { SessionKey } from '../../caps/entities';
import type { Folder } from '../../folders/folder';
import { readSessionTable } from '../../formats/session-table';
import { type Cell, fromRows, type Table, writeTsv } from '../../formats/tsv';

export interface EyeAnswer extends SessionKey {
  /** Null: not looked at yet. */
  readonly pass: boolean | null;
  readonly comment: string;
}

const names = ['participant_id', 'session_id', 'pass', 'rater', 'comment'] as const;

const textOf = (cell: Cell | undefined): string => (cell === null || cell === undefined ? '' : String(cell));

/** True, False, or nothing. Throws `compare-answer`. */
export function passOf(cell: Cell | undefined, path: string): boolean | null {
  const found = textOf(cell);
  if (found === '') return null;
  if (!/^(true|false)$/i.test(found)) throw appError('compare-answer', { path, found }, { where: path });
  return found.toLowerCase() === 'true';
}

export interface EyeTable {
  /** Null: no row tells it. */
  readonly rater: string | null;
  readonly answers: readonly EyeAnswer[];
}

/** Throws `eye-table-kept` for a table with the answers of a rater, which no other result may replace. */
export async function refuseEyeTable(workspace: Folder, path: string): Promise<void> {
  if ((await workspace.kindOf(path)) !== 'file') return;
  const { columns } = readSessionTable(await workspace.read(path), { where: path, raw: true });
  if (columns.some(({ name }) => name === 'rater')) throw appError('eye-table-kept', { path }, { where: path });
}

/** Throws `eye-table` for another table, `compare-answer`, and what reading throws. */
export async function readEyeTable(workspace: Folder, path: string): Promise<EyeTable> {
  const table = readSessionTable(await workspace.read(path), { where: path, raw: true });
  const refuse = (problem: string): Error => appError('eye-table', { path, problem }, { where: path });
  const lacking = names.filter((name) => !table.columns.some((column) => column.name === name));
  if (lacking.length > 0) throw refuse(`it has no column ${lacking.join(', ')}`);
  const columns = names.map((name) => table.columns.find((column) => column.name === name)!.values);
  const [participants, sessions, passes, raters, comments] = columns;
  const whose = [...new Set(raters.map(textOf))];
  if (whose.length > 1) throw refuse(`it has several raters, ${whose.map((name) => name || 'nobody').join(', ')}`);
  const answers = participants.map((participant, i) => ({
    participant_id: textOf(participant),
    session_id: textOf(sessions[i]),
    pass: passOf(passes[i], path),
    comment: textOf(comments[i]),
  }));
  return { rater: whose[0] ?? null, answers };
}

export function eyeTable(answers: readonly EyeAnswer[], rater: string): Table {
  const columns = names.map((name) => ({ name, type: name === 'pass' ? ('bool' as const) : ('text' as const) }));
  return fromRows(
    columns,
    answers.map(({ participant_id, session_id, pass, comment }) => [participant_id, session_id, pass, rater, comment || null]),
  );
}

export const printEyeTable = (answers: readonly EyeAnswer[], rater: string): Uint8Array<ArrayBuffer> =>
  writeTsv(eyeTable(answers, rater));

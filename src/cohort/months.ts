/** @file Sessions named by their month, `ses-M006`: the number, and the spelling with three digits. */
import { appError } from '../base/errors';
import { column, type Table } from '../formats/tsv';

const monthName = /^ses-M(\d+)$/;

/** The month of `ses-M006` is 6; undefined for another name. */
function monthIn(session: string): number | undefined {
  const digits = monthName.exec(session)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Throws `session-not-month`. */
export function monthOf(session: string, where: string): number {
  const month = monthIn(session);
  if (month === undefined) throw appError('session-not-month', { file: where, session }, { where });
  return month;
}

/** `ses-M06` as `ses-M006`, which ClinicaDL 1.6 writes; other names stay. */
export function threeDigits(session: string): string {
  return /^ses-M\d\d$/.test(session) ? `ses-M0${session.slice(5)}` : session;
}

/** The table with three digits in its sessions. Throws `column-missing` (of `column`). */
export function withThreeDigits(table: Table, where: string): Table {
  const sessions = column(table, 'session_id', where);
  const longer = { ...sessions, values: sessions.values.map((value) => (value === null ? null : threeDigits(`${value}`))) };
  return { ...table, columns: table.columns.map((found) => (found === sessions ? longer : found)) };
}

/** Rows of each participant, ordered by month. `months`: one per row. */
export function visitsOf(participants: readonly string[], months: readonly number[]): ReadonlyMap<string, readonly number[]> {
  const visits = new Map<string, number[]>();
  participants.forEach((participant, row) => {
    visits.set(participant, [...(visits.get(participant) ?? []), row]);
  });
  for (const rows of visits.values()) rows.sort((a, b) => months[a] - months[b]);
  return visits;
}

/** @file The labels of sessions, chosen from the merged table of a BIDS folder by diagnosis, modality and a list. */
import { appError } from '../base/errors';
import { compareTexts } from '../formats/python-text';
import { type Column, column, rowCount, selectRows, type Table } from '../formats/tsv';
import { filledDiagnoses } from './adni-change';
import { inferDiagnoses } from './missing-diagnoses';
import { monthOf, visitsOf } from './months';
import { optionalColumn, sessionKeys } from './sessions';

/** Rows that one step took away, for the log. */
export interface LabelStep {
  readonly what: string;
  readonly rows: number;
}

export interface LabelOptions {
  readonly diagnoses: readonly string[];
  readonly keepSmc: boolean;
  readonly removeUniqueSession: boolean;
  /** Columns of the result after the ids. */
  readonly columns: readonly string[];
  /** True for a session with an image of the modality. */
  readonly hasModality: (participant: string, session: string) => boolean;
  /** Keys of the sessions that are allowed; null: all. */
  readonly allowed: ReadonlySet<string> | null;
}

export interface Labels {
  readonly table: Table;
  readonly steps: readonly LabelStep[];
  /** Diagnoses that were missing, taken from `adni_diagnosis_change`, and inferred from visits around. */
  readonly missing: number;
  readonly changes: number;
  readonly inferred: number;
}

/** OASIS-3 calls the diagnosis `dx1`. */
export function withDiagnosisName(table: Table): Table {
  if (optionalColumn(table, 'diagnosis') !== undefined) return table;
  return { ...table, columns: table.columns.map((c) => (c.name === 'dx1' ? { ...c, name: 'diagnosis' } : c)) };
}

/** Rows whose session is a month, and their months. */
export function monthlyRows(table: Table, where: string): { readonly table: Table; readonly months: readonly number[] } {
  const sessions = column(table, 'session_id', where).values;
  const rows = sessions.flatMap((session, row) => (`${session}`.startsWith('ses-M') ? [row] : []));
  const kept = selectRows(table, rows);
  const months = rows.map((row) => monthOf(`${sessions[row]}`, where));
  refuseTwice(kept, months, where);
  return { table: kept, months };
}

/** `ses-M06` and `ses-M006` are one month: throws `session-twice`. */
function refuseTwice(table: Table, months: readonly number[], where: string): void {
  const participants = column(table, 'participant_id', where).values;
  const seen = new Map<string, number>();
  participants.forEach((participant, row) => {
    const key = `${participant}\t${months[row]}`;
    const line = table.lines?.[row] ?? row + 2;
    const first = seen.get(key);
    if (first !== undefined) {
      const session = `${column(table, 'session_id', where).values[row]}`;
      throw appError('session-twice', { file: where, participant: `${participant}`, session, first, second: line }, { where });
    }
    seen.set(key, line);
  });
}

/**
 * The sessions in the order of participant and month, with the columns asked for. `merged` has the column `diagnosis`
 * (`withDiagnosisName`). Throws `session-not-month`, `session-twice`, and `column-missing` (of `column`).
 */
export function labelSessions(merged: Table, options: LabelOptions, where: string): Labels {
  const steps: LabelStep[] = [];
  const { table, months } = monthlyRows(merged, where);
  const took = (what: string, before: number, after: number): void => {
    if (after < before) steps.push({ what, rows: before - after });
  };
  took('whose session is no month', rowCount(merged), rowCount(table));
  const participants = column(table, 'participant_id', where).values.map(String);
  const filled = filledDiagnoses(table, where);

  let rows = months.map((_, row) => row);
  const keep = (what: string, isKept: (row: number) => boolean): void => {
    const before = rows.length;
    rows = rows.filter(isKept);
    took(what, before, rows.length);
  };
  if (!options.keepSmc) {
    for (const name of ['diagnosis_bl', 'diagnosis_sc']) {
      const values = optionalColumn(table, name)?.values;
      if (values !== undefined) keep(`with SMC as ${name}`, (row) => values[row] !== 'SMC');
    }
  }
  const sessionsOf = countsOf(rows.map((row) => participants[row]));
  if (options.removeUniqueSession)
    keep('of participants with one session', (row) => (sessionsOf.get(participants[row]) ?? 0) > 1);

  const there = rows.map((row) => participants[row]);
  const visits = visitsOf(
    there,
    rows.map((row) => months[row]),
  );
  const inferred = inferDiagnoses(
    rows.map((row) => filled.values[row]),
    visits,
  );
  const diagnoses = new Map(rows.map((row, i) => [row, inferred.diagnoses[i]]));
  keep('without a diagnosis', (row) => diagnoses.get(row) !== null);
  keep('of other diagnoses', (row) => options.diagnoses.includes(diagnoses.get(row) ?? ''));
  const sessions = column(table, 'session_id', where).values.map(String);
  keep('without the modality', (row) => options.hasModality(participants[row], sessions[row]));
  const keys = sessionKeys(table, where);
  keep('that the restriction does not list', (row) => options.allowed?.has(keys[row]) ?? true);

  const order = [...rows].sort((a, b) => compareTexts(participants[a], participants[b]) || months[a] - months[b]);
  const named = ['participant_id', 'session_id', ...options.columns.filter((name) => !/^(participant|session)_id$/.test(name))];
  const columns = [...new Set(named)].map((name): Column => {
    const own = column(table, name, where);
    // Numbers stay numbers: only what was inferred is text.
    if (name !== 'diagnosis') return { ...own, values: order.map((row) => own.values[row]) };
    return { name, type: 'text', values: order.map((row) => diagnoses.get(row) ?? null) };
  });
  return {
    table: { columns },
    steps,
    missing: filled.missing,
    changes: filled.missing - filled.notFound,
    inferred: inferred.inferred,
  };
}

function countsOf(values: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

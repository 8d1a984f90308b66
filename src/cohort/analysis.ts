/** @file Who has which diagnosis: ages, sexes, scores and numbers of scans, as ClinicaDL counts them. */
import { appError } from '../base/errors';
import { pairwiseSum } from '../base/numpy-sums';
import { compareTexts, pythonTexts } from '../formats/python-text';
import { type Column, column, type Table } from '../formats/tsv';
import { filledDiagnoses } from './adni-change';
import { likeColumn } from './find-column';

/** One participant of a diagnosis. */
export interface Person {
  readonly age: number | null;
  readonly sex: string;
  readonly mmse: number | null;
  readonly cdr: number | null;
  readonly scans: number;
}

/** Columns of the merged table; null: the table has none. */
export interface AnalysisColumns {
  readonly age: Column | null;
  readonly sex: Column | null;
  readonly mmse: Column | null;
  readonly cdr: Column | null;
}

/** By the names that ClinicaDL looks for: `mms` also finds `MMSE`. */
export function analysisColumns(merged: Table): AnalysisColumns {
  return {
    age: likeColumn(merged, 'age') ?? null,
    sex: likeColumn(merged, 'sex') ?? null,
    mmse: likeColumn(merged, 'mms') ?? null,
    cdr: merged.columns.find(({ name }) => name === 'cdr_global') ?? null,
  };
}

interface Tables {
  readonly merged: Table;
  readonly mergedWhere: string;
  readonly data: Table;
  readonly where: string;
}

/**
 * The participants of each diagnosis, each at the first session (by name) for which the merged table tells a diagnosis, or else the first.
 * Throws `diagnosis-absent`, `session-not-merged`, `cell-not-number`, `sex-missing`, and `column-missing` (of `column`).
 */
export function peopleOf(
  { merged, mergedWhere, data, where }: Tables,
  columns: AnalysisColumns,
  diagnoses: readonly string[],
): ReadonlyMap<string, readonly Person[]> {
  const texts = (table: Table, name: string, file: string): string[] => column(table, name, file).values.map(String);
  const [participants, sessions] = ['participant_id', 'session_id'].map((name) => texts(data, name, where));
  const labels = pythonTexts(column(data, 'diagnosis', where)).texts;
  const [mergedPeople, mergedSessions] = ['participant_id', 'session_id'].map((name) => texts(merged, name, mergedWhere));
  const places = new Map(mergedPeople.map((participant, row) => [`${participant}\t${mergedSessions[row]}`, row]));
  const known = filledDiagnoses(merged, mergedWhere).values;
  const sexes = new Map<string, Set<unknown>>();
  mergedPeople.forEach((participant, row) => {
    sexes.set(participant, (sexes.get(participant) ?? new Set()).add(columns.sex?.values[row]));
  });

  const numberAt = (found: Column | null, row: number): number | null => {
    const value = found?.values[row] ?? null;
    if (value === null || typeof value === 'number') return value;
    const values = { file: mergedWhere, participant: mergedPeople[row], session: mergedSessions[row], value: `${value}` };
    throw appError('cell-not-number', { ...values, column: found?.name ?? '' }, { where: mergedWhere });
  };
  const sexOf = (participant: string): string => {
    const found = sexes.get(participant);
    if (found?.has('F')) return 'F';
    if (found?.has('M')) return 'M';
    throw appError('sex-missing', { file: mergedWhere, participant }, { where: mergedWhere });
  };
  const placeOf = (participant: string, session: string): number => {
    const row = places.get(`${participant}\t${session}`);
    if (row !== undefined) return row;
    throw appError('session-not-merged', { file: where, participant, session, merged: mergedWhere }, { where });
  };

  return new Map(
    diagnoses.map((diagnosis) => {
      const rowsOf = new Map<string, number[]>();
      labels.forEach((label, row) => {
        if (label === diagnosis) rowsOf.set(participants[row], [...(rowsOf.get(participants[row]) ?? []), row]);
      });
      if (rowsOf.size === 0) {
        const there = [...new Set(labels.filter((label) => label !== null))].sort().join(', ');
        throw appError('diagnosis-absent', { file: where, diagnosis, there }, { where: 'Options.diagnoses' });
      }
      const people = [...rowsOf]
        .sort(([a], [b]) => compareTexts(a, b))
        .map(([participant, rows]): Person => {
          const inMerged = rows
            .map((row) => sessions[row])
            .sort(compareTexts)
            .map((session) => placeOf(participant, session));
          const at = inMerged.find((row) => known[row] !== null) ?? inMerged[0];
          return {
            age: numberAt(columns.age, at),
            sex: columns.sex === null ? '' : sexOf(participant),
            mmse: numberAt(columns.mmse, at),
            cdr: numberAt(columns.cdr, at),
            scans: rows.length,
          };
        });
      return [diagnosis, people];
    }),
  );
}

/** Mean, deviation (divisor n), minimum, maximum of the values that are there; all null without one. */
function spread(values: readonly (number | null)[]): readonly (number | null)[] {
  const there = values.filter((value) => value !== null && !Number.isNaN(value)).length;
  if (there === 0) return [null, null, null, null];
  // numpy adds a missing value as 0, which changes the order of the sum and so the last digit.
  const sum = (of: (value: number) => number): number =>
    pairwiseSum(Float64Array.from(values, (value) => (value === null || Number.isNaN(value) ? 0 : of(value))));
  const mean = sum((value) => value) / there;
  const deviation = Math.sqrt(sum((value) => (value - mean) ** 2) / there);
  const known = values.filter((value) => value !== null);
  const extreme = (pick: (a: number, b: number) => number): number => known.reduce(pick);
  return [mean, deviation, extreme((a, b) => Math.min(a, b)), extreme((a, b) => Math.max(a, b))];
}

const names = [
  ...['n_subjects', 'mean_age', 'std_age', 'min_age', 'max_age', 'sexF', 'sexM', 'mean_MMSE', 'std_MMSE', 'min_MMSE', 'max_MMSE'],
  ...['CDR_0', 'CDR_0.5', 'CDR_1', 'CDR_2', 'CDR_3', 'mean_scans', 'std_scans', 'n_scans'],
];

/** The table of ClinicaDL, one row for each diagnosis. What the merged table has no column for stays empty. */
export function analysisTable(groups: ReadonlyMap<string, readonly Person[]>, columns: AnalysisColumns): Table {
  const rows = [...groups.values()].map((people) => {
    const count = (isOne: (person: Person) => boolean): number => people.filter(isOne).length;
    const ofSex = (sex: string): number | null => (columns.sex === null ? null : count((person) => person.sex === sex));
    const ofCdr = (cdr: number): number | null => (columns.cdr === null ? null : count((person) => person.cdr === cdr));
    const scans = people.map((person) => person.scans);
    return [
      ...[people.length, ...spread(people.map(({ age }) => age)), ofSex('F'), ofSex('M')],
      ...spread(people.map(({ mmse }) => mmse)),
      ...[0, 0.5, 1, 2, 3].map(ofCdr),
      ...[...spread(scans).slice(0, 2), scans.reduce((sum, value) => sum + value, 0)],
    ];
  });
  const numbers = names.map((name, i): Column => ({ name, type: 'float', values: rows.map((row) => row[i]) }));
  return { columns: [{ name: 'group', type: 'text', values: [...groups.keys()] }, ...numbers] };
}

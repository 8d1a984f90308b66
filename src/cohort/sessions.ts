/** @file Tables with one row per participant and session: first sessions, all sessions, order, columns from a second table. */
import { appError } from '../base/errors';
import { compareTexts } from '../formats/python-text';
import { type Column, column, selectRows, type Table } from '../formats/tsv';

const keyNames = ['participant_id', 'session_id'] as const;

interface Row {
  readonly index: number;
  readonly participant: string;
  readonly session: string;
}

/** Participant and session of each row, as text. Throws `column-missing` (of `column`), `id-empty`, `session-twice`. */
function rowsOf(table: Table, where: string): Row[] {
  const [participants, sessions] = keyNames.map((name) => column(table, name, where).values);
  const lineOf = (index: number): number => table.lines?.[index] ?? index + 2;
  const seen = new Map<string, number>();
  return participants.map((participant, index) => {
    const session = sessions[index];
    if (participant === null || session === null) {
      throw appError('id-empty', { file: where, line: lineOf(index), column: keyNames[participant === null ? 0 : 1] }, { where });
    }
    const key = `${participant}\t${session}`;
    const first = seen.get(key);
    if (first !== undefined) {
      throw appError(
        'session-twice',
        { file: where, participant: `${participant}`, session: `${session}`, first, second: lineOf(index) },
        { where },
      );
    }
    seen.set(key, lineOf(index));
    return { index, participant: `${participant}`, session: `${session}` };
  });
}

const byKeys = (a: Row, b: Row): number => compareTexts(a.participant, b.participant) || compareTexts(a.session, b.session);

/**
 * The first session (by name) of each participant, sorted by participant. Columns: both ids, then the others in their order.
 * `where` is the file that errors name. Throws `id-empty`, `session-twice`.
 */
export function baseline(table: Table, where: string): Table {
  const sorted = rowsOf(table, where).sort(byKeys);
  const first = sorted.filter((row, i) => i === 0 || row.participant !== sorted[i - 1].participant);
  const rows = selectRows(
    table,
    first.map((row) => row.index),
  );
  const isKey = (c: Column): boolean => keyNames.some((name) => name === c.name);
  const others = rows.columns.filter((c) => !isKey(c)).map(flagsAsNumbers);
  return { columns: [...keyNames.map((name) => column(rows, name, where)), ...others] };
}

/** Flags with gaps become 1.0 and 0.0, as in the baseline tables of ClinicaDL. */
function flagsAsNumbers(flags: Column): Column {
  if (flags.type !== 'bool' || !flags.values.includes(null)) return flags;
  return { ...flags, type: 'float', values: flags.values.map((value) => (value === null ? null : Number(value))) };
}

/** All rows of the participants of `subset`: in the order of `subset`, within a participant in the order of `table`. */
export function longitudinal(table: Table, subset: Table, where: string): Table {
  const rows = new Map<string, number[]>();
  for (const { participant, index } of rowsOf(table, where)) rows.set(participant, [...(rows.get(participant) ?? []), index]);
  const wanted = column(subset, 'participant_id', where).values;
  return selectRows(
    table,
    wanted.flatMap((participant) => rows.get(`${participant}`) ?? []),
  );
}

/** The same rows sorted by participant, then session. */
export function sortedSessions(table: Table, where: string): Table {
  return selectRows(
    table,
    rowsOf(table, where)
      .sort(byKeys)
      .map((row) => row.index),
  );
}

/** `<participant>\t<session>` of each row. */
export function sessionKeys(table: Table, where: string): string[] {
  const [participants, sessions] = keyNames.map((name) => column(table, name, where).values);
  return participants.map((participant, i) => `${participant}\t${sessions[i]}`);
}

/** Number of different participants and of rows. */
export function countSessions(table: Table, where: string): { readonly participants: number; readonly sessions: number } {
  const rows = rowsOf(table, where);
  return { participants: new Set(rows.map((row) => row.participant)).size, sessions: rows.length };
}

/** The column called `name`, if there is one. */
export function optionalColumn(table: Table, name: string): Column | undefined {
  return table.columns.find((c) => c.name === name);
}

/**
 * The sessions that both tables have, in the order of `table`, with the columns of `table` and those of `other` that it lacks.
 * A column of both keeps the values of `table`.
 */
export function joinSessions(table: Table, where: string, other: Table, otherWhere: string): Table {
  const places = new Map(rowsOf(other, otherWhere).map((row) => [`${row.participant}\t${row.session}`, row.index]));
  const pairs = rowsOf(table, where).flatMap((row) => {
    const place = places.get(`${row.participant}\t${row.session}`);
    return place === undefined ? [] : [{ own: row.index, other: place }];
  });
  const own = selectRows(
    table,
    pairs.map((pair) => pair.own),
  );
  const added = selectRows(
    other,
    pairs.map((pair) => pair.other),
  ).columns.filter((c) => optionalColumn(table, c.name) === undefined);
  return { columns: [...own.columns, ...added] };
}

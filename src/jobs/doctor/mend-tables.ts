/** @file The tables that the doctor writes: mended ones, and lists of sessions with what a table tells of them. */
import { type SessionKey, sessionText } from '../../caps/entities';
import { printTextTable } from '../../formats/mend-table';
import type { Examination } from './examine';
import type { FoundSession } from './look-at-folders';
import type { MatchedTable } from './look-at-people';
import { bare } from './look-at-tables';
import type { CapsPlan } from './plan-mending';
import { sessionName } from './session-names';

/** The rows of a table with the names that the CAPS has now, without those left out. */
export function mendedRows(
  { table, rows, isMixed }: MatchedTable,
  plan: CapsPlan | undefined,
  isSpelt: boolean,
): { header: string[]; rows: string[][]; isChanged: boolean } {
  const sound = new Set(plan?.sound.map(sessionText) ?? []);
  let isChanged = table.isForeign || (isSpelt && table.isBlank);
  const kept: string[][] = [];
  for (const [i, { key, match }] of rows.entries()) {
    const isIn = 'session' in match ? sound.has(sessionText(match.session)) : match.kind === 'none';
    if (plan !== undefined && !isIn) {
      isChanged = true;
      continue;
    }
    const own = 'session' in match && plan !== undefined ? plan.nameOf(match.session) : key;
    const session_id = isMixed ? (sessionName(own.session_id, true) ?? own.session_id) : own.session_id;
    const row = [...table.rows[i]];
    if (isSpelt) {
      if (own.participant_id !== row[table.participant] || session_id !== row[table.session]) isChanged = true;
      row[table.participant] = own.participant_id;
      row[table.session] = session_id;
    }
    kept.push(row);
  }
  const header = isSpelt ? table.header.map(bare) : [...table.header];
  if (isSpelt) {
    header[table.participant] = 'participant_id';
    header[table.session] = 'session_id';
  }
  return { header, rows: kept, isChanged };
}

interface Extra {
  readonly name: string;
  readonly values: readonly string[];
}

/** The other columns of the table that has a diagnosis for most sessions of a CAPS, row by row of `sessions`; none without such a table. */
export function labelColumns(
  { people }: Examination,
  plan: CapsPlan,
  refused: ReadonlySet<string>,
  sessions: readonly FoundSession[],
): Extra[] {
  let best: { readonly table: MatchedTable['table']; readonly rows: ReadonlyMap<string, readonly string[]> } | undefined;
  for (const { caps, table, rows: matched } of people.tables) {
    if (caps?.path !== plan.caps.path || table.diagnosis < 0 || refused.has(table.path)) continue;
    const rows = new Map<string, readonly string[]>();
    for (const [i, { match }] of matched.entries()) {
      const key = 'session' in match ? sessionText(match.session) : undefined;
      if (key !== undefined && !rows.has(key)) rows.set(key, table.rows[i]);
    }
    if (rows.size > (best?.rows.size ?? 0)) best = { table, rows };
  }
  if (best === undefined) return [];
  const { table, rows } = best;
  return table.header.flatMap((name, at): Extra[] => {
    if (at === table.participant || at === table.session) return [];
    return [{ name: bare(name), values: sessions.map((session) => rows.get(sessionText(session))?.[at] ?? '') }];
  });
}

/** A table of sessions with further columns. */
export function keyTable(rows: readonly SessionKey[], more: readonly Extra[] = []): Uint8Array<ArrayBuffer> {
  const header = ['participant_id', 'session_id', ...more.map(({ name }) => name)];
  return printTextTable({
    header,
    rows: rows.map(({ participant_id, session_id }, i) => [participant_id, session_id, ...more.map(({ values }) => values[i])]),
  });
}

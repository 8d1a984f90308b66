/** @file Tables beside folders: sessions in other letters, sessions without a label, participants in two cohorts. */
import { someOf } from '../../base/some-of';
import { type SessionKey, sessionText } from '../../caps/entities';
import type { Folder } from '../../folders/folder';
import { joinPath, parentOf } from '../../folders/names';
import { type Finding, found } from './findings';
import type { FoundCaps, FoundSession } from './look-at-folders';
import { bare, type CohortTable, type SessionTable, sessionOfRow } from './look-at-tables';
import { type Match, sessionMatcher } from './match-sessions';
import { mixedDigits } from './session-names';

export interface MatchedTable {
  readonly table: SessionTable;
  /** The CAPS that has most of its sessions; null for none. */
  readonly caps: FoundCaps | null;
  /** One for each row. */
  readonly rows: readonly { readonly key: SessionKey; readonly match: Match }[];
  /** Months of different digits, where no folder tells how they are written. */
  readonly isMixed: boolean;
  readonly findings: readonly Finding[];
}

const none: Match = { kind: 'none' };
/** What stands for a gap. */
const isGap = (cell: string): boolean => /^(?:|n\/a|na|nan|null|none)$/i.test(bare(cell));

/** Rows that would become one session, though they are spelt in two ways: which of them tells the truth is not known. */
function withoutRivals(rows: MatchedTable['rows']): MatchedTable['rows'] {
  const spellings = new Map<FoundSession, Set<string>>();
  for (const { key, match } of rows)
    if ('session' in match) spellings.set(match.session, (spellings.get(match.session) ?? new Set()).add(sessionText(key)));
  return rows.map((row) => {
    const { match } = row;
    if (!('session' in match) || spellings.get(match.session)!.size < 2) return row;
    return { ...row, match: { kind: 'unsure', sessions: [match.session] } };
  });
}

/** The table with the CAPS that it is about. */
function matchTable(table: SessionTable, matchers: ReadonlyMap<FoundCaps, (row: SessionKey) => Match>): MatchedTable {
  const keys = table.rows.map((row) => sessionOfRow(table, row));
  let best: { caps: FoundCaps; matches: Match[]; count: number } | undefined;
  for (const [caps, matcher] of matchers) {
    const matches = keys.map(matcher);
    const count = matches.filter(({ kind }) => kind !== 'none').length;
    if (count > (best?.count ?? 0)) best = { caps, matches, count };
  }
  const rows = withoutRivals(keys.map((key, i) => ({ key, match: best?.matches[i] ?? none })));
  const loose = rows.filter(({ match }) => match.kind === 'none').map(({ key }) => key.session_id);
  const mixed = best === undefined ? mixedDigits(new Set(loose)) : undefined;
  const file = table.path;
  const findings = spellingFindings(table.path, rows);
  if (mixed !== undefined) findings.push(found('doctor-digits-table', { file, ...mixed }, file, { table: file }));
  return { table, caps: best?.caps ?? null, rows, isMixed: mixed !== undefined, findings };
}

function spellingFindings(file: string, rows: MatchedTable['rows']): Finding[] {
  const findings: Finding[] = [];
  for (const [kind, code] of [
    ['digits', 'doctor-digits'],
    ['spelled', 'doctor-spelled'],
  ] as const) {
    const other = rows.filter(({ match }) => match.kind === kind);
    const [first] = other;
    if (first === undefined || !('session' in first.match)) continue;
    const values = { file, count: other.length, from: sessionText(first.key), to: sessionText(first.match.session) };
    findings.push(found(code, values, file, { table: file }));
  }
  for (const { key, match } of rows) {
    if (match.kind !== 'unsure') continue;
    const values = { file, session: sessionText(key), found: match.sessions.map(sessionText).join(', ') };
    findings.push(found('doctor-spelling-unsure', values, file, { table: file }));
  }
  return findings;
}

/** Tables that chose sessions of another one: what is not in them was not meant to be. */
async function isChoice(folder: Folder, path: string): Promise<boolean> {
  const above = parentOf(path);
  for (const record of ['labels.json', 'split.json', 'kfold.json'])
    if ((await folder.kindOf(joinPath(above, record))) === 'file') return true;
  return /^(?:train|validation|test)(?:_baseline)?\.tsv$/i.test(path.slice(path.lastIndexOf('/') + 1));
}

/** Sessions with images that no table has a diagnosis for, where there is a table of diagnoses. */
async function labelFindings(folder: Folder, caps: FoundCaps, tables: readonly MatchedTable[]): Promise<Finding[]> {
  const own = tables.filter((one) => one.caps === caps && one.table.diagnosis >= 0);
  const sources: string[] = [];
  for (const { table } of own) if (!(await isChoice(folder, table.path))) sources.push(table.path);
  if (sources.length === 0) return [];
  const labelled = new Set<string>();
  for (const { table, rows } of own)
    for (const [i, { match }] of rows.entries())
      if ('session' in match && !isGap(table.rows[i][table.diagnosis])) labelled.add(sessionText(match.session.named));
  return caps.sessions
    .filter((session) => !labelled.has(sessionText(session.named)))
    .map((session) => {
      const where = sessionText(session);
      return found('doctor-label-missing', { session: where, tables: someOf(sources, 3) }, where, {
        caps: caps.path,
        sessions: [session],
      });
    });
}

/** Participants that a table has in two cohorts. */
function cohortColumnFindings({ table, caps, rows }: MatchedTable): Finding[] {
  const at = table.header.findIndex((name) => bare(name).toLowerCase() === 'cohort');
  if (at < 0) return [];
  const cohorts = new Map<string, Set<string>>();
  const own = new Map<string, Set<FoundSession>>();
  for (const [i, row] of table.rows.entries()) {
    const { key, match } = rows[i];
    const participant_id = 'session' in match ? match.session.named.participant_id : key.participant_id;
    if ('session' in match) own.set(participant_id, (own.get(participant_id) ?? new Set()).add(match.session));
    const seen = cohorts.get(participant_id) ?? new Set();
    cohorts.set(participant_id, seen.add(bare(row[at])));
  }
  return [...cohorts].flatMap(([participant, seen]) => {
    if (seen.size < 2) return [];
    const values = { participant, cohorts: [...seen].join(' and '), file: table.path };
    const sessions = [...(own.get(participant) ?? [])];
    return [found('doctor-two-cohorts', values, participant, { sessions, ...(caps === null ? {} : { caps: caps.path }) })];
  });
}

/** Participants in the CAPS of two cohorts. */
function cohortFolderFindings({ path, rows }: CohortTable, places: readonly FoundCaps[]): Finding[] {
  const plain = (text: string): string => joinPath(...text.split('/'));
  const cohorts = rows.flatMap(({ cohort, caps }) => {
    const place = places.find((one) => plain(one.path) === plain(caps) || plain(caps).endsWith(`/${plain(one.path)}`));
    return place === undefined ? [] : [{ cohort, place }];
  });
  const seen = new Map<string, { cohort: string; place: FoundCaps }[]>();
  for (const each of cohorts)
    for (const participant of new Set(each.place.sessions.map(({ named }) => named.participant_id)))
      seen.set(participant, [...(seen.get(participant) ?? []), each]);
  return [...seen].flatMap(([participant, both]) => {
    if (new Set(both.map(({ place }) => place)).size < 2) return [];
    const sessions = both.flatMap(({ place }) =>
      place.sessions
        .filter(({ named }) => named.participant_id === participant)
        .map((session) => ({ ...session, caps: place.path })),
    );
    const values = { participant, cohorts: both.map(({ cohort }) => cohort).join(' and '), file: path };
    return [found('doctor-two-cohorts', values, participant, { sessions })];
  });
}

export interface FoundPeople {
  readonly tables: readonly MatchedTable[];
  readonly findings: readonly Finding[];
}

export async function lookAtPeople(
  folder: Folder,
  places: readonly FoundCaps[],
  tables: readonly SessionTable[],
  cohorts: readonly CohortTable[],
): Promise<FoundPeople> {
  const matchers = new Map(places.map((caps) => [caps, sessionMatcher(caps)]));
  const matched = tables.map((table) => matchTable(table, matchers));
  const labels: Finding[] = [];
  for (const caps of places) if (caps.layout !== 'bids') labels.push(...(await labelFindings(folder, caps, matched)));
  const shared = [...matched.flatMap(cohortColumnFindings), ...cohorts.flatMap((table) => cohortFolderFindings(table, places))];
  return { tables: matched, findings: [...matched.flatMap(({ findings }) => findings), ...labels, ...shared] };
}

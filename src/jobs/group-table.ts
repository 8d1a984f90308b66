/** @file Rows of a data group out of the TSVs that `tsvtools` writes: filtered by diagnosis, with the label column as text. */
import { appError } from '../base/errors';
import { type Issue, makeIssue } from '../base/issues';
import { someOf } from '../base/some-of';
import { sessionText } from '../caps/entities';
import { sessionKeys } from '../cohort/sessions';
import type { Folder } from '../folders/folder';
import { passedSessions } from '../formats/checked-sessions';
import { type PythonTexts, pythonTexts } from '../formats/python-text';
import { readSessionTable } from '../formats/session-table';
import { column } from '../formats/tsv';
import type { GroupRow } from '../maps/groups';
import { labelPlaces } from './label-places';
import { diagnosesLeftOut, sessionsWithoutLabels, spellingBetween } from './left-out';
import { contradiction, contradictionsIn } from './repeated-sessions';

export interface GroupTableOptions {
  /** Rows are kept whose `diagnosis` is one of these. */
  readonly diagnoses: readonly string[];
  /** Column with the labels; null: none is needed. */
  readonly label: string | null;
  /** Rows of a table without that column have no label. */
  readonly labelOptional?: boolean;
  /** Told of rows that are left out (`rows-left-out`, `sessions-without-labels`). */
  readonly tell?: (issue: Issue) => void;
  /** A table that has no diagnosis at all, neither a column nor a value in it, gives all its rows: new people need none. */
  readonly diagnosisOptional?: boolean;
  /** All rows, whatever their diagnosis, and without one. */
  readonly everyRow?: boolean;
}

const noTexts: PythonTexts = { texts: [], numeric: false };

interface LabelsAbove {
  readonly file: string;
  /** By participant and session. */
  readonly texts: ReadonlyMap<string, string | null>;
  readonly numeric: boolean;
  /** What its rows say of sessions that they contradict each other about. */
  readonly contradictions: ReadonlyMap<string, string>;
}

/** Value of `name` for each session, from the first `labels.tsv` beside the table or above that has it. */
async function labelsAbove(workspace: Folder, path: string, name: string): Promise<LabelsAbove | undefined> {
  for (const file of labelPlaces(path)) {
    if ((await workspace.kindOf(file)) !== 'file') continue;
    const table = readSessionTable(await workspace.read(file), { where: file });
    const own = table.columns.find((c) => c.name === name);
    if (own === undefined) continue;
    const keys = sessionKeys(table, file);
    const { texts, numeric } = pythonTexts(own);
    const contradictions = contradictionsIn(keys, [{ name, texts }]);
    return { file, texts: new Map(keys.map((key, i) => [key, texts[i]])), numeric, contradictions };
  }
  return undefined;
}

/**
 * Rows of one table, in file order. A column that it lacks is looked up by participant and session in a `labels.tsv` in its folder
 * or up to five folders above. Throws `file-missing`, `column-missing`, `labels-share-nothing`, `group-empty`, `group-rowless`,
 * `sessions-contradict`; sessions that it names more than once are taken once and told (`sessions-repeated`).
 */
export async function readGroupTable(workspace: Folder, path: string, options: GroupTableOptions): Promise<GroupRow[]> {
  const whole = readSessionTable(await workspace.read(path), { where: path });
  const table = passedSessions(whole, path, options.tell ?? (() => {}));
  const participants = column(table, 'participant_id', path).values;
  const sessions = column(table, 'session_id', path).values;
  const keys = sessionKeys(table, path);
  const unlabelled = new Map<string, LabelsAbove>();
  const valuesOf = async (name: string, optional = false): Promise<PythonTexts> => {
    const own = table.columns.find((c) => c.name === name);
    if (own !== undefined) return pythonTexts(own);
    const above = await labelsAbove(workspace, path, name);
    if (above !== undefined) {
      const lacking = keys.filter((key) => !above.texts.has(key));
      if (lacking.length === keys.length) throw shareNothing(path, above, keys);
      const disputed = [...new Set(keys)].flatMap((key) => above.contradictions.get(key) ?? []);
      if (disputed.length > 0) throw contradiction(above.file, disputed);
      for (const key of lacking) unlabelled.set(key, above);
      return { texts: keys.map((key) => above.texts.get(key) ?? null), numeric: above.numeric };
    }
    return optional ? noTexts : pythonTexts(column(table, name, path));
  };
  const ownTexts = (name: string | null): PythonTexts => {
    const own = table.columns.find((c) => c.name === name);
    return own === undefined ? noTexts : pythonTexts(own);
  };
  const { everyRow = false } = options;
  const everyone = everyRow || (options.diagnosisOptional === true && ownTexts('diagnosis').texts.every((text) => text === null));
  const diagnoses = everyone ? noTexts : await valuesOf('diagnosis');
  const labels =
    options.label === null || (everyone && !everyRow)
      ? ownTexts(options.label)
      : await valuesOf(options.label, options.labelOptional);
  const wanted = (text: string | null): boolean =>
    everyone ||
    (text !== null && options.diagnoses.some((name) => name === text || (diagnoses.numeric && Number(name) === Number(text))));
  const disputed = contradictionsIn(keys, [
    { name: 'diagnosis', texts: diagnoses.texts },
    { name: options.label ?? '', texts: labels.texts },
  ]);
  if (disputed.size > 0) throw contradiction(path, disputed.values());
  const rows: GroupRow[] = [];
  const leftOut: unknown[] = [];
  const taken = new Set<string>();
  const repeated = new Set<string>();
  participants.forEach((participant, i) => {
    if (!wanted(diagnoses.texts[i])) {
      if (!unlabelled.has(keys[i])) leftOut.push(diagnoses.texts[i]);
      return;
    }
    if (taken.has(keys[i])) {
      repeated.add(sessionText({ participant_id: String(participant), session_id: String(sessions[i]) }));
      return;
    }
    taken.add(keys[i]);
    rows.push({
      participant_id: String(participant),
      session_id: String(sessions[i]),
      label: labels.texts[i] ?? null,
      ...(labels.numeric ? { labelIsNumber: true } : {}),
    });
  });
  if (rows.length === 0) {
    if (participants.length === 0) throw appError('group-rowless', { path }, { where: path });
    const found = [...new Set(diagnoses.texts.map((text) => text ?? 'nothing'))].sort().join(', ');
    throw appError('group-empty', { path, diagnoses: options.diagnoses.join(', '), found }, { where: path });
  }
  for (const above of new Set(unlabelled.values())) {
    const issue = sessionsWithoutLabels(path, above.file, [...unlabelled.keys()], above.texts.keys());
    if (issue !== undefined) options.tell?.(issue);
  }
  if (repeated.size > 0)
    options.tell?.(makeIssue('sessions-repeated', { file: path, count: repeated.size, sessions: someOf([...repeated]) }, path));
  const issue = diagnosesLeftOut(path, participants.length, leftOut, options.diagnoses);
  if (issue !== undefined) options.tell?.(issue);
  return rows;
}

function shareNothing(file: string, { file: labels, texts }: LabelsAbove, keys: readonly string[]): Error {
  return appError('labels-share-nothing', { file, labels, spelling: spellingBetween(keys, texts.keys()) }, { where: file });
}

/** Throws `label-missing` when rows have no label. */
export function requireLabels(rows: readonly GroupRow[], label: string, path: string): readonly (GroupRow & { label: string })[] {
  const bare = rows.filter((row) => row.label === null);
  if (bare.length > 0) {
    const sessions = someOf(bare.map(sessionText));
    throw appError('label-missing', { label, count: bare.length, total: rows.length, sessions, path }, { where: path });
  }
  return rows as readonly (GroupRow & { label: string })[];
}

/** @file Data groups: who is in them (`data.tsv`), where their images are (`maps.json`), and `train+validation.tsv`. */
import { appError } from '../base/errors';
import type { Folder } from '../folders/folder';
import { type JsonObject, printPythonJson, readJson } from '../formats/json';
import { pythonTexts } from '../formats/python-text';
import { readSessionTable } from '../formats/session-table';
import { column } from '../formats/tsv';
import { groupFolder, isTrainingGroup, trainValidationFile } from './layout';
import type { Session } from './leakage';
import { writeTextTable } from './text-table';

export interface GroupRow {
  readonly participant_id: string;
  readonly session_id: string;
  /** As Python prints the cell of the table (`pythonTexts`); null without labels. */
  readonly label: string | null;
  /** The label comes from a column of numbers or flags. */
  readonly labelIsNumber?: boolean;
  /** Absent: the only one, `single`. */
  readonly cohort?: string;
}

/** What ClinicaDL calls the cohort of a study that has one. */
export const singleCohort = 'single';

export interface Group {
  readonly rows: readonly GroupRow[];
  /** Of the CAPS; of several cohorts, that of the table that names each one's. */
  readonly caps_directory: string;
  readonly multi_cohort: boolean;
}

const encoder = new TextEncoder();

/** Writes `data.tsv` and `maps.json`. Training groups get a first column of row numbers with an empty header, as ClinicaDL's. */
export async function writeGroup(
  maps: Folder,
  name: string,
  split: number | null,
  group: Group,
  label: string | null,
): Promise<void> {
  const folder = groupFolder(name, split);
  const columns = label !== null && group.rows.some((row) => row.label !== null) ? [label] : [];
  const numbered = isTrainingGroup(name);
  const header = [...(numbered ? [''] : []), 'participant_id', 'session_id', 'cohort', ...columns];
  const rows = group.rows.map((row, i) => [
    ...(numbered ? [String(i)] : []),
    row.participant_id,
    row.session_id,
    row.cohort ?? singleCohort,
    ...columns.map(() => row.label ?? ''),
  ]);
  await maps.write(`${folder}/data.tsv`, writeTextTable(header, rows));
  const json = printPythonJson({ caps_directory: group.caps_directory, multi_cohort: group.multi_cohort }, { indent: 4 });
  await maps.write(`${folder}/maps.json`, encoder.encode(json));
}

/** Folder of a group, of a split for those of the training; older versions called it `fold-<i>`. */
export async function placeOfGroup(maps: Folder, name: string, split: number | null): Promise<string> {
  const older = groupFolder(name, split, 'fold');
  return (await maps.kindOf(older)) === 'folder' ? older : groupFolder(name, split);
}

/** Throws `group-undefined` when the MAPS has no such group. */
export async function readGroup(maps: Folder, name: string, split: number | null, label: string | null): Promise<Group> {
  const folder = await placeOfGroup(maps, name, split);
  const where = `${folder}/data.tsv`;
  if ((await maps.kindOf(where)) !== 'file') throw appError('group-undefined', { group: name, maps: maps.name }, { where });
  const table = readSessionTable(await maps.read(where), { where });
  const participants = column(table, 'participant_id', where).values;
  const sessions = column(table, 'session_id', where).values;
  const own = table.columns.find((c) => c.name === label);
  const { texts, numeric } = own === undefined ? { texts: null, numeric: false } : pythonTexts(own);
  const cohorts = table.columns.find((c) => c.name === 'cohort')?.values;
  const { caps_directory, multi_cohort } = await readGroupPlace(maps, `${folder}/maps.json`);
  return {
    rows: participants.map((participant, i) => ({
      participant_id: String(participant),
      session_id: String(sessions[i]),
      label: texts?.[i] ?? null,
      ...(numeric ? { labelIsNumber: true } : {}),
      ...(multi_cohort && cohorts !== undefined ? { cohort: String(cohorts[i]) } : {}),
    })),
    caps_directory,
    multi_cohort,
  };
}

/** Where the images of a group are. Throws `maps-value`. */
export async function readGroupPlace(maps: Folder, where: string): Promise<Pick<Group, 'caps_directory' | 'multi_cohort'>> {
  const json = readJson(await maps.read(where), { where });
  const damaged = (key: string, expected: string): Error =>
    appError(
      'maps-value',
      { maps: `${maps.name}/${where.slice(0, where.lastIndexOf('/'))}`, key, found: 'damaged', expected },
      { where },
    );
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw damaged('the whole file', 'an object');
  const { caps_directory, multi_cohort = false } = json as JsonObject;
  if (typeof caps_directory !== 'string') throw damaged('caps_directory', 'a path');
  if (typeof multi_cohort !== 'boolean') throw damaged('multi_cohort', 'true or false');
  return { caps_directory, multi_cohort };
}

/** Names of the groups defined by `predict`, sorted; train and validation come with the splits. */
export async function listGroups(maps: Folder): Promise<string[]> {
  if ((await maps.kindOf('groups')) !== 'folder') return [];
  return (await maps.list('groups')).filter((entry) => entry.kind === 'folder').map((entry) => entry.name);
}

/** True for a group that a prediction defined: one table, whatever the split. */
export async function isPredictedGroup(maps: Folder, group: string): Promise<boolean> {
  return !isTrainingGroup(group) && (await maps.kindOf(`${groupFolder(group, null)}/data.tsv`)) === 'file';
}

export async function writeTrainValidation(
  maps: Folder,
  rows: readonly { readonly participant_id: string; readonly session_id: string }[],
): Promise<void> {
  const cells = rows.map((row) => [row.participant_id, row.session_id]);
  await maps.write(trainValidationFile, writeTextTable(['participant_id', 'session_id'], cells));
}

async function readSessions(maps: Folder, where: string): Promise<Session[]> {
  const table = readSessionTable(await maps.read(where), { where });
  const sessions = column(table, 'session_id', where).values;
  return column(table, 'participant_id', where).values.map((participant, i) => ({
    participant_id: String(participant),
    session_id: String(sessions[i]),
  }));
}

/** The sessions of `train+validation.tsv`. Throws `file-missing` unless it is `optional`. */
export async function readTrainValidation(maps: Folder, optional: boolean): Promise<Session[]> {
  if (optional && (await maps.kindOf(trainValidationFile)) !== 'file') return [];
  return readSessions(maps, trainValidationFile);
}

/** The sessions in the train and validation groups of all splits; none for a MAPS that lacks them. */
export async function readTrainingSessions(maps: Folder): Promise<Session[]> {
  const found: Session[] = [];
  for (const group of ['train', 'validation']) {
    const folder = groupFolder(group, null);
    if ((await maps.kindOf(folder)) !== 'folder') continue;
    for (const { name } of await maps.list(folder)) {
      const table = `${folder}/${name}/data.tsv`;
      if ((await maps.kindOf(table)) === 'file') found.push(...(await readSessions(maps, table)));
    }
  }
  return found;
}

/** @file Rows of a data group out of the TSVs that `tsvtools` writes: filtered by diagnosis, with the label column as text. */
import { appError } from '../base/errors';
import type { Folder } from '../folders/folder';
import { readSessionTable } from '../formats/session-table';
import { column, type Table } from '../formats/tsv';
import type { GroupRow } from '../maps/groups';

export interface GroupTableOptions {
  /** Rows are kept whose `diagnosis` is one of these. */
  readonly diagnoses: readonly string[];
  /** Column with the labels; null: none is needed. */
  readonly label: string | null;
  /** Rows of a table without that column have no label. */
  readonly labelOptional?: boolean;
}

const CLIMB = 5;

const parentOf = (path: string): string => path.split('/').slice(0, -1).join('/');

/** Value of `name` for each session of a `labels.tsv` in this folder or up to five above. */
async function labelsAbove(workspace: Folder, path: string, name: string): Promise<ReadonlyMap<string, unknown> | undefined> {
  let folder = parentOf(path);
  for (let level = 0; level <= CLIMB; level++) {
    const where = folder === '' ? 'labels.tsv' : `${folder}/labels.tsv`;
    if ((await workspace.kindOf(where)) === 'file') {
      const table = readSessionTable(await workspace.read(where), { where });
      if (table.columns.some((c) => c.name === name)) {
        const keys = sessionKeys(table, where);
        const values = column(table, name, where).values;
        return new Map(keys.map((key, i) => [key, values[i]]));
      }
    }
    if (folder === '') return undefined;
    folder = parentOf(folder);
  }
  return undefined;
}

function sessionKeys(table: Table, where: string): string[] {
  const sessions = column(table, 'session_id', where).values;
  return column(table, 'participant_id', where).values.map((participant, i) => `${participant}\t${sessions[i]}`);
}

/**
 * Rows of one table, in file order. A column that it lacks is looked up by participant and session in a `labels.tsv` in its folder
 * or up to five folders above. Throws `file-missing`, `tsv-column-missing`, `group-empty`.
 */
export async function readGroupTable(workspace: Folder, path: string, options: GroupTableOptions): Promise<GroupRow[]> {
  const table = readSessionTable(await workspace.read(path), { where: path });
  const participants = column(table, 'participant_id', path).values;
  const sessions = column(table, 'session_id', path).values;
  const valuesOf = async (name: string, optional = false): Promise<readonly unknown[] | null> => {
    const own = table.columns.find((c) => c.name === name);
    if (own !== undefined) return own.values;
    const above = await labelsAbove(workspace, path, name);
    if (above !== undefined) return sessionKeys(table, path).map((key) => above.get(key) ?? null);
    return optional ? null : column(table, name, path).values;
  };
  const diagnoses = (await valuesOf('diagnosis')) ?? [];
  const labels = options.label === null ? null : await valuesOf(options.label, options.labelOptional);
  const rows: GroupRow[] = [];
  participants.forEach((participant, i) => {
    if (!options.diagnoses.includes(String(diagnoses[i]))) return;
    const label = labels?.[i] ?? null;
    rows.push({
      participant_id: String(participant),
      session_id: String(sessions[i]),
      label: label === null ? null : String(label),
    });
  });
  if (rows.length === 0) {
    const found = [...new Set(diagnoses.map(String))].sort().join(', ');
    throw appError('group-empty', { path, diagnoses: options.diagnoses.join(', '), found }, { where: path });
  }
  return rows;
}

/** Throws `label-missing` for the first row without a label. */
export function requireLabels(rows: readonly GroupRow[], label: string, path: string): readonly (GroupRow & { label: string })[] {
  const bare = rows.find((row) => row.label === null);
  if (bare !== undefined) {
    throw appError('label-missing', { label, participant: bare.participant_id, session: bare.session_id, path }, { where: path });
  }
  return rows as readonly (GroupRow & { label: string })[];
}

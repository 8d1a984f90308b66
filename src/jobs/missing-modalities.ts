/** @file Which sessions have an image of a modality, from the folder that Clinica's `iotools check-missing-modalities` writes. */
import { appError } from '../base/errors';
import { optionalColumn } from '../cohort/sessions';
import type { Folder } from '../folders/folder';
import { joinPath } from '../folders/names';
import { column, readTsv, rowCount } from '../formats/tsv';

export interface Modalities {
  /** True for a session with an image. */
  readonly has: (participant: string, session: string) => boolean;
  /** Sessions that have a table. */
  readonly sessions: ReadonlySet<string>;
}

/** 1 in the table; an empty cell says nothing, so there is no image. */
function isThere(cell: unknown): boolean {
  return cell !== null && !Number.isNaN(cell) && Boolean(cell);
}

/**
 * Of `missing_mods_<session>.tsv` each. Throws `folder-missing`, `modality-tables` without a table, or with one of no rows,
 * `modality-unknown` when none has the column.
 */
export async function readModalities(workspace: Folder, folder: string, modality: string): Promise<Modalities> {
  if ((await workspace.kindOf(folder)) !== 'folder')
    throw appError('folder-missing', { path: folder, folder: workspace.name }, { where: folder });
  const names = (await workspace.list(folder)).map(({ name }) => name).filter((name) => /^[^.].*\.tsv$/.test(name));
  if (names.length === 0) throw appError('modality-tables', { path: folder, problem: 'no table' }, { where: folder });
  const there = new Map<string, Set<string>>();
  const columns = new Set<string>();
  let isKnown = false;
  for (const name of names) {
    const where = joinPath(folder, name);
    const table = readTsv(await workspace.read(where), { where, severalColumns: true });
    if (rowCount(table) === 0) throw appError('modality-tables', { path: where, problem: 'no rows' }, { where });
    const participants = column(table, 'participant_id', where).values.map((value) => `${value}`.trim());
    const cells = optionalColumn(table, modality)?.values;
    for (const found of table.columns) if (found.name !== 'participant_id') columns.add(found.name);
    isKnown ||= cells !== undefined;
    const session = name.slice(0, -'.tsv'.length).split('_').at(-1)!;
    there.set(session, new Set(participants.filter((_, row) => isThere(cells?.[row] ?? null))));
  }
  if (!isKnown)
    throw appError('modality-unknown', { path: folder, modality, columns: [...columns].join(', ') }, { where: folder });
  return {
    has: (participant, session) => there.get(session)?.has(participant) ?? false,
    sessions: new Set(there.keys()),
  };
}

/** @file What `tsvtools split` and `kfold` share: the table with its demographics, and a new folder written as a whole. */
import { appError } from '../base/errors';
import { joinSessions, optionalColumn, sessionKeys } from '../cohort/sessions';
import type { Folder } from '../folders/folder';
import { parentOf } from '../folders/names';
import { type PythonValue, printPythonJson } from '../formats/json';
import { readSessionTable } from '../formats/session-table';
import { rowCount, type Table } from '../formats/tsv';
import type { JobContext } from './job-context';
import { labelPlaces } from './label-places';
import { sessionsWithoutLabels, spellingBetween } from './left-out';

/** A column that is needed: one of these names. */
export type Need = readonly string[];

export const demographicNeeds: readonly Need[] = [['sex'], ['age', 'age_bl']];

/** The table with its sessions in another spelling; `where` is its file. */
export type Spelling = (table: Table, where: string) => Table;

export interface StudyTable {
  readonly table: Table;
  /** Needs that no table could meet, each as text for a message. */
  readonly missing: readonly string[];
}

/**
 * The table at `path`. Columns that it lacks come from `mergedTsv`, or else from the first `labels.tsv` that has them (or the first
 * need of them), in the table's folder or up to five above; sessions that are not there are left out, with an issue.
 * `spelled` is put on both tables before.
 */
export async function readStudyTable(
  context: JobContext,
  path: string,
  needs: readonly Need[],
  mergedTsv: string | null = null,
  spelled: Spelling = (table) => table,
): Promise<StudyTable> {
  const own = spelled(await readTable(context.workspace, path), path);
  const unmet = (table: Table): Need[] =>
    needs.filter((names) => names.every((name) => optionalColumn(table, name) === undefined));
  const lacking = unmet(own);
  if (lacking.length === 0) return { table: own, missing: [] };
  const found = await findLabels(
    context.workspace,
    mergedTsv === null ? labelPlaces(path) : [mergedTsv],
    mergedTsv !== null,
    (other) => {
      const still = new Set(unmet(other).map(textOf));
      if (mergedTsv !== null || lacking.every((need) => !still.has(textOf(need)))) return 'all';
      // The first need is the column to stratify on: better that alone than nothing.
      return lacking[0] === needs[0] && !still.has(textOf(needs[0])) ? 'first' : 'none';
    },
  );
  if (found === undefined) return { table: own, missing: lacking.map(textOf) };
  const { place } = found;
  const other = spelled(found.table, place);
  const joined = joinSessions(own, path, other, place);
  const [keys, keysThere] = [sessionKeys(own, path), sessionKeys(other, place)];
  if (rowCount(joined) === 0) {
    const spelling = spellingBetween(keys, keysThere);
    throw appError('labels-share-nothing', { file: path, labels: place, spelling }, { where: path });
  }
  const known = new Set(keysThere);
  const lost = keys.filter((key) => !known.has(key));
  const issue = sessionsWithoutLabels(path, place, lost, keysThere);
  if (issue !== undefined) context.issue(issue);
  context.log(`Columns taken from ${place}`);
  return { table: joined, missing: unmet(joined).map(textOf) };
}

interface FoundLabels {
  readonly place: string;
  readonly table: Table;
}

/** The first of the tables that are there which meets all needs, else the first that meets the first of them. */
async function findLabels(
  workspace: Folder,
  places: readonly string[],
  isGiven: boolean,
  meets: (table: Table) => 'all' | 'first' | 'none',
): Promise<FoundLabels | undefined> {
  let second: FoundLabels | undefined;
  for (const place of places) {
    if (!isGiven && (await workspace.kindOf(place)) !== 'file') continue;
    const table = await readTable(workspace, place);
    const met = meets(table);
    if (met === 'all') return { place, table };
    if (met === 'first') second ??= { place, table };
  }
  return second;
}

const textOf = (need: Need): string => need.join(' or ');

async function readTable(workspace: Folder, path: string): Promise<Table> {
  return readSessionTable(await workspace.read(path), { where: path });
}

/** Throws `subset-name` for a name that cannot be part of a file name here, or that hides the training set. */
export function checkSubsetName(name: string): void {
  if (!/^[\p{L}\p{N}_-]+$/u.test(name) || name.toLowerCase() === 'train') {
    throw appError('subset-name', { name }, { where: 'subset_name' });
  }
}

/** `stem`, `stem_2`, `stem_3`, …: the first that is not beside the table yet. */
export async function freeFolder(workspace: Folder, tablePath: string, stem: string): Promise<string> {
  const parent = parentOf(tablePath);
  for (let number = 1; ; number++) {
    const name = number === 1 ? stem : `${stem}_${number}`;
    const path = parent === '' ? name : `${parent}/${name}`;
    if ((await workspace.kindOf(path)) === undefined) return path;
  }
}

export interface NewFile {
  /** Inside the new folder. */
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A parameter file as ClinicaDL writes it: four spaces, non-ASCII letters kept, no final newline. */
export function parameterFile(path: string, values: Readonly<Record<string, PythonValue>>): NewFile {
  return { path, bytes: new TextEncoder().encode(printPythonJson(values, { indent: 4, ensureAscii: false })) };
}

/** Writes a folder that was not there before, wholly or not at all; the paths written. */
export async function writeNewFolder(context: JobContext, folder: string, files: readonly NewFile[]): Promise<string[]> {
  const written: string[] = [];
  try {
    for (const file of files) {
      context.signal.throwIfAborted();
      const path = `${folder}/${file.path}`;
      await context.workspace.write(path, file.bytes);
      written.push(path);
    }
  } catch (error) {
    await context.workspace.remove(folder).catch(() => {}); // a disk that is gone: the first error tells of it
    throw error;
  }
  return written;
}

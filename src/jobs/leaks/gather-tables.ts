/** @file What tables alone show: the sets of a split, of its folds, and the test set above them. */
import { AppError, appError } from '../../base/errors';
import type { Folder } from '../../folders/folder';
import { joinPath } from '../../folders/names';
import type { SameFolder } from '../../maps/leakage';
import type { Facts, ImageFacts, Pair, Side } from './facts';
import { peopleIn } from './people';
import { type ReadTable, readTable, siteColumns, type TableWishes } from './read-table';

interface FoundSet {
  readonly table: ReadTable;
  readonly role: 'train' | 'validation' | 'test';
  /** Sets of one group must not share anybody. */
  readonly group: string;
}

const depth = 4;

/** The sets that lie in a folder: train, and every set that was kept apart from it. A whole table goes before its first sessions. */
function setsAmong(names: readonly string[]): { readonly name: string; readonly role: FoundSet['role'] }[] {
  const stems = names.flatMap((name) => /^(.+?)(?:_baseline)?\.tsv$/.exec(name)?.[1] ?? []);
  const isSet = (stem: string): boolean =>
    ['train', 'validation', 'test'].includes(stem) || names.includes(`${stem}_baseline.tsv`);
  const fileOf = (stem: string): string => (names.includes(`${stem}.tsv`) ? `${stem}.tsv` : `${stem}_baseline.tsv`);
  if (!stems.includes('train')) return [];
  return [...new Set(stems.filter(isSet))].map((stem) => ({
    name: fileOf(stem),
    role: stem === 'train' ? 'train' : stem === 'validation' ? 'validation' : 'test',
  }));
}

/** Whether a table names participants and sessions; one that does not is none of a study. */
async function tableOf(workspace: Folder, file: string, wishes: TableWishes): Promise<ReadTable | null> {
  try {
    return await readTable(workspace, file, wishes);
  } catch (error) {
    if (error instanceof AppError && error.code === 'column-missing') return null;
    throw error;
  }
}

/** Sets below a folder, with those above each: whoever is kept apart there must be in none below. */
async function setsBelow(
  workspace: Folder,
  folder: string,
  wishes: TableWishes,
  level = 0,
): Promise<{ readonly sets: FoundSet[]; readonly pairs: [FoundSet, FoundSet][] }> {
  const entries = await workspace.list(folder);
  const files = entries.filter(({ kind }) => kind === 'file').map(({ name }) => name);
  const own: FoundSet[] = [];
  for (const { name, role } of setsAmong(files)) {
    const table = await tableOf(workspace, joinPath(folder, name), wishes);
    if (table !== null) own.push({ table, role, group: folder });
  }
  const train = own.find(({ role }) => role === 'train');
  const apart = own.filter((set) => set !== train);
  const pairs: [FoundSet, FoundSet][] = [
    ...(train === undefined ? [] : apart.map((set): [FoundSet, FoundSet] => [train, set])),
    ...apart.flatMap((set, i) => apart.slice(i + 1).map((other): [FoundSet, FoundSet] => [set, other])),
  ];
  const below: FoundSet[] = [];
  const isStudy = entries.some(({ name }) => name === 'subjects' || name === 'maps.json');
  for (const { name, kind } of entries) {
    if (kind !== 'folder' || name.startsWith('.') || level === depth || isStudy) continue;
    const inner = await setsBelow(workspace, joinPath(folder, name), wishes, level + 1);
    below.push(...inner.sets);
    pairs.push(...inner.pairs);
  }
  pairs.push(...apart.flatMap((set) => below.map((other): [FoundSet, FoundSet] => [other, set])));
  return { sets: [...own, ...below], pairs };
}

export interface TablesRequest extends TableWishes {
  /** A table with sites, beside those of the sets. */
  readonly table: string | null;
  /** A folder with tables, or one table. */
  readonly path: string;
  readonly sameFolder: SameFolder;
  imagesOf(sides: readonly Side[]): Promise<ImageFacts | string>;
}

/** Throws `leak-tables-missing` where there is no table of participants and sessions, and what reading one throws. */
export async function gatherTables(workspace: Folder, request: TablesRequest): Promise<Facts> {
  const { path, label } = request;
  const isFile = (await workspace.kindOf(path)) === 'file';
  const found = isFile ? { sets: [], pairs: [] } : await setsBelow(workspace, path, request);
  const alone = isFile ? await readTable(workspace, path, request) : await labelsIn(workspace, path, request);
  if (found.sets.length === 0 && alone === null) throw appError('leak-tables-missing', { path }, { where: path });
  const more = request.table === null ? [] : [await readTable(workspace, request.table, request)];
  const tables = [...more, ...found.sets.map(({ table }) => table), ...(alone === null ? [] : [alone])];
  const rowsOf = await peopleIn(
    tables.map(({ rows }) => rows),
    request.sameFolder,
  );
  const sides = new Map<ReadTable, Side>(
    found.sets.map(({ table, role }) => [
      table,
      { name: `"${table.file}"`, role, split: null, file: table.file, rows: rowsOf(table.rows), elements: table.elements },
    ]),
  );
  const pairs: Pair[] = found.pairs.map(([learnt, judged]) => ({
    learnt: sides.get(learnt.table)!,
    judged: sides.get(judged.table)!,
    isCertain: true,
  }));
  const all = [...sides.values()];
  return {
    path,
    pairs,
    sides: all,
    isLeftOut: false,
    maps: null,
    images: await request.imagesOf(all),
    site: { label, ...siteColumns(tables) },
  };
}

/** A table of labels in the folder, which may name sites. */
async function labelsIn(workspace: Folder, folder: string, wishes: TableWishes): Promise<ReadTable | null> {
  const file = joinPath(folder, 'labels.tsv');
  return (await workspace.kindOf(file)) === 'file' ? tableOf(workspace, file, wishes) : null;
}

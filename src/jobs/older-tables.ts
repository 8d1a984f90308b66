/** @file The folders of tables that `tsvtool split` and `kfold` wrote up to ClinicaDL 1.1.1, and where their tables go today. */
import { appError } from '../base/errors';
import { sortedSessions } from '../cohort/sessions';
import type { Folder } from '../folders/folder';
import { joinPath } from '../folders/names';
import { readJson } from '../formats/json';
import { readSessionTable } from '../formats/session-table';
import { type Cell, type Column, type ColumnType, column, rowCount, type Table, writeTsv } from '../formats/tsv';
import type { NewFile } from './study-table';

/** Today's folder in the making: what of which old folder goes to which files. */
export interface OlderTree {
  readonly workspace: Folder;
  /** Labels that are taken; null: all. */
  readonly labels: ReadonlySet<string> | null;
  readonly files: NewFile[];
  /** Labels whose tables were found. */
  readonly found: Set<string>;
}

/** Tables of several labels under each other: all columns, in the order in which they come up. */
export function stacked(tables: readonly Table[]): Table {
  const names = [...new Set(tables.flatMap(({ columns }) => columns.map(({ name }) => name)))];
  const columns = names.map((name): Column => {
    const parts = tables.map((table) => table.columns.find((found) => found.name === name));
    const values = tables.flatMap((table, i): readonly Cell[] => parts[i]?.values ?? Array(rowCount(table)).fill(null));
    const types = new Set(
      parts.flatMap((part) => (part === undefined || part.values.every((v) => v === null) ? [] : [part.type])),
    );
    return { name, type: typeOf(types, values), values };
  });
  return { columns };
}

/** As pandas joins columns: whole numbers with gaps, or beside others, get a point. */
function typeOf(types: ReadonlySet<ColumnType>, values: readonly Cell[]): ColumnType {
  if (types.size === 0) return 'float';
  const [only] = types;
  if (types.size === 1) return only === 'int' && values.includes(null) ? 'float' : only;
  return [...types].every((type) => type === 'int' || type === 'float') ? 'float' : 'text';
}

interface Names {
  /** `train_baseline.tsv`: the first session of each participant. */
  readonly baseline: string;
  readonly all: string;
}

/** The tables of one old folder, joined; its files without a table are none. Throws what reading a table throws, and `session-twice`. */
async function joinTables(tree: OlderTree, folder: string, names: Names): Promise<void> {
  if ((await tree.workspace.kindOf(folder)) !== 'folder')
    throw appError('folder-missing', { path: folder, folder: tree.workspace.name }, { where: folder });
  const tables = (await tree.workspace.list(folder)).filter(({ name, kind }) => kind === 'file' && /^[^.].*\.tsv$/.test(name));
  const labelOf = (name: string): string => name.replace(/(_baseline)?\.tsv$/, '');
  for (const isBaseline of [true, false]) {
    const parts: Table[] = [];
    for (const { name } of tables) {
      if (name.endsWith('baseline.tsv') !== isBaseline) continue;
      if (tree.labels !== null && !tree.labels.has(labelOf(name))) continue;
      const where = joinPath(folder, name);
      const table = readSessionTable(await tree.workspace.read(where), { where });
      column(table, 'participant_id', where);
      column(table, 'session_id', where);
      tree.found.add(labelOf(name));
      parts.push(table);
    }
    if (parts.length === 0) continue;
    const path = isBaseline ? names.baseline : names.all;
    const whole = stacked(parts);
    sortedSessions(whole, folder); // refuses a session of two labels
    tree.files.push({ path, bytes: writeTsv(whole) });
  }
}

async function parametersIn(workspace: Folder, path: string): Promise<Readonly<Record<string, unknown>> | null> {
  if ((await workspace.kindOf(path)) !== 'file') return null;
  const found = readJson(await workspace.read(path), { where: path });
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as Record<string, unknown>) : {};
}

/** A name in a parameter file that becomes part of paths. Throws `older-parameters`. */
function nameIn(parameters: Readonly<Record<string, unknown>>, where: string): string {
  const name = parameters.subset_name;
  if (typeof name === 'string' && /^[\p{L}\p{N}_-]+$/u.test(name)) return name;
  throw appError('older-parameters', { file: where, key: 'subset_name' }, { where });
}

/** The folder and all below it; `into`: its place in the new folder, `names`: of its own tables. */
export async function adaptFolder(tree: OlderTree, folder: string, into: string, names: Names): Promise<void> {
  const { workspace } = tree;
  await joinTables(tree, folder, names);
  const splitFile = joinPath(folder, 'split.json');
  const split = await parametersIn(workspace, splitFile);
  if (split !== null) {
    const inside = joinPath(into, 'split');
    for (const subset of [nameIn(split, splitFile), 'train']) {
      const own = { baseline: joinPath(inside, `${subset}_baseline.tsv`), all: joinPath(inside, `${subset}.tsv`) };
      // With n_test 0 there was no training set.
      if (subset === 'train' && (await workspace.kindOf(joinPath(folder, subset))) === undefined) continue;
      await adaptFolder(tree, joinPath(folder, subset), inside, own);
    }
  }
  const kfoldFile = joinPath(folder, 'kfold.json');
  const kfold = await parametersIn(workspace, kfoldFile);
  if (kfold === null) return;
  const folds = kfold.n_splits;
  if (typeof folds !== 'number' || !Number.isInteger(folds) || folds < 1 || folds > 1000)
    throw appError('older-parameters', { file: kfoldFile, key: 'n_splits' }, { where: kfoldFile });
  for (let i = 0; i < folds; i++) {
    for (const subset of ['train', nameIn(kfold, kfoldFile)]) {
      const inside = joinPath(into, `${folds}_fold`, `split-${i}`);
      const own = { baseline: joinPath(inside, `${subset}_baseline.tsv`), all: joinPath(inside, `${subset}.tsv`) };
      await joinTables(tree, joinPath(folder, `${subset}_splits-${folds}`, `split-${i}`), own);
    }
  }
}

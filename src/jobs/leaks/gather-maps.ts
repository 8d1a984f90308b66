/** @file What a MAPS and the MAPS around it show: groups, run journals, the chain of transfer, what weights a vote. */
import { AppError } from '../../base/errors';
import type { Folder } from '../../folders/folder';
import { joinPath } from '../../folders/names';
import { plainId } from '../../formats/session-spelling';
import { pretrainedIn } from '../../maps/description';
import { readElementCounts } from '../../maps/element-counts';
import {
  isPredictedGroup,
  listGroups,
  placeOfGroup,
  readGroup,
  readTrainingSessions,
  readTrainValidation,
} from '../../maps/groups';
import { type Model, peopleDigest, readJournal } from '../../maps/journal';
import { groupFolder, isTrainingGroup, type PredictionLevel, resultsFolder, trainValidationFile } from '../../maps/layout';
import { participantKey, type SameFolder, type Session } from '../../maps/leakage';
import { listLevels, listMetrics, listSplits, readEnvironment, readParameters, splitPrefix } from '../../maps/maps';
import { isListLeftOut } from '../../maps/training-list';
import { modernMapsJson } from '../../options/derive/maps-json-versions';
import { modeOf } from '../result-view';
import { mapsPlace, rememberedPath } from '../study-paths';
import { chainOf, trainedOn } from '../transfer';
import type { Facts, ImageFacts, OtherMaps, Pair, Side, TestGroup, TransferFacts } from './facts';
import { peopleIn } from './people';
import { type ReadTable, readTable, siteColumns, type TableWishes } from './read-table';

export interface MapsRequest extends TableWishes {
  readonly path: string;
  /** Other MAPS of the opened folder. */
  readonly others: readonly string[];
  /** A table with sites, beside those of the training. */
  readonly table: string | null;
  /** Of the CAPS that the groups remember. */
  readonly sameFolder: SameFolder;
  imagesOf(sides: readonly Side[]): Promise<ImageFacts | string>;
}

interface ChainLink {
  readonly path: string;
  readonly rows: readonly Session[];
  readonly isLeftOut: boolean;
}

/** Networks that have metrics of a group. */
async function resultsOf(maps: Folder, group: string): Promise<Model[]> {
  const prefix = await splitPrefix(maps);
  const found: Model[] = [];
  for (const split of await listSplits(maps))
    for (const metric of await listMetrics(maps, split, prefix)) {
      const folder = resultsFolder(split, metric, group, prefix);
      if ((await maps.kindOf(folder)) !== 'folder') continue;
      if ((await listLevels(maps, folder, group)).some(({ metrics }) => metrics)) found.push({ split, metric });
    }
  return found;
}

async function modelsOf(maps: Folder): Promise<Model[]> {
  const prefix = await splitPrefix(maps);
  const found: Model[] = [];
  for (const split of await listSplits(maps))
    for (const metric of await listMetrics(maps, split, prefix)) found.push({ split, metric });
  return found;
}

interface ReadGroup {
  readonly name: string;
  readonly rows: readonly Session[];
  readonly results: readonly Model[];
}

/** The groups that were predicted, whoever may be in them. */
async function testGroups(maps: Folder): Promise<ReadGroup[]> {
  const found: ReadGroup[] = [];
  for (const name of await listGroups(maps)) {
    if (isTrainingGroup(name) || !(await isPredictedGroup(maps, name))) continue;
    const { rows } = await readGroup(maps, name, null, null);
    found.push({ name, rows, results: await resultsOf(maps, name) });
  }
  return found;
}

const quietIn = (workspace: Folder) => ({ workspace, log: () => {}, issue: () => {} });

/** MAPS from which the networks came, the nearest first. */
async function chainFrom(workspace: Folder, path: string): Promise<{ links: ChainLink[]; lost: string | null }> {
  const links: ChainLink[] = [];
  for (let at = path; ; ) {
    const { transfer_path } = await readParameters(workspace.sub(at), at);
    if (typeof transfer_path !== 'string' || ['', 'false'].includes(transfer_path)) return { links, lost: null };
    const next = await chainOf(transfer_path, at, { workspace });
    if (next === undefined) return { links, lost: transfer_path.split(/[/\\]/).at(-1) ?? transfer_path };
    if (next === path || links.some((link) => link.path === next)) return { links, lost: null };
    const maps = workspace.sub(next);
    const rows = [...(await readTrainingSessions(maps)), ...(await readTrainValidation(maps, true))];
    links.push({ path: next, rows, isLeftOut: (await isListLeftOut(maps)) || rows.length === 0 });
    at = next;
  }
}

/** The tables of the training, where they still are: the groups of a MAPS have no more than a label. */
async function trainingTables(workspace: Folder, request: MapsRequest): Promise<Map<string, ReadTable>> {
  const found = new Map<string, ReadTable>();
  const maps = workspace.sub(request.path);
  const parameters = modernMapsJson(await readParameters(maps, request.path));
  const { tsv_directory } = parameters;
  if (typeof tsv_directory !== 'string' || tsv_directory === '' || parameters.multi_cohort === true) return found;
  let folder: string;
  try {
    folder = await rememberedPath(tsv_directory, await mapsPlace(maps, request.path), quietIn(workspace));
  } catch (error) {
    if (error instanceof AppError) return found; // elsewhere: then the groups are all there is
    throw error;
  }
  const splits = await listSplits(maps);
  for (const set of ['train', 'validation'])
    for (const split of splits)
      for (const at of [joinPath(folder, `split-${split}`), folder])
        for (const name of [`${set}.tsv`, `${set}_baseline.tsv`]) {
          const file = joinPath(at, name);
          const key = `${set} of split ${split}`;
          if (!found.has(key) && (await workspace.kindOf(file)) === 'file')
            found.set(key, await readTable(workspace, file, request));
        }
  return found;
}

async function otherMaps(
  workspace: Folder,
  path: string,
  own: readonly ReadGroup[],
  parameters: Readonly<Record<string, unknown>>,
): Promise<OtherMaps | null> {
  const maps = workspace.sub(path);
  try {
    const theirs = modernMapsJson(await readParameters(maps, path));
    if (theirs.network_task !== parameters.network_task || theirs.label !== parameters.label) return null;
    const shared: OtherMaps['shared'][number][] = [];
    for (const group of await testGroups(maps)) {
      const people = new Set(group.rows.map(participantKey));
      for (const { name, rows } of own)
        if (rows.some((row) => people.has(participantKey(row))))
          shared.push({
            ours: `the group "${name}"`,
            people: await peopleDigest(group.rows),
            results: group.results,
          });
    }
    return shared.length === 0 ? null : { path, journal: await readJournal(maps), shared };
  } catch (error) {
    if (error instanceof AppError) return null; // a MAPS that cannot be read is told where it is opened
    throw error;
  }
}

/** How the weights of a vote are known. */
async function voteOf(
  maps: Folder,
  path: string,
  models: readonly Model[],
): Promise<'none' | 'validation tables' | 'counts without names'> {
  const mode: PredictionLevel = modeOf(await readParameters(maps, path), path);
  if (mode === 'image') return 'none';
  for (const { split, metric } of models)
    if ((await readElementCounts(maps, split, metric, mode)) !== null) return 'counts without names';
  return 'validation tables';
}

export async function gatherMaps(workspace: Folder, request: MapsRequest): Promise<Facts> {
  const { path } = request;
  const maps = workspace.sub(path);
  const parameters = modernMapsJson(await readParameters(maps, path));
  const splits = await listSplits(maps);
  const prefix = await splitPrefix(maps);
  const groups = await testGroups(maps);
  const isLeftOut = await isListLeftOut(maps);
  const listed = await readTrainValidation(maps, true);
  const training = new Map<string, { role: 'train' | 'validation'; split: number; rows: readonly Session[]; file: string }>();
  for (const role of ['train', 'validation'] as const)
    for (const split of splits) {
      const file = `${await placeOfGroup(maps, role, split)}/data.tsv`;
      if ((await maps.kindOf(file)) === 'file')
        training.set(`${role} of split ${split}`, { role, split, file, rows: (await readGroup(maps, role, split, null)).rows });
    }
  const visitOf = (row: Session): string => `${participantKey(row)}\t${plainId(row.session_id)}`;
  const inGroups = new Set([...training.values()].flatMap(({ rows }) => rows.map(visitOf)));
  const beyond = listed.filter((row) => !inGroups.has(visitOf(row)));
  const chain = await chainFrom(workspace, path);
  const begins = await beginsWith(maps, parameters);
  const learnt: { readonly split: number; readonly rows: readonly Session[] }[] = [];
  const nearest = chain.links[0]?.path;
  if (nearest !== undefined)
    for (const split of splits) learnt.push({ split, rows: await trainedOn(nearest, split, { workspace }) });
  const rowsOf = await peopleIn(
    [
      ...[...training.values()].map(({ rows }) => rows),
      listed,
      ...groups.map(({ rows }) => rows),
      ...chain.links.map(({ rows }) => rows),
      ...learnt.map(({ rows }) => rows),
    ],
    request.sameFolder,
  );
  const tables = await trainingTables(workspace, request);
  const sides: Side[] = [...training].map(([name, { role, split, rows, file }]) => ({
    name,
    role,
    split,
    file,
    rows: rowsOf(rows),
    elements: tables.get(name)?.elements ?? null,
  }));
  const list: Side = {
    name: 'the list train+validation.tsv',
    role: 'listed',
    split: null,
    file: trainValidationFile,
    rows: rowsOf(beyond),
    elements: null,
  };
  const tests: TestGroup[] = [];
  for (const { name, rows, results } of groups) {
    const file = `${groupFolder(name, null)}/data.tsv`;
    const side: Side = { name: `the group "${name}"`, role: 'test', split: null, file, rows: rowsOf(rows), elements: null };
    tests.push({ side, people: await peopleDigest(rows), results });
  }
  // As in the check of `predict`: without groups, with a transfer or a second domain, whoever is listed was learnt from.
  const isCertain = begins === 'networks of a MAPS' || parameters.ssda_network === true || sides.length === 0;
  const pairs: Pair[] = [
    ...splits.flatMap((split) => pairOf(sides, split)),
    ...tests.flatMap(({ side }) => [
      ...sides.map((other): Pair => ({ learnt: other, judged: side, isCertain: true })),
      ...(beyond.length > 0 ? [{ learnt: list, judged: side, isCertain }] : []),
    ]),
  ];
  const all = [...sides, ...(beyond.length > 0 ? [list] : []), ...tests.map(({ side }) => side)];
  const models = await modelsOf(maps);
  const others: OtherMaps[] = [];
  for (const other of request.others) {
    const found = other === path ? null : await otherMaps(workspace, other, groups, parameters);
    if (found !== null) others.push(found);
  }
  const transfer: TransferFacts = {
    begins,
    sources: chain.links.map(({ rows, ...link }) => ({ ...link, rows: rowsOf(rows) })),
    lost: chain.lost,
    listed: begins === 'networks of a MAPS' ? list.rows : [],
    trainedOn: learnt.map(({ split, rows }) => ({ split, rows: rowsOf(rows) })),
  };
  const more = request.table === null ? [] : [await readTable(workspace, request.table, request)];
  return {
    path,
    pairs,
    sides: all,
    isLeftOut: isLeftOut || (sides.length === 0 && listed.length === 0),
    maps: {
      groups: tests,
      models,
      journal: await readJournal(maps),
      others,
      transfer,
      vote: prefix === 'fold' ? 'none' : await voteOf(maps, path, models),
    },
    images: await request.imagesOf(all),
    site: { label: request.label, ...siteColumns([...more, ...tables.values(), ...(await groupTables(maps, all, request))]) },
  };
}

function pairOf(sides: readonly Side[], split: number): Pair[] {
  const of = (role: Side['role']): Side | undefined => sides.find((side) => side.role === role && side.split === split);
  const [learnt, judged] = [of('train'), of('validation')];
  return learnt === undefined || judged === undefined ? [] : [{ learnt, judged, isCertain: true }];
}

/** The groups of several cohorts say from which each person comes. */
async function groupTables(maps: Folder, sides: readonly Side[], wishes: TableWishes): Promise<ReadTable[]> {
  const tables: ReadTable[] = [];
  for (const { file, role } of sides) if (role !== 'listed') tables.push(await readTable(maps, file, wishes));
  return tables;
}

async function beginsWith(maps: Folder, { transfer_path }: Readonly<Record<string, unknown>>): Promise<TransferFacts['begins']> {
  if (typeof transfer_path === 'string' && !['', 'false'].includes(transfer_path)) return 'networks of a MAPS';
  return pretrainedIn(await readEnvironment(maps)) === null ? 'drawn weights' : 'weights of a file';
}

/** @file The result folder that a training of ClinicaDL 0.2 wrote: where its files lie and what its commandline.json says. Reads only. */
import { appError } from '../base/errors';
import type { Folder } from '../folders/folder';
import { type JsonObject, readJson } from '../formats/json';
import type { PredictionLevel } from './layout';

export const olderParametersFile = 'commandline.json';

/** Today's selection metric for each folder of networks. */
const selections: ReadonlyMap<string, string> = new Map([
  ['best_loss', 'loss'],
  ['best_balanced_accuracy', 'BA'],
]);

export interface OlderModel {
  readonly metric: string;
  /** Of multicnn; null for a single network. */
  readonly network: number | null;
  readonly path: string;
}

export interface OlderTable {
  readonly metric: string;
  readonly group: string;
  readonly level: PredictionLevel;
  readonly kind: 'prediction' | 'metrics';
  readonly path: string;
}

export interface OlderFold {
  readonly split: number;
  readonly models: readonly OlderModel[];
  readonly tables: readonly OlderTable[];
  /** `training.tsv`; null without one. */
  readonly log: string | null;
  /** What lies beside these and is not read. */
  readonly others: readonly string[];
}

/** True for a folder of 0.2: its parameters name a mode and a type of network. */
export async function isOlderResults(folder: Folder): Promise<boolean> {
  if ((await folder.kindOf(olderParametersFile)) !== 'file') return false;
  return (await folder.list('')).some(({ name, kind }) => kind === 'folder' && /^fold-\d+$/.test(name));
}

/** Throws `older-results-missing` for another folder. */
export async function readOlderParameters(folder: Folder): Promise<JsonObject> {
  const missing = (): Error => appError('older-results-missing', { folder: folder.name }, { where: folder.name });
  if (!(await isOlderResults(folder))) throw missing();
  const json = readJson(await folder.read(olderParametersFile), { where: `${folder.name}/${olderParametersFile}` });
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw missing();
  return json as JsonObject;
}

const filesIn = async (folder: Folder, path: string): Promise<string[]> =>
  (await folder.kindOf(path)) === 'folder' ? (await folder.list(path)).map(({ name }) => name) : [];

export async function readOlderFolds(folder: Folder): Promise<OlderFold[]> {
  const folds: OlderFold[] = [];
  for (const { name, kind } of await folder.list('')) {
    const [, number] = /^fold-(\d+)$/.exec(name) ?? [];
    if (kind !== 'folder' || number === undefined) continue;
    const inside = await filesIn(folder, name);
    const known = ['models', 'cnn_classification', 'training.tsv'];
    folds.push({
      split: Number(number),
      models: await modelsIn(folder, `${name}/models`),
      tables: await tablesIn(folder, `${name}/cnn_classification`),
      log: inside.includes('training.tsv') ? `${name}/training.tsv` : null,
      others: inside.filter((one) => !known.includes(one)).map((one) => `${name}/${one}`),
    });
  }
  return folds.sort((a, b) => a.split - b.split);
}

/** `[cnn-<k>/]best_<metric>/model_best.pth.tar` */
async function modelsIn(folder: Folder, path: string): Promise<OlderModel[]> {
  const models: OlderModel[] = [];
  const look = async (at: string, network: number | null): Promise<void> => {
    for (const [name, metric] of selections) {
      const file = `${at}/${name}/model_best.pth.tar`;
      if ((await folder.kindOf(file)) === 'file') models.push({ metric, network, path: file });
    }
  };
  await look(path, null);
  for (const name of await filesIn(folder, path)) {
    const [, number] = /^cnn-(\d+)$/.exec(name) ?? [];
    if (number !== undefined) await look(`${path}/${name}`, Number(number));
  }
  return models;
}

async function tablesIn(folder: Folder, path: string): Promise<OlderTable[]> {
  const tables: OlderTable[] = [];
  for (const [name, metric] of selections) {
    for (const file of await filesIn(folder, `${path}/${name}`)) {
      const [, group, level, kind] = /^(.+)_(image|patch|roi|slice)_level_(prediction|metrics)\.tsv$/.exec(file) ?? [];
      if (group === undefined) continue;
      tables.push({
        metric,
        group,
        level: level as PredictionLevel,
        kind: kind as OlderTable['kind'],
        path: `${path}/${name}/${file}`,
      });
    }
  }
  return tables;
}

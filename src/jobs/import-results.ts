/**
 * @file `import-results`: a MAPS from a result folder of ClinicaDL 0.2. Its labels, whose positive class was 1, become nodes in today's order,
 * with the positive class as node 0; weights, predictions and metrics follow. What the old folder does not tell is left out of maps.json, and
 * said. The old folder is only read.
 */
import { appError } from '../base/errors';
import { joinPath } from '../folders/names';
import { type JsonObject, type PythonObject, printPythonJson } from '../formats/json';
import { writeGroup, writeTrainValidation } from '../maps/groups';
import {
  environmentFile,
  groupsFolder,
  metricsName,
  modelFile,
  parametersFile,
  predictionName,
  resultsFolder,
  splitFolder,
  trainingLogFile,
} from '../maps/layout';
import { type OlderNetwork, olderNetwork, todaysWeights } from '../maps/older-networks';
import { type OlderFold, olderParametersFile, readOlderFolds, readOlderParameters } from '../maps/older-results';
import { elementsIn, sessionsIn, todaysLog, todaysMetrics, todaysPredictions } from '../maps/older-tables';
import { readCheckpoint, writeCheckpoint } from '../maps/weights';
import { checkStateFits } from '../networks/check-state';
import type { Network } from '../networks/graph';
import { ownNetwork } from '../networks/own-network';
import { moduleVersions } from '../networks/print';
import { constructNetwork } from '../networks/registry';
import type { ImportResultsOptions } from '../options/import-results';
import type { Job, JobContext } from './job-context';
import { checkNew, type NewFolder, writeNew } from './new-folder';
import { type OlderTraining, olderTraining } from './older-training';
import { keptNetwork } from './own-network-file';

export interface ImportResult {
  readonly maps: string;
  readonly splits: readonly number[];
  /** The networks were taken, so that the MAPS predicts. */
  readonly predicts: boolean;
}

const encoder = new TextEncoder();

interface File {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Throws `older-results-missing`, `older-results-kind` for a training that has no counterpart, `older-results-value`,
 * `older-network-size`, `older-weights`, `older-table`, `older-table-damaged`, `folder-not-empty` and what damaged files throw, before anything is written.
 */
export const importResultsJob: Job<ImportResultsOptions, ImportResult> = async (options, context) => {
  const { results_directory, output_maps_directory: path } = options;
  const old = context.workspace.sub(results_directory);
  const parameters = await readOlderParameters(old);
  const folds = await readOlderFolds(old);
  const folder: NewFolder = {
    path,
    what: 'A MAPS',
    ownNames: [
      ...folds.map(({ split }) => splitFolder(split)),
      groupsFolder,
      parametersFile,
      olderParametersFile,
      environmentFile,
      keptNetwork,
    ],
  };
  await checkNew(folder, context);
  const training = olderTraining(parameters, results_directory, options.input_size);
  const elements = await elementCountOf(folds, training, context, results_directory);
  const network = olderNetwork(training.network, training.dropout);
  const files: File[] = [];
  const take = async (from: string): Promise<Uint8Array<ArrayBuffer>> => {
    context.signal.throwIfAborted();
    return old.read(from);
  };
  for (const fold of folds) {
    for (const table of fold.tables) {
      const bytes = await take(table.path);
      const where = joinPath(results_directory, table.path);
      const folder = resultsFolder(fold.split, table.metric, table.group);
      files.push(
        table.kind === 'prediction'
          ? {
              path: `${folder}/${predictionName(table.group, table.level)}`,
              bytes: todaysPredictions(bytes, training.mode, where),
            }
          : { path: `${folder}/${metricsName(table.group, table.level)}`, bytes: todaysMetrics(bytes, where) },
      );
    }
    if (fold.log !== null)
      files.push({
        path: trainingLogFile(fold.split, null),
        bytes: todaysLog(await take(fold.log), joinPath(results_directory, fold.log)),
      });
  }
  const built = network === undefined ? undefined : buildOlder(network, training, results_directory);
  if (network !== undefined && built !== undefined) {
    for (const { split, models } of folds) {
      for (const { metric, network: number, path: from } of models) {
        const where = joinPath(results_directory, from);
        const { model, epoch } = readCheckpoint(await take(from), where);
        const state = todaysWeights(network, model);
        if ('stray' in state)
          throw appError('older-weights', { file: where, name: state.stray, network: training.network }, { where });
        checkStateFits(built, state, where);
        const name = built.architecture;
        const bytes = writeCheckpoint({ model: state, epoch: epoch ?? 0, name, modules: moduleVersions(built) });
        files.push({ path: modelFile(split, metric, number), bytes });
      }
    }
    if (network.architecture === null)
      files.push({ path: keptNetwork, bytes: encoder.encode(`${JSON.stringify({ layers: network.layers }, null, 2)}\n`) });
  }
  const environment = (await old.kindOf(environmentFile)) === 'file' ? await take(environmentFile) : null;
  const architecture = built?.architecture ?? training.network;
  const json = { architecture, ...training.parameters, num_networks: elements ?? 1, output_size: 2 } satisfies PythonObject;
  files.push({ path: olderParametersFile, bytes: await take(olderParametersFile) });
  if (environment !== null) files.push({ path: environmentFile, bytes: environment });

  const maps = context.workspace.sub(path);
  const known = await writeNew(folder, context, async () => {
    for (const { path: to, bytes } of files) {
      context.signal.throwIfAborted();
      await maps.write(to, bytes);
    }
    const found = await writeGroups(folds, training, results_directory, context, path);
    // Last: a folder with it is a MAPS.
    await maps.write(parametersFile, encoder.encode(printPythonJson(json, { indent: 4 })));
    return found;
  });
  tell(context, {
    folds,
    training,
    elements: training.parameters.multi_network === true ? elements : null,
    known,
    predicts: built !== undefined,
    path,
    results: results_directory,
  });
  return { maps: path, splits: folds.map(({ split }) => split), predicts: built !== undefined };
};

function buildOlder(network: OlderNetwork, { inputSize, dropout }: OlderTraining, where: string): Network {
  if (network.architecture !== null)
    return constructNetwork(network.architecture, { inputSize, outputSize: 2, dropout } as Parameters<
      typeof constructNetwork
    >[1]);
  const built = ownNetwork({ layers: network.layers }, { inputSize, outputSize: 2 }, joinPath(where, olderParametersFile));
  return { ...built, architecture: keptNetwork };
}

/** From the numbers of the elements in the predictions; null where there are none. */
async function elementCountOf(
  folds: readonly OlderFold[],
  { mode }: OlderTraining,
  { workspace }: Pick<JobContext, 'workspace'>,
  results: string,
): Promise<number | null> {
  let most: number | null = null;
  for (const { tables } of folds)
    for (const { level, kind, path } of tables) {
      if (level !== mode || kind !== 'prediction') continue;
      const where = joinPath(results, path);
      const found = elementsIn(await workspace.read(where), mode, where);
      if (found !== null) most = Math.max(most ?? 0, found);
    }
  return most;
}

/** Participants as the predictions name them; false when those of the training are not known. */
async function writeGroups(
  folds: readonly OlderFold[],
  { parameters, labelOf }: OlderTraining,
  results: string,
  { workspace }: Pick<JobContext, 'workspace'>,
  path: string,
): Promise<boolean> {
  const maps = workspace.sub(path);
  const trained = new Map<string, { readonly participant_id: string; readonly session_id: string }>();
  const caps_directory = String((parameters as JsonObject).caps_directory);
  const done = new Set<string>();
  let known = folds.length > 0;
  for (const { split, tables } of folds) {
    const named = new Set<string>();
    for (const { group, kind, path: from } of tables) {
      if (kind !== 'prediction' || named.has(group)) continue;
      named.add(group);
      const where = joinPath(results, from);
      const sessions = sessionsIn(await workspace.read(where), where);
      const isTraining = group === 'train' || group === 'validation';
      if (isTraining) for (const one of sessions) trained.set(`${one.participant_id}\t${one.session_id}`, one);
      if (!isTraining && done.has(group)) continue;
      done.add(group);
      const rows = sessions.map((one) => ({ ...one, label: labelOf(one.label) }));
      await writeGroup(maps, group, isTraining ? split : null, { rows, caps_directory, multi_cohort: false }, 'diagnosis');
    }
    known &&= named.has('train') && named.has('validation');
  }
  if (known)
    await writeTrainValidation(
      maps,
      [...trained.keys()].sort().map((key) => trained.get(key) ?? { participant_id: '', session_id: '' }),
    );
  return known;
}

/** Networks whose results are there, and not they themselves. `elements`: networks of each metric; null: one. */
function absentNetworks(folds: readonly OlderFold[], elements: number | null) {
  return folds.flatMap(({ split, models, tables }) =>
    [...new Set(tables.map(({ metric }) => metric))].flatMap((metric) =>
      (elements === null ? [null] : Array.from({ length: elements }, (_, n) => n))
        .filter((network) => !models.some((model) => model.metric === metric && model.network === network))
        .map((network) => ({ split, metric, network })),
    ),
  );
}

interface Told {
  readonly folds: readonly OlderFold[];
  readonly training: OlderTraining;
  /** Of multicnn, the number of its networks. */
  readonly elements: number | null;
  readonly known: boolean;
  readonly predicts: boolean;
  readonly path: string;
  readonly results: string;
}

function tell({ log }: Pick<JobContext, 'log'>, { folds, training, elements, known, predicts, path, results }: Told): void {
  const others = folds.flatMap((fold) => fold.others);
  log(
    `${path} holds ${folds.length === 1 ? '1 split' : `${folds.length} splits`} of ${results}; nothing in ${results} was changed.`,
  );
  log('The positive class, 1 before, is node 0: labels, probabilities and the last layer of the networks changed places.');
  log(
    'Left out of maps.json, since the old folder does not tell it: seed and loss. Left out also: batch_size, as losses in training.tsv are means of an element.',
  );
  log('The losses beside the metrics were sums over elements and are left out; probabilities of whole images were not kept.');
  for (const note of training.notes) log(note);
  if (!predicts)
    log(`${training.network} has no counterpart here: its results can be read, and nothing can be predicted with it.`);
  for (const { split, metric, network } of absentNetworks(folds, elements))
    log(
      `Split ${split} has no ${network === null ? 'network' : `network ${network}`} best by ${metric} in ${results}: nothing can be predicted with ${network === null ? 'it' : 'those of that metric'}.`,
    );
  if (!known) log('Not every split tells its training participants: whether a test group was trained on cannot be checked.');
  if (others.length > 0) log(`Not taken: ${others.join(', ')}.`);
}

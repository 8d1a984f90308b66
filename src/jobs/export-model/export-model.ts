/** @file `export-model`: trained networks as a MAPS to predict with, which says how they do and names nobody of the training. */
import { appError } from '../../base/errors';
import { printExtractionJson } from '../../caps/extraction-json';
import type { Folder } from '../../folders/folder';
import { joinPath } from '../../folders/names';
import { walk } from '../../folders/walk';
import { printPythonJson } from '../../formats/json';
import { votingCounts } from '../../learning/tasks/soft-vote';
import { readElementCounts, writeElementCounts } from '../../maps/element-counts';
import { noteInJournal } from '../../maps/journal';
import {
  elementCountsFile,
  groupFolder,
  leftOutNote,
  modelFile,
  networksOf,
  parametersFile,
  predictOnlyFile,
  resultsFolder,
  splitFolder,
  summaryFile,
  trainValidationFile,
} from '../../maps/layout';
import { readParameters, type SplitPrefix, splitPrefix } from '../../maps/maps';
import { networkCount } from '../../maps/network-count';
import { printPredictOnly, readPredictOnly } from '../../maps/predict-only';
import { isListLeftOut, leftOutText } from '../../maps/training-list';
import { printSummary, readSummary, type TrainingSummary } from '../../maps/training-summary';
import { writeCheckpoint } from '../../maps/weights';
import type { Network } from '../../networks/graph';
import { moduleVersions } from '../../networks/print';
import { optionsOfMapsJson } from '../../options/derive/maps-json';
import type { ExportModelOptions } from '../../options/export-model';
import type { TrainOptions } from '../../options/train';
import type { Job, JobContext } from '../job-context';
import { writeNew } from '../new-folder';
import { isOwnNetwork, keptNetwork } from '../own-network-file';
import { type Target, targetsOf } from '../predict-targets';
import { predictedParameters } from '../predicted-parameters';
import { readWeights } from '../read-weights';
import { trainedNetwork } from '../trained-network';
import { taskOf } from '../training-task';
import { transferSource } from '../transfer';
import { weightRowsOf } from '../vote-weights';
import { measuredResults } from './measured';
import { modelCard } from './model-card';
import { namesIn, refuseNames } from './names';
import { extractionName, neutralExtraction, neutralMapsJson } from './neutral';
import { trainedOn } from './trained-on';

export interface ExportedModelFolder {
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
}

interface HandedFile {
  readonly path: string;
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

export const modelCardFile = 'model_card.md';
const encoder = new TextEncoder();
const text = (path: string, content: string): HandedFile => ({ path, read: async () => encoder.encode(content) });
const bytesOf = (path: string, bytes: Uint8Array<ArrayBuffer>): HandedFile => ({ path, read: async () => bytes });

/** A MAPS, opened to be handed over. */
interface Source {
  readonly maps: Folder;
  readonly path: string;
  readonly prefix: SplitPrefix;
  readonly training: TrainOptions;
  readonly parameters: Readonly<Record<string, unknown>> & { readonly num_networks: number };
  readonly network: Network;
  readonly targets: readonly Target[];
}

async function openSource({ input_maps_directory: path, split, selection_metrics }: ExportModelOptions, context: JobContext) {
  const maps = context.workspace.sub(path);
  const written = await readParameters(maps, path);
  const training = optionsOfMapsJson(written, path, 'predict');
  const predicted = await predictedParameters(maps, written);
  const parameters: Source['parameters'] = { ...predicted, num_networks: await networkCount(maps, predicted) };
  const prefix = await splitPrefix(maps);
  const targets = await targetsOf(maps, { split, selection_metrics }, prefix);
  const network = await trainedNetwork(maps, training, parameters, predicted.input_size as readonly number[]);
  return { maps, path, prefix, training, parameters, network, targets } satisfies Source;
}

const numbersOf = ({ training, parameters }: Source) => networksOf(training.multi_network, parameters.num_networks);

/** Weights, written anew: a file of another program may hold more than them. */
function weightFiles(source: Source, context: Pick<JobContext, 'issue'>): HandedFile[] {
  const { maps, prefix, network, targets } = source;
  return targets.flatMap(({ split, metrics }) =>
    metrics.flatMap((metric) =>
      numbersOf(source).map((number) => ({
        path: modelFile(split, metric, number),
        read: async () => {
          const { model, epoch } = await readWeights(maps, modelFile(split, metric, number, prefix), network, context);
          return writeCheckpoint({ model, epoch, name: network.architecture, modules: moduleVersions(network) });
        },
      })),
    ),
  );
}

/**
 * What weights the vote of several elements: the tables of the validation group, or without its people what the vote asks of them. Throws
 * `prediction-missing` where there is neither.
 */
async function voteFiles(source: Source, identifiers: boolean): Promise<HandedFile[]> {
  const { maps, prefix, training, parameters, network, targets } = source;
  const task = taskOf(training, network);
  const mode = parameters.mode as 'image' | 'patch' | 'roi' | 'slice';
  if (mode === 'image' || task.vote?.weighted !== true) return [];
  const files: HandedFile[] = [];
  for (const { split, metrics } of targets) {
    for (const selection_metric of metrics) {
      const noted = await readElementCounts(maps, split, selection_metric, mode);
      const rows = noted === null ? await weightRowsOf(maps, mode, task, { split, selection_metric, prefix }) : [];
      if (identifiers && noted === null) {
        const from = resultsFolder(split, selection_metric, 'validation', prefix);
        for (const { name } of (await maps.list(from)).filter((entry) => entry.name.endsWith('.tsv')))
          files.push({
            path: `${resultsFolder(split, selection_metric, 'validation')}/${name}`,
            read: () => maps.read(`${from}/${name}`),
          });
        continue;
      }
      const counts = noted ?? votingCounts(rows);
      files.push(bytesOf(elementCountsFile(split, selection_metric), writeElementCounts(counts, mode)));
    }
  }
  return files;
}

async function summariesOf(source: Source): Promise<{ readonly files: HandedFile[]; readonly first: TrainingSummary | null }> {
  const { maps, targets } = source;
  const files: HandedFile[] = [];
  let first: TrainingSummary | null = null;
  for (const { split, metrics } of targets)
    for (const metric of metrics)
      for (const number of numbersOf(source)) {
        const summary = await readSummary(maps, split, metric, number);
        if (summary === null) continue;
        first ??= summary;
        files.push(bytesOf(summaryFile(split, metric, number), printSummary(summary)));
      }
  return { files, first };
}

/** Who was in the training of these splits, as the MAPS has it. */
async function trainingLists({ maps, prefix, targets }: Source, signal: AbortSignal): Promise<HandedFile[]> {
  const files: HandedFile[] = [];
  if ((await maps.kindOf(trainValidationFile)) === 'file')
    files.push({ path: trainValidationFile, read: () => maps.read(trainValidationFile) });
  for (const { split } of targets) {
    for (const group of ['train', 'validation']) {
      const from = groupFolder(group, split, prefix);
      if ((await maps.kindOf(from)) !== 'folder') continue;
      for (const { path } of await walk(maps, from, signal))
        files.push({ path: path.replace(from, groupFolder(group, split)), read: () => maps.read(path) });
    }
  }
  return files;
}

export const exportModelJob: Job<ExportModelOptions, ExportedModelFolder> = async (options, context) => {
  const { workspace, signal } = context;
  const { output_directory: path, include_identifiers: identifiers } = options;
  const source = await openSource(options, context);
  const { maps, training, parameters, network, targets } = source;
  const handed = await readPredictOnly(maps);
  if (identifiers && handed?.training_list === 'left out')
    throw appError('export-left-out', { maps: source.path }, { where: 'Options.include_identifiers' });
  const splits = targets.map(({ split }) => split);
  const began = transferSource(training) !== null || handed?.began === true;
  const extraction = neutralExtraction(parameters, `${source.path}/maps.json`);
  const summaries = await summariesOf(source);
  const known = await trainedOn(maps, splits, training);
  const several = numbersOf(source).length;
  const card = modelCard({
    version: context.version,
    training,
    network,
    extraction,
    models: targets.flatMap(({ split, metrics }) => metrics.map((selection) => ({ split, selection, networks: several }))),
    trainedOn: known,
    summary: summaries.first,
    measured: await measuredResults(maps, targets, source.prefix),
    identifiers,
    began,
    handedOn: handed !== null,
  });
  const described = [
    text(extractionName, printExtractionJson(extraction)),
    text(modelCardFile, card),
    bytesOf(
      predictOnlyFile,
      printPredictOnly({ training_list: identifiers ? 'included' : 'left out', began, training: known }, context.version),
    ),
    ...(isOwnNetwork(training.architecture) ? [bytesOf(keptNetwork, await maps.read(keptNetwork))] : []),
    ...(await voteFiles(source, identifiers)),
    ...summaries.files,
  ];
  const json = text(parametersFile, printPythonJson(neutralMapsJson(training, parameters, began && identifiers), { indent: 4 }));
  if (!identifiers) {
    const names = await namesIn(maps, parameters);
    for (const file of [json, ...described]) refuseNames(file.path, await file.read(), names, source.path);
  }
  const isIncomplete = await isListLeftOut(maps);
  const lists = [
    ...(identifiers ? await trainingLists(source, signal) : []),
    ...(!identifiers || isIncomplete ? [bytesOf(leftOutNote, leftOutText(identifiers))] : []),
  ];
  // What cannot be read is told before anything is written, and what is unusual only then.
  for (const file of weightFiles(source, context)) await file.read();
  // The last makes a MAPS of the folder: what a killed tab leaves is none.
  const files = [...described, ...lists, ...weightFiles(source, { issue: () => {} }), json];
  const ownNames = [...new Set([...files.map((file) => file.path.split('/')[0]), ...splits.map((split) => splitFolder(split))])];
  const bytes = await writeNew({ path, what: 'A model', ownNames }, context, async () => {
    let written = 0;
    for (const [done, file] of files.entries()) {
      signal.throwIfAborted();
      context.report({ stage: 'copy', done, total: files.length, unit: 'files' });
      const content = await file.read();
      written += content.length;
      await workspace.write(joinPath(path, file.path), content);
    }
    return written;
  });
  const models = targets.flatMap(({ split, metrics }) => metrics.map((metric) => ({ split, metric })));
  await noteInJournal(maps, { event: 'export', command: 'export-model', models }, context);
  context.log(
    `${path}: ${files.length} files, ${(bytes / 1e6).toFixed(1)} MB. Not a medical device: for research and teaching only.`,
  );
  return { path, files: files.length, bytes };
};

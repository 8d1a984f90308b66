/** @file `train` of every task, and what `train resume` shares with it: from tables and images to a MAPS. */

import { appError } from '../base/errors';
import type { Issue } from '../base/issues';
import { type LabelReader, makeLabelCode, nodeReader, valueReader } from '../batches/labels';
import { sessionText } from '../caps/entities';
import { printExtractionJson } from '../caps/extraction-json';
import type { Executor, ExecutorFactory } from '../engine/executor';
import type { Folder } from '../folders/folder';
import { type JsonObject, printPythonJson, readJson } from '../formats/json';
import { batchesOf } from '../learning/loop';
import type { Task } from '../learning/tasks/task';
import { addBackend, printEnvironment, printInformation, printPretrained } from '../maps/description';
import { type GroupRow, writeGroup, writeTrainValidation } from '../maps/groups';
import { environmentFile, informationFile, parametersFile } from '../maps/layout';
import { checkEmpty, listSplits, readEnvironment } from '../maps/maps';
import { finishSplit, isUnfinished } from '../maps/maps-writer';
import { checkStateFits } from '../networks/check-state';
import type { Network } from '../networks/graph';
import { printLayers } from '../networks/print';
import { networkName } from '../networks/registry';
import { mapsJsonOf } from '../options/derive/maps-json';
import { quoteWord } from '../options/derive/words';
import { type TrainOptions, trainOptions } from '../options/train';
import type { TaskName } from '../vocabulary/losses';
import { networkRow } from '../vocabulary/networks';
import { undoNewFolder } from './change-at-once';
import { checkAmp } from './check-amp';
import { fittingLoss } from './fitting-loss';
import { checkLabelCode } from './given-label-code';
import { requireLabels } from './group-table';
import type { Job, JobContext } from './job-context';
import { nameUnusable } from './name-unusable';
import { openStudy, type Study, transformsOf } from './open-study';
import { isOwnNetwork, keptNetwork, readOwnNetwork } from './own-network-file';
import { openPretrained, type Pretrained } from './pretrained-file';
import { onDevice, recovery } from './recovery';
import { clearSplit, markRun, newRun, type Run, removeBegun } from './run-record';
import { decodeSnapshot, type SavedSnapshot } from './snapshot';
import { splitKernels } from './split-kernels';
import { leakIssues, readSplits, type SplitRows, splitCount, trainValidationRows } from './split-tables';
import { type SplitResult, type SplitTask, trainSplit } from './train-split';
import { checkTrainingFits } from './training-memory';
import { networkOf, taskOf } from './training-task';

export interface TrainResult {
  /** Path of the MAPS in the workspace. */
  readonly maps: string;
  readonly splits: readonly SplitResult[];
}

const encoder = new TextEncoder();

/** Everything a training needs to know before its first batch. */
export interface Training {
  readonly options: TrainOptions;
  readonly mapsPath: string;
  readonly maps: Folder;
  readonly study: Study;
  readonly elementsPerImage: number;
  readonly network: Network;
  readonly task: Task;
  readonly tables: readonly SplitRows[];
  /** What `groups/train+validation.tsv` lists. */
  readonly seen: readonly GroupRow[];
  /** Null for a task without labels. */
  readonly labels: LabelReader | null;
  /** What describes a network of one's own; null for a class of ClinicaDL. */
  readonly networkFile: Uint8Array<ArrayBuffer> | null;
  /** Label → node, of a classification. */
  readonly labelCode: Readonly<Record<string, number>> | null;
  /** Splits to train. */
  readonly splits: readonly number[];
}

/** The splits asked for, all when none is named. Throws `split-number`. */
function chosenSplits(options: TrainOptions): number[] {
  const count = splitCount(options.n_splits);
  const all = Array.from({ length: count }, (_, i) => i);
  const wrong = options.split.find((split) => split >= count);
  if (wrong !== undefined) throw appError('split-number', { split: wrong, last: count - 1 }, { where: 'Cross_validation.split' });
  return options.split.length === 0 || count === 1 ? all : [...new Set(options.split)];
}

/** Every session of some tables once. */
function sessionsOf(tables: readonly SplitRows[]): GroupRow[] {
  const rows = tables.flatMap(({ train, validation }) => [...train, ...validation]);
  return [...new Map(rows.map((row) => [sessionText(row), row])).values()];
}

/** Reads every label once, so that what is wrong is told before anything is written: with its table and session. */
function readEach(tables: readonly SplitRows[], reader: LabelReader): void {
  for (const { train, validation, trainPath, validationPath } of tables) {
    for (const row of train) reader(row, `${trainPath}: ${sessionText(row)}`);
    for (const row of validation) reader(row, `${validationPath}: ${sessionText(row)}`);
  }
}

interface ReadLabels extends Pick<Training, 'labels' | 'labelCode'> {
  /** Outputs of the network; null: those of its input. */
  readonly outputSize: number | null;
}

/**
 * What the labels of all splits, which are opened one after another, stand for. Throws before anything is written: `label-missing`,
 * `label-unknown`, `label-not-number`, `label-code`, `class-count`.
 */
export function readLabels({ network_task, label, label_code }: TrainOptions, tables: readonly SplitRows[]): ReadLabels {
  if (label === null) return { labels: null, labelCode: null, outputSize: null };
  for (const { train, validation, trainPath, validationPath } of tables) {
    requireLabels(train, label, trainPath);
    requireLabels(validation, label, validationPath);
  }
  if (network_task === 'regression') {
    readEach(tables, valueReader);
    return { labels: valueReader, labelCode: null, outputSize: 1 };
  }
  const isGiven = Object.keys(label_code).length > 0;
  if (isGiven) checkLabelCode(label_code, tables);
  const labelCode = isGiven ? label_code : makeLabelCode(tables[0].train);
  const outputSize = Math.max(...Object.values(labelCode)) + 1;
  if (outputSize < 2) {
    const found = Object.keys(labelCode).join(', ');
    throw appError('class-count', { path: tables[0].trainPath, labels: found }, { where: tables[0].trainPath });
  }
  const labels = nodeReader(labelCode);
  readEach(tables, labels);
  return { labels, labelCode, outputSize };
}

/** The network of ClinicaDL's class, or the one that a file in `folder` describes. */
export async function openNetwork(
  options: TrainOptions,
  inputSize: readonly number[],
  outputSize: number | null,
  folder: Folder,
  context: Pick<JobContext, 'log'>,
): Promise<Pick<Training, 'network' | 'networkFile'>> {
  const { architecture, dropout } = options;
  if (!isOwnNetwork(architecture)) {
    const name = networkName(architecture, options.network_task);
    if ((dropout ?? 0) > 0 && !networkRow(name).uses.includes('dropout'))
      context.log(`${name} has no dropout: --dropout ${dropout} has no effect.`);
    return { network: networkOf(options, inputSize, outputSize), networkFile: null };
  }
  if ((dropout ?? 0) > 0) context.log(`--dropout ${dropout} has no effect: layers of "${architecture}" say their own.`);
  const { network, file } = await readOwnNetwork(folder, architecture, { inputSize, outputSize });
  context.log('A network of one’s own: plain PyTorch loads its weights, but Python’s ClinicaDL cannot open this MAPS.');
  return { network, networkFile: file };
}

/**
 * Reads tables and headers, of all splits that will be trained, and checks them; writes nothing. `networksIn`: the folder of a network
 * file, the MAPS when a training goes on.
 */
export async function planTraining(
  options: TrainOptions,
  context: JobContext,
  networksIn: Folder = context.workspace,
): Promise<Training> {
  const { workspace } = context;
  await checkAmp(options, () => context.backend());
  const tableOptions = { ...options, label: options.label, tell: (issue: Issue) => context.issue(issue) };
  const splits = chosenSplits(options);
  const tables = await readSplits(workspace, options.tsv_directory, tableOptions);
  for (const issue of leakIssues(tables)) context.issue(issue);
  const { labels, labelCode, outputSize } = readLabels(options, tables);
  const study = await openStudy(
    { capsDirectory: options.caps_directory, extraction: options.preprocessing_json, transforms: transformsOf(options) },
    context,
  );
  // All rows at once, so that one run names every session that cannot be used.
  const { elementsPerImage, sampleShape: inputSize } = await study.open(sessionsOf(splits.map((i) => tables[i])), labels);
  for (const split of splits) batchesOf(tables[split].train.length * elementsPerImage, options);
  const { network, networkFile } = await openNetwork(options, inputSize, outputSize, networksIn, context);
  const { loss, told } = fittingLoss(network, options);
  if (told !== null) context.log(told);
  const task = taskOf(options, network);
  await checkTrainingFits(network, options, context);
  const seen = await trainValidationRows(workspace, options.tsv_directory, tables, { ...tableOptions, label: null });
  const mapsPath = options.output_maps_directory;
  const maps = workspace.sub(mapsPath);
  return {
    options: { ...options, loss },
    mapsPath,
    maps,
    study,
    elementsPerImage,
    network,
    networkFile,
    task,
    tables,
    seen,
    labels,
    labelCode,
    splits,
  };
}

/** The folder, but files that exist are left as they are. */
function addingTo(folder: Folder): Folder {
  return {
    ...folder,
    write: async (path, bytes) => {
      if ((await folder.kindOf(path)) === undefined) await folder.write(path, bytes);
    },
  };
}

interface CreateOptions {
  /** As the groups are to remember it. */
  readonly capsDirectory?: string;
  readonly pretrained?: Pretrained | null;
}

/** maps.json, the groups of all splits, information.log, environment.txt; those that a MAPS lacks, when it was begun before. */
export async function createMaps(
  training: Training,
  context: JobContext,
  { capsDirectory = training.options.caps_directory, pretrained = null }: CreateOptions = {},
): Promise<void> {
  const { options, study, network, tables, labelCode } = training;
  const maps = addingTo(training.maps);
  const parameters = mapsJsonOf(options, {
    network_task: options.network_task,
    // In the order of the file in tensor_extraction.
    preprocessing_dict: readJson(printExtractionJson(study.extraction)) as JsonObject,
    mode: study.mode,
    validation: options.n_splits > 1 ? 'KFoldSplit' : 'SingleSplit',
    architecture: network.architecture,
    label_code: labelCode,
    num_networks: training.elementsPerImage,
    output_size: options.network_task === 'reconstruction' ? network.inputSize : network.outputSize,
    input_size: network.inputSize,
  });
  if (training.networkFile !== null) await maps.write(keptNetwork, training.networkFile);
  await maps.write(parametersFile, encoder.encode(printPythonJson(parameters, { indent: 4 })));
  await writeTrainValidation(maps, training.seen);
  const write = (name: string, split: number, rows: readonly GroupRow[]): Promise<void> =>
    writeGroup(maps, name, split, { rows, caps_directory: capsDirectory, multi_cohort: false }, options.label);
  for (const { split, train, validation } of tables) {
    await write('train', split, train);
    await write('validation', split, validation);
  }
  await maps.write(informationFile, encoder.encode(printInformation(training.mapsPath, printLayers(network), context.now())));
  const { name, adapter } = await context.backend();
  const environment = printEnvironment(context.version, name, adapter) + (pretrained === null ? '' : printPretrained(pretrained));
  await maps.write(environmentFile, encoder.encode(environment));
}

/** Adds the device to environment.txt, where another one began the training. */
async function noteBackend(maps: Folder, { backend }: Executor, { version }: JobContext): Promise<void> {
  const text = await readEnvironment(maps);
  const noted = addBackend(text, version, backend.name, backend.adapter);
  if (noted !== text) await maps.write(environmentFile, encoder.encode(noted));
}

/** Where splits start. */
export interface Starts {
  /** The state that a split goes on from; null: it is trained from the beginning. */
  of(split: number): Promise<SavedSnapshot | null>;
  /** The weights that a split begins with; null: those drawn. */
  pretrained(): Promise<Pretrained | null>;
}

/** Trains the splits, one after the other. */
export async function trainSplits(training: Training, run: Run, context: JobContext, starts: Starts): Promise<TrainResult> {
  const { maps, options, study, network, task, tables } = training;
  const results: SplitResult[] = [];
  const policy = recovery(options.batch_size, {
    goesOn: 'the training goes on from its last checkpoint',
    again: `"train resume ${training.mapsPath}", which goes on from the last checkpoint`,
  });
  for (const [i, split] of training.splits.entries()) {
    context.signal.throwIfAborted();
    const rows = tables[split];
    const data = {
      train: await study.open(rows.train, training.labels, network.inputSize),
      validation: await study.open(rows.validation, training.labels, network.inputSize),
    };
    context.log(`Training split ${split}: ${data.train.loader.size} samples, validation ${data.validation.loader.size}.`);
    let start = await starts.of(split);
    const pretrained = start === null ? await starts.pretrained() : null;
    if (start === null) await clearSplit(maps, split);
    await markRun(maps, run, split);
    await run.announce({ split, epochs: options.epochs });
    let attempts = 0;
    const result = await onDevice(policy, context, async (create) => {
      if (attempts++ > 0) start = (await savedSnapshot(run.id, split, training, context)) ?? start;
      const createExecutor: ExecutorFactory = async (request) => {
        const executor = await create(request);
        await noteBackend(maps, executor, context);
        return executor;
      };
      const [train, validation] = [data.train.loader, data.validation.loader];
      const need = { training, train, validation, largestBatch: policy.largestBatch, splits: training.splits.length - i };
      const kernels = await splitKernels({ maps, run, split, start }, need, createExecutor, context);
      const splitTask: SplitTask = {
        maps,
        split,
        network,
        options,
        mode: study.mode,
        task,
        elementsPerImage: training.elementsPerImage,
        train,
        validation,
        weights: options.sampler === 'weighted' ? task.weights(data.train.labels) : null,
        start,
        kernels,
        begin: (drawn) => pretrained?.begin(drawn) ?? drawn,
        save: (parts, epoch) => run.save(parts, { split, epoch, epochs: options.epochs }),
      };
      try {
        return await trainSplit(splitTask, { ...context, createExecutor });
      } catch (error) {
        throw await nameUnusable(error, [data.train, data.validation], context);
      }
    });
    results.push(result);
    // The next split is marked first, so that at no time a stopped run has nothing that tells of it.
    const next = training.splits[i + 1];
    if (next !== undefined) await markRun(maps, run, next);
    await finishSplit(maps, split);
  }
  await context.checkpoints.forget(run.id);
  return { maps: training.mapsPath, splits: results };
}

/** What the browser keeps of a split that is being trained; null when nothing was saved yet. */
export async function savedSnapshot(
  runId: string,
  split: number,
  { network, options }: Pick<Training, 'network' | 'options'>,
  context: JobContext,
): Promise<SavedSnapshot | null> {
  const checkpoint = await context.checkpoints.load(runId);
  if (checkpoint === undefined || checkpoint.record.split !== split) return null;
  if (Object.keys(checkpoint.parts).length === 0) return null; // announced, and killed before its first state
  const snapshot = decodeSnapshot(checkpoint.parts, options, runId);
  checkStateFits(network, snapshot.state, runId);
  // People count from 1, the files from 0.
  context.log(`Split ${split} goes on from epoch ${snapshot.loop.epoch + 1}, batch ${snapshot.loop.iteration + 1}.`);
  return snapshot;
}

/** Throws `maps-interrupted` for a MAPS whose training can be gone on with. */
async function refuseInterrupted(workspace: Folder, path: string): Promise<void> {
  const maps = workspace.sub(path);
  if ((await workspace.kindOf(path)) !== 'folder' || (await maps.kindOf(parametersFile)) !== 'file') return;
  for (const split of await listSplits(maps))
    if (await isUnfinished(maps, split)) throw appError('maps-interrupted', { path, typed: quoteWord(path) }, { where: path });
}

/** The job of `train classification` and its siblings. */
export const trainJob =
  (task: TaskName): Job<Parameters<typeof trainOptions>[1], TrainResult> =>
  (options, context) =>
    trainNew(trainOptions(task, options), context);

const trainNew: Job<TrainOptions, TrainResult> = async (options, context) => {
  const { output_maps_directory: mapsPath, epochs } = options;
  await removeBegun(context.workspace, mapsPath);
  await refuseInterrupted(context.workspace, mapsPath);
  await checkEmpty(context.workspace, mapsPath);
  const takeAway = await undoNewFolder(context.workspace, mapsPath);
  const run = newRun({ mapsPath, splits: chosenSplits(options) }, context);
  let begun = false;
  const createExecutor: ExecutorFactory = async (request) => {
    const executor = await context.createExecutor(request);
    begun = true;
    return executor;
  };
  try {
    await run.announce({ split: run.splits[0], epochs });
    const training = await planTraining(options, context);
    const pretrained = await openPretrained(context.workspace, options.pretrained, training.network, context);
    await markRun(training.maps, run, run.splits[0]);
    await createMaps(training, context, { pretrained });
    const starts: Starts = { of: async () => null, pretrained: async () => pretrained };
    return await trainSplits(training, run, { ...context, createExecutor }, starts);
  } catch (error) {
    // Refused, or stopped before there was anything to go on with: nothing is left, and nothing offered.
    if (!begun) {
      try {
        await takeAway();
        await context.checkpoints.forget(run.id);
      } catch {
        // what cannot be taken away can be gone on with: it stays on offer
      }
    }
    throw error;
  }
};

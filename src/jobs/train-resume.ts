/**
 * @file `train resume`: goes on with a MAPS whose training was interrupted, here or in ClinicaDL.
 *
 * The checkpoint in the browser continues exactly, in mid-epoch too. Without one, the files in `tmp` continue after the epoch they
 * were saved at (ClinicaDL repeats that epoch), with the best values so far measured again on the validation group, and the
 * generator where those epochs left it.
 */
import { AppError, appError } from '../base/errors';
import { issueOf, makeIssue } from '../base/issues';
import { TorchRandom } from '../base/torch-random';
import type { Folder } from '../folders/folder';
import { removeLeftovers } from '../folders/leftovers';
import { batchesOf, stateAfterEpoch, type TrainSnapshot } from '../learning/loop';
import { replayDraws } from '../learning/replay';
import { isOwnEnvironment, pretrainedIn } from '../maps/description';
import { checkpointFile, optimizerFile } from '../maps/layout';
import { listSplits, readEnvironment, readParameters, splitPrefix } from '../maps/maps';
import { isFinished, isUnfinished } from '../maps/maps-writer';
import { readOptimizerFile } from '../maps/optimizer-file';
import { logToContinue } from '../maps/training-log';
import { epochOf, readCheckpoint } from '../maps/weights';
import { initialState } from '../networks/initial-state';
import { isParameter, stateEntries } from '../networks/parameters';
import { optionsOfMapsJson } from '../options/derive/maps-json';
import type { TrainOptions } from '../options/train';
import type { TrainResumeOptions } from '../options/train-resume';
import { isNetworkName, networkRow } from '../vocabulary/networks';
import { bestValues } from './best-values';
import type { Job, JobContext } from './job-context';
import { openPretrained, type Pretrained } from './pretrained-file';
import { readWeights } from './read-weights';
import { type Kin, kinOf } from './run-kin';
import { marksOf, newRun, type RunMark } from './run-record';
import type { SavedSnapshot } from './snapshot';
import { realFolder } from './stand-in';
import { mapsPlace, rememberedPath } from './study-paths';
import { createMaps, planTraining, savedSnapshot, type Training, type TrainResult, trainSplits } from './train';
import { logNames } from './training-task';

export const trainResumeJob: Job<TrainResumeOptions, TrainResult> = async (options, context) => {
  const path = options.input_maps_directory;
  const maps = context.workspace.sub(path);
  const remembered = optionsOfMapsJson(await readParameters(maps), path, 'resume');
  if ((await splitPrefix(maps)) === 'fold') throw appError('maps-folds', { maps: path }, { where: path });
  const place = await mapsPlace(maps, path);
  const [caps_directory, tsv_directory] = [
    await rememberedPath(remembered.caps_directory, place, context),
    await rememberedPath(remembered.tsv_directory, place, context),
  ];
  const amp = remembered.amp && (await context.backend()).half;
  if (remembered.amp && !amp)
    context.log('This device does not store activations as 16-bit numbers: the rest is trained with 32.');
  const environment = await readEnvironment(maps);
  const dropout = dropoutThere(environment, remembered);
  const training = await planTraining(
    { ...remembered, amp, dropout, split: options.split, caps_directory, tsv_directory },
    context,
    maps,
  );
  const marks = await marksOf(maps);
  const splits = await splitsToTrain(maps, training, marks, options.split);
  if (splits.length === 0) throw appError('resume-nothing', { maps: path }, { where: path });
  const columns = [...logNames(training.task), ...training.task.moreLogNames];
  for (const split of splits) if (await isUnfinished(maps, split)) await logToContinue(maps, split, columns);
  await removeLeftovers(realFolder(maps), '', { enter: () => true });
  await createMaps(training, context, { capsDirectory: remembered.caps_directory });
  const mark = [...marks.values()][0];
  const kin = mark === undefined ? 'own' : await kinOfRun(mark.id, path, context);
  // Another MAPS may have the same run: what the browser keeps of it stays as it is.
  const own = mark === undefined || kin !== 'own' ? {} : { id: mark.id };
  const run = newRun({ mapsPath: path, splits, ...own, kernels: mark?.kernels }, context);
  const of = async (split: number): Promise<SavedSnapshot | null> => {
    if (!(await isUnfinished(maps, split))) return null;
    const begun = marks.get(split);
    const saved = begun === undefined || kin === 'copy' ? null : await fromBrowser(begun.id, split, training, context);
    if (saved !== null && (await isOfOtherFiles(maps, split, saved, context))) return fromFiles(maps, split, training, context);
    return saved ?? fromFiles(maps, split, training, context);
  };
  let opened: Promise<Pretrained | null> | undefined;
  const pretrained = (): Promise<Pretrained | null> => {
    const noted = pretrainedIn(environment);
    const file = options.pretrained ?? noted?.path ?? null;
    opened ??= openPretrained(context.workspace, file, training.network, context, noted);
    return opened;
  };
  const result = await trainSplits({ ...training, splits }, run, context, { of, pretrained });
  if (options.pretrained !== null && opened === undefined)
    context.log(`--pretrained ${options.pretrained} had no effect: every split went on from the weights that it had.`);
  return result;
};

/** Python's ClinicaDL writes the option although a network with a dropout of its own does not read it. */
export function dropoutThere(environment: string, { architecture, dropout }: TrainOptions): number | null {
  const isOwn = isNetworkName(architecture) && networkRow(architecture).ownDropout !== undefined;
  return isOwn && environment !== '' && !isOwnEnvironment(environment) ? null : dropout;
}

/** Whether this MAPS is the one of the run that the browser keeps; a copy is told. */
async function kinOfRun(runId: string, path: string, context: JobContext): Promise<Kin> {
  const kept = (await context.checkpoints.list()).find((run) => run.runId === runId);
  if (kept === undefined) return 'own';
  const kin = await kinOf(kept.record, { runId, path }, context);
  if (kin === 'copy') context.issue(makeIssue('run-copied', { maps: path, original: kept.record.maps }, path));
  return kin;
}

/**
 * True when the MAPS is not the one that the state in the browser was saved beside: a copy from an earlier or later time, or trained on
 * in ClinicaDL since. The file of an epoch is written before its state is saved, never the other way round.
 */
async function isOfOtherFiles(maps: Folder, split: number, saved: TrainSnapshot, context: JobContext): Promise<boolean> {
  const path = checkpointFile(split);
  let found = -1;
  try {
    if ((await maps.kindOf(path)) === 'file') found = epochOf(readCheckpoint(await maps.read(path), path), path);
  } catch (error) {
    if (error instanceof AppError) return false; // damaged: what the browser keeps is all there is
    throw error;
  }
  const kept = saved.loop.epoch;
  if (found === kept || found === kept - 1) return false;
  context.issue(makeIssue('run-older', { split, kept: kept + 1, found: found + 1 }, path));
  return true;
}

/** The checkpoint in the browser; null without one, or when it is damaged, which is told. */
async function fromBrowser(runId: string, split: number, training: Training, context: JobContext): Promise<SavedSnapshot | null> {
  try {
    return await savedSnapshot(runId, split, training, context);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    context.issue(issueOf(error, 'warning'));
    return null;
  }
}

/**
 * Splits that were begun and are not finished, and among those that were not begun the ones asked for: without a wish those of the
 * interrupted run, or all when no run is known, as in ClinicaDL.
 */
async function splitsToTrain(
  maps: Folder,
  training: Training,
  marks: ReadonlyMap<number, RunMark>,
  asked: readonly number[],
): Promise<number[]> {
  const ofRun = [...marks.values()].flatMap((mark) => mark.splits);
  const all = training.tables.map(({ split }) => split);
  const wanted = [asked, ofRun, all].find((some) => some.length > 0) ?? [];
  const splits: number[] = [];
  for (const split of [...new Set([...wanted, ...(await listSplits(maps))])].sort((a, b) => a - b)) {
    if (split < training.tables.length && !(await isFinished(maps, split))) splits.push(split);
  }
  return splits;
}

/** The state after the epoch in `tmp`; null when no epoch had ended, or the first one while its two files were being written. */
async function fromFiles(maps: Folder, split: number, training: Training, context: JobContext): Promise<TrainSnapshot | null> {
  const { network, options, task, study, tables, labels } = training;
  const path = checkpointFile(split);
  const optimizerPath = optimizerFile(split);
  for (const file of [path, optimizerPath]) if ((await maps.kindOf(file)) !== 'file') return null;
  const checkpoint = await readWeights(maps, path, network, context);
  const [model, epoch] = [checkpoint.model, epochOf(checkpoint, path)];
  const names = stateEntries(network)
    .filter(isParameter)
    .map((entry) => entry.name);
  const { state: optimizer, learningRate } = readOptimizerFile(
    await maps.read(optimizerPath),
    names,
    options.optimizer,
    optimizerPath,
  );
  const random = new TorchRandom(options.seed);
  initialState(network, random);
  const [train, validation] = [
    await study.open(tables[split].train, labels, network.inputSize),
    await study.open(tables[split].validation, labels, network.inputSize),
  ];
  const samples = { train: train.loader.size, validation: validation.loader.size };
  const weights = options.sampler === 'weighted' ? task.weights(train.labels) : null;
  await replayDraws(random, epoch + 1, { network, samples, weights, options }, context.signal);
  const steps = (epoch + 1) * Math.ceil(batchesOf(samples.train, options) / options.accumulation_steps);
  const loop = stateAfterEpoch(
    epoch,
    steps,
    await bestValues(training, split, context),
    options,
    learningRate ?? options.learning_rate,
  );
  context.log(`Split ${split} goes on after epoch ${epoch + 1} of the files in tmp.`);
  return { state: model, optimizer, random: random.state(), loop };
}

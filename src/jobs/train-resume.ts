/**
 * @file `train resume`: goes on with a MAPS whose training was interrupted, here or in ClinicaDL.
 *
 * The checkpoint in the browser continues exactly, in mid-epoch too. Without one, the files in `tmp` continue after the epoch they
 * were saved at (ClinicaDL repeats that epoch), with the best values so far measured again on the validation group, and the
 * generator where those epochs left it. With --anew, folds are trained from the beginning instead.
 */
import { AppError, appError } from '../base/errors';
import { issueOf, makeIssue } from '../base/issues';
import type { Folder } from '../folders/folder';
import { removeLeftovers } from '../folders/leftovers';
import { pretrainedIn } from '../maps/description';
import { noteInJournal } from '../maps/journal';
import { checkpointFile } from '../maps/layout';
import { listSplits, readEnvironment, readParameters, splitPrefix } from '../maps/maps';
import { isFinished, isUnfinished } from '../maps/maps-writer';
import { refusePredictOnly } from '../maps/predict-only';
import { logToContinue } from '../maps/training-log';
import { epochOf, readCheckpoint } from '../maps/weights';
import { optionsOfMapsJson } from '../options/derive/maps-json';
import type { TrainOptions } from '../options/train';
import type { TrainResumeOptions } from '../options/train-resume';
import { createMaps } from './create-maps';
import { dropoutThere, halfWherePossible } from './earlier-training';
import type { Job, JobContext } from './job-context';
import { planTraining, type Training } from './plan-training';
import { openPretrained, type Pretrained } from './pretrained-file';
import { type Kin, kinOf } from './run-kin';
import { marksOf, newRun, type RunMark } from './run-record';
import { realFolder } from './stand-in';
import { networkInTmp, startFromFiles } from './start-from-files';
import { mapsPlace, rememberedPath, rememberedTarget } from './study-paths';
import { type Starts, savedStart, type TrainResult, trainSplits, transferInto } from './train';
import type { SplitStart } from './train-split';
import { logNames } from './training-task';
import { beginsOf, type Transfer, transferSource } from './transfer';

export const trainResumeJob: Job<TrainResumeOptions, TrainResult> = async (options, context) => {
  const path = options.input_maps_directory;
  const maps = context.workspace.sub(path);
  await refusePredictOnly(maps, path);
  const remembered = optionsOfMapsJson(await readParameters(maps, path), path, 'resume');
  if ((await splitPrefix(maps)) === 'fold') throw appError('maps-folds', { maps: path }, { where: path });
  const place = await mapsPlace(maps, path);
  const [caps_directory, tsv_directory] = [
    await rememberedPath(remembered.caps_directory, place, context),
    await rememberedPath(remembered.tsv_directory, place, context),
  ];
  const ofTarget = await rememberedTarget(remembered, place, context);
  const amp = await halfWherePossible(remembered, 'the rest is trained', context);
  const environment = await readEnvironment(maps);
  const dropout = dropoutThere(environment, remembered);
  const training = await planTraining(
    { ...remembered, amp, dropout, split: options.split, caps_directory, tsv_directory, ...ofTarget },
    context,
    { networksIn: maps },
  );
  const marks = await marksOf(maps);
  const splits = options.anew ? training.splits : await splitsToTrain(maps, training, marks, options.split);
  if (splits.length === 0) throw appError('resume-nothing', { maps: path }, { where: path });
  const columns = [...logNames(training.task), ...training.task.moreLogNames];
  for (const split of splits)
    for (const network of training.networks)
      if (!options.anew && (await isUnfinished(maps, split))) await logToContinue(maps, { split, network }, columns);
  await removeLeftovers(realFolder(maps), '', { enter: () => true });
  const begins = options.anew ? splits : await splitsThatBegin(maps, splits, remembered);
  const source = transferSource(remembered);
  const again = { ...training, options: { ...training.options, pretrained: options.pretrained } };
  const openSource = async (begun: readonly number[]): Promise<Transfer | null> =>
    source === null ? null : transferInto(again, await rememberedPath(source, place, context), begun, context);
  let transfer = begins.length === 0 ? null : await openSource(begins);
  await createMaps(training, context, {
    capsDirectory: remembered.caps_directory,
    targetDirectory: remembered.caps_target,
    transfer,
  });
  const mark = [...marks.values()][0];
  const kin = mark === undefined ? 'own' : await kinOfRun(mark.id, path, context);
  // Another MAPS may have the same run: what the browser keeps of it stays as it is.
  const own = mark === undefined || kin !== 'own' || options.anew ? {} : { id: mark.id };
  const run = newRun({ mapsPath: path, splits, ...own, kernels: mark?.kernels }, context);
  if (options.anew && kin === 'own') await forgetReplaced(splits, marks, context);
  const of = async (split: number): Promise<SplitStart | null> => {
    if (options.anew || !(await isUnfinished(maps, split))) return null;
    const begun = marks.get(split);
    const saved = begun === undefined || kin === 'copy' ? null : await fromBrowser(begun.id, split, training, context);
    const isOther = saved !== null && (await isOfOtherFiles(split, saved, training, context));
    return saved === null || isOther ? startFromFiles(split, training, context) : saved;
  };
  let opened: Promise<Pretrained | null> | undefined;
  const begin: Starts['begin'] = async (drawn, own) => {
    transfer ??= await openSource([own.split]);
    if (transfer !== null) return transfer.begin(drawn, own);
    const noted = pretrainedIn(environment);
    const file = options.pretrained ?? noted?.path ?? null;
    opened ??= openPretrained(context.workspace, file, training.network, context, noted);
    return (await opened)?.begin(drawn) ?? drawn;
  };
  await noteInJournal(maps, { event: 'resume', splits, begins: beginsOf(again.options) }, context);
  const result = await trainSplits({ ...training, splits }, run, context, { of, begin });
  if (options.pretrained !== null && opened === undefined)
    context.log(`--pretrained ${options.pretrained} had no effect: every split went on from the weights that it had.`);
  return result;
};

/** Those with networks that were not begun. */
async function splitsThatBegin(
  maps: Folder,
  splits: readonly number[],
  { multi_network }: Pick<TrainOptions, 'multi_network'>,
): Promise<number[]> {
  const begin: number[] = [];
  for (const split of splits) if (multi_network || (await maps.kindOf(checkpointFile(split))) !== 'file') begin.push(split);
  return begin;
}

/** What the browser keeps of splits that are trained anew. */
async function forgetReplaced(
  splits: readonly number[],
  marks: ReadonlyMap<number, RunMark>,
  { checkpoints }: JobContext,
): Promise<void> {
  for (const { runId, record } of await checkpoints.list())
    if (splits.includes(record.split) && marks.get(record.split)?.id === runId) await checkpoints.forget(runId);
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
async function isOfOtherFiles(split: number, saved: SplitStart, training: Training, context: JobContext): Promise<boolean> {
  const { maps, networks } = training;
  const path = checkpointFile(split);
  let [found, ahead] = [-1, 0];
  try {
    if ((await maps.kindOf(path)) === 'file') {
      found = epochOf(readCheckpoint(await maps.read(path), path), path);
      ahead = networks.indexOf(await networkInTmp(split, training)) - networks.indexOf(saved.network);
    }
  } catch (error) {
    if (error instanceof AppError) return false; // damaged: what the browser keeps is all there is
    throw error;
  }
  const kept = saved.snapshot?.loop.epoch ?? 0;
  if (ahead === 0 && (found === kept || found === kept - 1)) return false;
  // The first epoch of a network has been written or is under way, beside the last one of the network before.
  if ((ahead === 1 && found === 0) || (ahead === -1 && kept === 0)) return false;
  context.issue(makeIssue('run-older', { split, kept: kept + 1, found: found + 1 }, path));
  return true;
}

/** The checkpoint in the browser; null without one, or when it is damaged, which is told. */
async function fromBrowser(runId: string, split: number, training: Training, context: JobContext): Promise<SplitStart | null> {
  try {
    return await savedStart(runId, split, training, context);
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

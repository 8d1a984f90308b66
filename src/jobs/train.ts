/** @file `train` of every task, and what `train resume` shares with it: from tables and images to a MAPS. */
import { appError } from '../base/errors';
import type { Executor, ExecutorFactory } from '../engine/executor';
import type { Folder } from '../folders/folder';
import { addBackend, type PretrainedNote } from '../maps/description';
import { noteInJournal } from '../maps/journal';
import { environmentFile, type NetworkNumber, parametersFile } from '../maps/layout';
import { checkEmpty, listSplits, readEnvironment } from '../maps/maps';
import { finishSplit, isUnfinished } from '../maps/maps-writer';
import { checkStateFits } from '../networks/check-state';
import type { StateDict } from '../networks/state-dict';
import { quoteWord } from '../options/derive/words';
import { type TrainOptions, trainOptions } from '../options/train';
import type { TaskName } from '../vocabulary/losses';
import { undoNewFolder } from './change-at-once';
import { capsFolders } from './cohorts';
import { type CreateOptions, createMaps } from './create-maps';
import type { Job, JobContext } from './job-context';
import { nameUnusable } from './name-unusable';
import { chosenSplits, planTraining, type Training, type TrainingSources } from './plan-training';
import { openPretrained } from './pretrained-file';
import { recordRun } from './record-run';
import { onDevice, recovery } from './recovery';
import { clearSplit, markRun, newRun, type Run, removeBegun } from './run-record';
import { decodeSnapshot } from './snapshot';
import { splitKernels } from './split-kernels';
import { openTargetData, targetSets } from './target-domain';
import { titleOf } from './train-epochs';
import { type SplitResult, type SplitStart, type SplitTask, trainSplit } from './train-split';
import { beginsOf, openTransfer, type Transfer, transferSource } from './transfer';

const encoder = new TextEncoder();

export interface TrainResult {
  /** Path of the MAPS in the workspace. */
  readonly maps: string;
  readonly splits: readonly SplitResult[];
}

/** Adds the device to environment.txt, where another one began the training. */
async function noteBackend(maps: Folder, { backend }: Executor, { version }: JobContext): Promise<void> {
  const text = await readEnvironment(maps);
  const noted = addBackend(text, version, backend.name, backend.adapter);
  if (noted !== text) await maps.write(environmentFile, encoder.encode(noted));
}

/** Where splits start. */
export interface Starts {
  /** Where a split goes on; null: it is trained from the beginning. */
  of(split: number): Promise<SplitStart | null>;
  /** What a network begins with, of the state drawn. */
  begin(drawn: StateDict, place: { readonly split: number; readonly network: NetworkNumber }): Promise<StateDict>;
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
    const target =
      training.target === null ? null : await openTargetData(training.target, split, training.labels, network.inputSize);
    context.log(`Training split ${split}: ${data.train.loader.size} samples, validation ${data.validation.loader.size}.`);
    if (options.multi_network) context.log(`Each of its ${training.networks.length} networks sees one element of each image.`);
    let start = await starts.of(split);
    if (start === null) await clearSplit(maps, split);
    await markRun(maps, run, split);
    await run.announce({ split, epochs: options.epochs });
    let attempts = 0;
    const started = performance.now();
    const record = (): Promise<void> => recordRun(training, split, (performance.now() - started) / 1000, context);
    const result = await onDevice(policy, context, async (create) => {
      if (attempts++ > 0) start = (await savedStart(run.id, split, training, context)) ?? start;
      const createExecutor: ExecutorFactory = async (request) => {
        const executor = await create(request);
        await noteBackend(maps, executor, context);
        return executor;
      };
      const need = {
        training,
        train: data.train.of(training.networks[0]).loader,
        validation: data.validation.of(training.networks[0]).loader,
        largestBatch: policy.largestBatch,
        trainings: (training.splits.length - i) * training.networks.length,
      };
      const place = { maps, run, split, start: start?.snapshot ?? null };
      const kernels = await splitKernels(place, need, createExecutor, context);
      const splitTask: SplitTask = {
        maps,
        caps: training.caps,
        split,
        networks: training.networks,
        network,
        frozen: training.frozen,
        options,
        mode: study.mode,
        task,
        train: data.train.of,
        validation: data.validation.of,
        target: target && { ...target, caps: training.target!.caps },
        start,
        kernels,
        places: () => (training.target?.study ?? study).places(),
        begin: (drawn, own) => starts.begin(drawn, { split, network: own }),
        save: (parts, place) => run.save(parts, { split, ...place, epochs: options.epochs }),
      };
      try {
        return await trainSplit(splitTask, { ...context, createExecutor });
      } catch (error) {
        throw await nameUnusable(error, [data.train, data.validation, ...targetSets(target)], context);
      }
    }).catch(async (error: unknown) => {
      await record().catch(() => {}); // the first error tells more
      throw error;
    });
    await record();
    await noteInJournal(maps, { event: 'trained', split, metrics: options.selection_metrics }, context);
    results.push(result);
    // The next split is marked first, so that at no time a stopped run has nothing that tells of it.
    const next = training.splits[i + 1];
    if (next !== undefined) await markRun(maps, run, next);
    await finishSplit(maps, split);
  }
  await context.checkpoints.forget(run.id);
  return { maps: training.mapsPath, splits: results };
}

/** Where the browser's checkpoint of a split goes on; null when nothing was saved yet. */
export async function savedStart(
  runId: string,
  split: number,
  { network, networks, frozen, options }: Pick<Training, 'network' | 'networks' | 'frozen' | 'options'>,
  context: JobContext,
): Promise<SplitStart | null> {
  const checkpoint = await context.checkpoints.load(runId);
  if (checkpoint === undefined || checkpoint.record.split !== split) return null;
  const { network: number = null } = checkpoint.record;
  // Announced, and killed before its first state; or of a MAPS that had other options.
  if (Object.keys(checkpoint.parts).length === 0 || !networks.includes(number)) return null;
  const snapshot = decodeSnapshot(checkpoint.parts, { frozen, options }, runId);
  checkStateFits(network, snapshot.state, runId);
  const { epoch, iteration } = snapshot.loop;
  // People count from 1, the files from 0.
  context.log(`${titleOf({ split, number })} goes on from epoch ${epoch + 1}, batch ${iteration + 1}.`);
  const beside = snapshot.beside === undefined ? {} : { beside: snapshot.beside };
  return { network: number, snapshot, random: snapshot.random, ...beside };
}

/** Throws `maps-interrupted` for a MAPS whose training can be gone on with. */
async function refuseInterrupted(workspace: Folder, path: string): Promise<void> {
  const maps = workspace.sub(path);
  if ((await workspace.kindOf(path)) !== 'folder' || (await maps.kindOf(parametersFile)) !== 'file') return;
  for (const split of await listSplits(maps))
    if (await isUnfinished(maps, split)) throw appError('maps-interrupted', { path, typed: quoteWord(path) }, { where: path });
}

/** The networks of some splits that a training begins with. Throws `pretrained-transfer`, and what `openTransfer` throws. */
export async function transferInto(
  { options, caps, network, networks, tables, target }: Training,
  source: string | null,
  splits: readonly number[],
  context: JobContext,
): Promise<Transfer | null> {
  if (source === null) return null;
  const { pretrained: path, transfer_selection_metric: metric } = options;
  // Whoever either domain validates on.
  const validated = tables.map((rows, i) => ({
    ...rows,
    validation: [...rows.validation, ...(target?.splits[i].validation ?? [])],
  }));
  if (path !== null) throw appError('pretrained-transfer', { path, source }, { where: '--transfer_path' });
  const request = { source, metric, network, networks, tables: splits.map((split) => validated[split]) };
  return openTransfer({ ...request, caps: capsFolders(caps, context.workspace) }, context);
}

/** The job of `train classification` and its siblings. */
export const trainJob =
  (task: TaskName): Job<Parameters<typeof trainOptions>[1], TrainResult> =>
  (options, context) =>
    trainNew(trainOptions(task, options), context);

/** Trains into a new MAPS, which is taken away again when nothing was begun. */
export async function trainNew(
  options: TrainOptions,
  context: JobContext,
  sources: TrainingSources & Pick<CreateOptions, 'files'> & { readonly noted?: PretrainedNote | null } = {},
): Promise<TrainResult> {
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
    const training = await planTraining(options, context, sources);
    const transfer = await transferInto(training, transferSource(options), training.splits, context);
    const pretrained =
      transfer === null
        ? await openPretrained(context.workspace, options.pretrained, training.network, context, sources.noted)
        : null;
    await markRun(training.maps, run, run.splits[0]);
    await createMaps(training, context, { pretrained, transfer, files: sources.files });
    const [{ splits }, metrics, begins] = [training, options.selection_metrics, beginsOf(options)];
    await noteInJournal(training.maps, { event: 'train', splits, metrics, begins }, context);
    const starts: Starts = {
      of: async () => null,
      begin: async (drawn, own) => transfer?.begin(drawn, own) ?? pretrained?.begin(drawn) ?? drawn,
    };
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
}

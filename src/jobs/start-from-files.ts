/**
 * @file Where a split goes on when only its files are left, also those of ClinicaDL: after the epoch in `tmp`, with the best values so far
 * measured again on the validation group, and the generator where that epoch left it.
 */
import { batchesOf, stateAfterEpoch } from '../learning/loop';
import { skipIntervals } from '../learning/metrics/bootstrap';
import { type ReplayPlan, replayDraws, replayEvaluation, samplesOf } from '../learning/replay';
import { trainOrder } from '../learning/sampler';
import {
  checkpointFile,
  modelFile,
  type NetworkNumber,
  networkLogsFolder,
  optimizerFile,
  predictionName,
  resultsFolder,
  trainingLogFile,
} from '../maps/layout';
import { readOptimizerFile } from '../maps/optimizer-file';
import { readTextTable } from '../maps/text-table';
import { logNumbers, readTrainingLog } from '../maps/training-log';
import { epochOf, readCheckpoint } from '../maps/weights';
import { initialState } from '../networks/initial-state';
import { isParameter, stateEntries } from '../networks/parameters';
import { besideOf, drawDatasets, drawOne, seeded } from './augmenting';
import { bestValues } from './best-values';
import type { JobContext } from './job-context';
import type { Training } from './plan-training';
import { readWeights } from './read-weights';
import { openTargetData, targetSizes } from './target-domain';
import { titleOf } from './train-epochs';
import type { SplitStart } from './train-split';

/** The last network of a split that has a log, with which its training begins; the first when none has. */
async function lastBegun(split: number, { maps, networks }: Training): Promise<NetworkNumber> {
  let last = networks[0];
  for (const network of networks) if ((await maps.kindOf(networkLogsFolder(split, network))) === 'folder') last = network;
  return last;
}

/** The network whose weights `tmp` holds, which does not tell: one that has no best model yet has not written them. */
export async function networkInTmp(split: number, training: Training): Promise<NetworkNumber> {
  const { maps, networks, options } = training;
  const last = await lastBegun(split, training);
  if (last === null || last === 0) return last;
  for (const metric of options.selection_metrics) if ((await maps.kindOf(modelFile(split, metric, last))) === 'file') return last;
  return networks[networks.indexOf(last) - 1];
}

/** The weights and the optimiser in `tmp`; null where they are not those of the last epoch of this network. */
async function savedEpoch(split: number, number: NetworkNumber, training: Training, context: JobContext) {
  const { maps, network, frozen, options } = training;
  const [path, optimizerPath] = [checkpointFile(split), optimizerFile(split)];
  for (const file of [path, optimizerPath]) if ((await maps.kindOf(file)) !== 'file') return null;
  if ((await networkInTmp(split, training)) !== number) return null;
  const checkpoint = await readWeights(maps, path, network, context);
  const names = stateEntries(network)
    .filter((entry) => isParameter(entry) && !frozen.has(entry.name))
    .map((entry) => entry.name);
  const optimizer = readOptimizerFile(await maps.read(optimizerPath), names, options.optimizer, optimizerPath);
  const epoch = epochOf(checkpoint, path);
  // Killed between the two files of its first epoch: the optimiser is that of the network before.
  if (number !== null && (optimizer.epoch ?? epoch) > epoch) return null;
  return { model: checkpoint.model, epoch, optimizer };
}

/**
 * Epochs that a finished network was trained for. ClinicaDL logs none by default: then its options tell, or, where it may have stopped
 * early, its best epoch, or the order of its predictions for the training set, which is that of the last epoch.
 */
async function epochsOf(
  split: number,
  number: NetworkNumber,
  { maps, options, study, tables, networks }: Training,
): Promise<number> {
  const log = trainingLogFile(split, number);
  if ((await maps.kindOf(log)) === 'file') {
    const epochs = logNumbers(readTrainingLog(await maps.read(log), log), 'epoch');
    if (epochs.length > 0) return Math.max(...epochs) + 1;
  }
  const { patience, tolerance, selection_metrics } = options;
  if (patience === 0) return options.epochs;
  if (tolerance === 0 && selection_metrics.includes('loss')) {
    const model = modelFile(split, 'loss', number);
    return Math.min(options.epochs, epochOf(readCheckpoint(await maps.read(model), model), model) + patience + 1);
  }
  const path = `${resultsFolder(split, selection_metrics[0], 'train')}/${predictionName('train', study.mode)}`;
  if ((await maps.kindOf(path)) !== 'file') return options.epochs;
  const { header, rows } = readTextTable(await maps.read(path), path);
  const { train } = tables[split];
  const own = rows.slice(train.length * networks.indexOf(number)).slice(0, train.length);
  const [participant, session] = [header.indexOf('participant_id'), header.indexOf('session_id')];
  const seen = own.map((row) => `${row[participant]} ${row[session]}`).join();
  const inOrder = (epoch: number): string =>
    trainOrder(epoch, train.length)
      .map((n) => `${train[n].participant_id} ${train[n].session_id}`)
      .join();
  for (let epoch = options.epochs - 1; epoch > 0; epoch--) if (inOrder(epoch) === seen) return epoch + 1;
  return options.epochs;
}

/** Null when nothing of the split is worth going on with. Throws what reading weights and optimiser throws. */
export async function startFromFiles(split: number, training: Training, context: JobContext): Promise<SplitStart | null> {
  const { network, networks, options, task, study, tables, labels } = training;
  const number = await lastBegun(split, training);
  const saved = await savedEpoch(split, number, training, context);
  if (saved === null && (number === null || number === 0)) return null;
  const generators = seeded(options.seed);
  const { torch: random, numpy } = generators;
  const augmentOne = drawOne(options, generators, network.inputSize);
  const beside = () => (augmentOne === null ? {} : { beside: besideOf(generators) });
  const train = await study.open(tables[split].train, labels, network.inputSize);
  const validation = await study.open(tables[split].validation, labels, network.inputSize);
  const target = training.target === null ? null : await openTargetData(training.target, split, labels, network.inputSize);
  const planOf = (one: NetworkNumber): ReplayPlan => {
    const samples = train.of(one);
    return {
      network,
      samples: { train: samples.loader.size, validation: validation.of(one).loader.size },
      ...(target === null ? {} : { target: targetSizes(target) }),
      weights: options.sampler === 'weighted' ? task.weights(samples.labels) : null,
      options,
      ...(augmentOne === null ? {} : { augmentOne }),
    };
  };
  const begin = (): void => {
    drawDatasets(options, generators, network.inputSize, training.target === null ? 2 : 5);
    initialState(network, random);
  };
  for (const before of networks.slice(0, networks.indexOf(number))) {
    const plan = planOf(before);
    begin();
    await replayDraws(random, await epochsOf(split, before, training), plan, context.signal);
    const models = options.selection_metrics.length;
    replayEvaluation(random, { ...plan, batchSize: options.batch_size, models, examples: task.savesExamples });
    // A CropPad draws where the intervals of the networks before left the generator.
    for (const size of augmentOne === null ? [] : [plan.samples.train, plan.samples.validation])
      for (let model = 0; model < models; model++) await skipIntervals(task.statistics([]).length, size, numpy, context.signal);
  }
  const name = titleOf({ split, number });
  if (saved === null) {
    context.log(`${name} begins: the networks before it are finished.`);
    return { network: number, snapshot: null, random: random.state(), ...beside() };
  }
  const { model, epoch, optimizer } = saved;
  const plan = planOf(number);
  begin();
  await replayDraws(random, epoch + 1, plan, context.signal);
  const steps = (epoch + 1) * Math.ceil(batchesOf(samplesOf(plan), options) / options.accumulation_steps);
  const best = await bestValues(training, { split, number }, context);
  const loop = stateAfterEpoch(epoch, steps, best, options, optimizer.learningRate ?? options.learning_rate);
  context.log(`${name} goes on after epoch ${epoch + 1} of the files in tmp.`);
  const state = random.state();
  const snapshot = { state: model, optimizer: optimizer.state, random: state, loop, ...beside() };
  return { network: number, snapshot, random: state, ...beside() };
}

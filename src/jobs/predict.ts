/** @file `predict`: a group through the trained networks of a MAPS; predictions, metrics, the vote from elements to images. */

import { appError } from '../base/errors';
import { NumpyRandom } from '../base/numpy-random';
import type { Loader } from '../batches/batch';
import type { Folder } from '../folders/folder';
import { checkName } from '../folders/names';
import type { PredictionRow } from '../learning/prediction';
import { type Group, readGroup, readTrainValidation, writeGroup } from '../maps/groups';
import { groupFolder, isTrainingGroup, modelFile, type PredictionLevel, predictionName, resultsFolder } from '../maps/layout';
import { checkLeakage } from '../maps/leakage';
import { listMetrics, listSplits, readParameters, type SplitPrefix, splitPrefix } from '../maps/maps';
import { readPredictions } from '../maps/predictions';
import type { Executor, ExecutorFactory } from '../networks/executor';
import { buildNetwork } from '../networks/registry';
import { optionsOfMapsJson } from '../options/derive/maps-json';
import { modernMapsJson } from '../options/derive/maps-json-versions';
import type { PredictOptions } from '../options/predict';
import type { TrainClassificationOptions } from '../options/train';
import { checkAmp } from './check-amp';
import { evaluateGroup, type GroupResult, writeVote } from './evaluate-group';
import { readGroupTable, requireLabels } from './group-table';
import type { Job, JobContext } from './job-context';
import { movedPath } from './moved-path';
import { nameUnusable } from './name-unusable';
import { openStudy, type StudyData, transformsOf } from './open-study';
import { readWeights } from './read-weights';
import { onDevice, recovery } from './recovery';
import type { NamedGroupResult } from './train-split';

export interface PredictResult {
  readonly maps: string;
  readonly group: string;
  readonly results: readonly (NamedGroupResult & { readonly split: number })[];
}

/** The table of a new group: a file, or a folder with train/labels tables of the whole group in it. */
async function groupTablePath(workspace: Folder, path: string): Promise<string> {
  if ((await workspace.kindOf(path)) !== 'folder') return path;
  const names = ['test_baseline.tsv', 'train_baseline.tsv', 'labels_baseline.tsv', 'test.tsv', 'train.tsv', 'labels.tsv'];
  for (const name of names) if ((await workspace.kindOf(`${path}/${name}`)) === 'file') return `${path}/${name}`;
  throw appError('group-table-missing', { folder: path, names: names.join(', ') }, { where: path });
}

/** Reads the definition of the group, or checks and makes a new one; nothing is written here. */
async function resolveGroup(
  maps: Folder,
  options: PredictOptions,
  training: TrainClassificationOptions,
  context: JobContext,
): Promise<{ readonly group: Group; readonly isNew: boolean }> {
  const name = options.data_group;
  const { caps_directory: caps, participants_tsv: table } = options;
  const given = caps !== null || table !== null;
  const exists = (await maps.kindOf(groupFolder(name, null))) === 'folder';
  checkName(name, 'data_group');
  if (isTrainingGroup(name)) {
    if (given || options.overwrite) throw appError('group-protected', { group: name }, { where: 'data_group' });
    return { group: { rows: [], caps_directory: training.caps_directory, multi_cohort: false }, isNew: false };
  }
  if (exists && given && !options.overwrite) throw appError('group-exists', { group: name }, { where: 'data_group' });
  if (exists && !given) return { group: await readGroup(maps, name, null, options.label ?? training.label), isNew: false };
  if (caps === null || table === null) {
    const missing = [caps === null ? 'caps_directory' : '', table === null ? 'participants_tsv' : '']
      .filter(Boolean)
      .join(' and ');
    throw appError('group-definition', { group: name, missing }, { where: 'data_group' });
  }
  const path = await groupTablePath(context.workspace, table);
  const diagnoses = options.diagnoses.length > 0 ? options.diagnoses : training.diagnoses;
  const label = options.label ?? training.label;
  const labelOptional = !options.use_labels;
  const rows = await readGroupTable(context.workspace, path, { diagnoses, label, labelOptional, tell: context.issue });
  if (!options.skip_leak_check) checkLeakage(await readTrainValidation(maps), rows, name, path);
  return { group: { rows, caps_directory: caps, multi_cohort: false }, isNew: true };
}

interface Target {
  readonly split: number;
  readonly metrics: readonly string[];
}

/** Splits and best models to use. Throws `split-untrained`, `metric-untrained`. */
async function targetsOf(maps: Folder, options: PredictOptions, prefix: SplitPrefix): Promise<Target[]> {
  const splits: number[] = [];
  const begun = await listSplits(maps);
  for (const split of begun) if ((await listMetrics(maps, split, prefix)).length > 0) splits.push(split);
  const asked = options.split.length > 0 ? new Set(options.split) : begun;
  const wanted: readonly string[] = options.selection_metrics;
  const targets: Target[] = [];
  if (splits.length === 0) throw appError('split-untrained', { maps: maps.name, split: 0, splits: 'none' }, { where: maps.name });
  for (const split of asked) {
    if (!splits.includes(split)) {
      throw appError('split-untrained', { maps: maps.name, split, splits: splits.join(', ') }, { where: maps.name });
    }
    const metrics = await listMetrics(maps, split, prefix);
    const lacking = wanted.find((metric) => !metrics.includes(metric));
    if (lacking !== undefined) {
      const values = { maps: maps.name, split, metric: lacking, metrics: metrics.join(', ') };
      throw appError('metric-untrained', values, { where: maps.name });
    }
    targets.push({ split, metrics: wanted.length > 0 ? wanted : metrics });
  }
  return targets;
}

export const predictJob: Job<PredictOptions, PredictResult> = async (options, context) => {
  await checkAmp(options, () => context.backend());
  const maps = context.workspace.sub(options.input_maps_directory);
  const written = await readParameters(maps);
  const training = optionsOfMapsJson(written, options.input_maps_directory, 'predict');
  const parameters = modernMapsJson(written);
  const prefix = await splitPrefix(maps);
  const targets = await targetsOf(maps, options, prefix);
  const { group, isNew } = await resolveGroup(maps, options, training, context);
  const groupOf = async (split: number): Promise<Group> =>
    isTrainingGroup(options.data_group) ? readGroup(maps, options.data_group, split, training.label) : group;
  const first = await groupOf(targets[0].split);
  if (options.use_labels) {
    const where = options.participants_tsv ?? `${options.input_maps_directory}/${groupFolder(options.data_group, null)}`;
    requireLabels(first.rows, options.label ?? training.label, where);
  }
  const capsDirectory = options.caps_directory ?? (await movedPath(first.caps_directory, context));
  const study = await openStudy(
    { capsDirectory, extraction: parameters.preprocessing_dict as Record<string, unknown>, transforms: transformsOf(training) },
    context,
  );
  const labelCode = parameters.label_code as Record<string, number>;
  const labelled = options.use_labels;
  // Opened before anything is written: a missing image or an unknown label stops the job with the MAPS as it was.
  const data = new Map<number, StudyData>();
  const shared = isTrainingGroup(options.data_group) ? null : await study.open(group.rows, labelled ? labelCode : null);
  for (const { split } of targets)
    data.set(split, shared ?? (await study.open((await groupOf(split)).rows, labelled ? labelCode : null)));
  const loaderOf = (split: number): Loader => data.get(split)!.loader;
  const outputSize = Number(parameters.output_size);
  const inputSize = data.get(targets[0].split)!.sampleShape;
  checkInputSize(parameters.input_size, inputSize, capsDirectory);
  const spec = buildNetwork(training.architecture, { inputSize, outputSize, dropout: training.dropout });
  const batches = targets.reduce((sum, t) => sum + Math.ceil(loaderOf(t.split).size / options.batch_size) * t.metrics.length, 0);
  const random = new NumpyRandom(training.seed);
  const results: (NamedGroupResult & { readonly split: number })[] = [];
  const policy = recovery(options.batch_size, {
    goesOn: 'the prediction of this network begins again on another',
    again: `the line again${isNew ? ' with --overwrite' : ''}`,
  });
  let executor: Executor | undefined;
  let done = 0;
  try {
    for (const { split, metrics } of targets) {
      const loader = loaderOf(split);
      for (const selection_metric of metrics) {
        const path = modelFile(split, selection_metric, prefix);
        const { model } = await readWeights(maps, path, spec, context);
        const attempt = async (createExecutor: ExecutorFactory): Promise<GroupResult> => {
          try {
            executor ??= await createExecutor({
              spec,
              state: model,
              optimizer: { optimizer: 'Adam', learning_rate: training.learning_rate, weight_decay: training.weight_decay },
              batchSize: options.batch_size,
              amp: options.amp,
            });
            await executor.writeState(model);
            // Only now: damaged weights or a device without memory leave the MAPS as it was.
            if (isNew && results.length === 0) {
              await removeResults(maps, options.data_group, prefix);
              await writeGroup(maps, options.data_group, null, group, options.label ?? training.label);
            }
            const folder = resultsFolder(split, selection_metric, options.data_group, prefix);
            await removeOldTables(maps, folder, options.data_group);
            return await evaluateGroup(
              {
                maps,
                folder,
                group: options.data_group,
                mode: study.mode,
                executor,
                loader,
                order: Array.from({ length: loader.size }, (_, i) => i),
                batchSize: options.batch_size,
                classCount: outputSize,
                labelled,
                random,
                capsDirectory,
                now: context.now(),
                issue: context.issue,
              },
              context.signal,
              () => {
                done++;
                context.report({ stage: `predict ${options.data_group}`, done, total: batches, unit: 'batches' });
              },
            );
          } catch (error) {
            executor?.dispose();
            executor = undefined;
            done = before;
            throw await nameUnusable(error, [...new Set(data.values())], context);
          }
        };
        const before = done;
        const result = await onDevice(policy, context, attempt);
        const vote = await voteOf(
          maps,
          options,
          study.mode,
          result.rows,
          { split, selection_metric, prefix },
          training,
          outputSize,
          labelled,
        );
        results.push({ ...(vote ?? result), loss: result.loss, group: options.data_group, selection_metric, split });
        context.log(`Split ${split}, best ${selection_metric}: ${result.rows.length} predictions.`);
      }
    }
  } finally {
    executor?.dispose();
  }
  return { maps: options.input_maps_directory, group: options.data_group, results };
};

/** Throws `input-size-differs` when the images are not of the size that the network was trained on. */
function checkInputSize(trained: unknown, found: readonly number[], caps: string): void {
  if (!Array.isArray(trained) || trained.join('×') === found.join('×')) return;
  throw appError('input-size-differs', { trained: trained.join(' × '), found: found.join(' × '), caps }, { where: caps });
}

/** What was predicted for an earlier definition of the group, by any network. */
async function removeResults(maps: Folder, group: string, prefix: SplitPrefix): Promise<void> {
  for (const split of await listSplits(maps)) {
    for (const metric of await listMetrics(maps, split, prefix)) {
      const folder = resultsFolder(split, metric, group, prefix);
      if ((await maps.kindOf(folder)) === 'folder') await maps.remove(folder);
    }
  }
}

async function removeOldTables(maps: Folder, folder: string, group: string): Promise<void> {
  if ((await maps.kindOf(folder)) !== 'folder') return;
  for (const entry of await maps.list(folder)) {
    if (entry.kind === 'file' && entry.name.startsWith(`${group}_`) && entry.name.endsWith('.tsv'))
      await maps.remove(`${folder}/${entry.name}`);
  }
}

interface BestModel {
  readonly split: number;
  readonly selection_metric: string;
  readonly prefix: SplitPrefix;
}

/** The image level of a patch, roi or slice network; weights come from the validation group, as in ClinicaDL. */
async function voteOf(
  maps: Folder,
  options: PredictOptions,
  mode: PredictionLevel,
  rows: readonly PredictionRow[],
  best: BestModel,
  training: TrainClassificationOptions,
  classCount: number,
  labelled: boolean,
): Promise<GroupResult | null> {
  // As in ClinicaDL: without the leak check there is no vote.
  if (mode === 'image' || options.skip_leak_check) return null;
  const group = options.data_group;
  const folder = resultsFolder(best.split, best.selection_metric, group, best.prefix);
  let weightRows = rows;
  if (!isTrainingGroup(group)) {
    const path = `${resultsFolder(best.split, best.selection_metric, 'validation', best.prefix)}/${predictionName('validation', mode)}`;
    if ((await maps.kindOf(path)) !== 'file')
      throw appError('prediction-missing', { path: `${maps.name}/${path}` }, { where: path });
    weightRows = readPredictions(await maps.read(path), mode, path);
  }
  return writeVote({
    maps,
    folder,
    group,
    mode,
    classCount,
    labelled,
    rows,
    weightRows,
    threshold: training.selection_threshold,
  });
}

/** @file `predict`: a group through the trained networks of a MAPS; predictions, metrics, the vote from elements to images. */
import { isStop } from '../base/errors';
import { NumpyRandom } from '../base/numpy-random';
import { TorchRandom } from '../base/torch-random';
import type { Batch } from '../batches/batch';
import { drawsFrom } from '../engine/draws';
import type { Executor } from '../engine/executor';
import type { Folder } from '../folders/folder';
import { memoryFolder } from '../folders/memory-folder';
import { sequentialOrder } from '../learning/sampler';
import { writeGroup } from '../maps/groups';
import { lookAt, noteInJournal } from '../maps/journal';
import { groupFolder, isTrainingGroup, modelFile, type NetworkNumber, resultsFolder } from '../maps/layout';
import type { StateDict } from '../networks/state-dict';
import type { PredictOptions } from '../options/predict';
import { changeAtOnce } from './change-at-once';
import { checkAmp } from './check-amp';
import { InputComparison, tellUncompared, tellVoxels, trainingSummaries } from './compare-inputs';
import type { NamedGroupResult } from './evaluate-best';
import { evaluateGroup, type GroupResult, writeVote } from './evaluate-group';
import { openGroupStudy, removeResults } from './group-study';
import type { Job, JobContext } from './job-context';
import { nameUnusable } from './name-unusable';
import { readWeights } from './read-weights';
import { recovery } from './recovery';
import { saveOutputs } from './save-outputs';
import { savingOf } from './saving-options';
import { takeTurns } from './take-turns';
import { executorRequest, taskOf } from './training-task';
import { type BestModel, checkVoters, votes, weightRowsOf } from './vote-weights';

export interface PredictResult {
  readonly maps: string;
  readonly group: string;
  readonly results: readonly (NamedGroupResult & { readonly split: number })[];
}

export const predictJob: Job<PredictOptions, PredictResult> = async (options, context) => {
  await checkAmp(options, () => context.backend());
  const opened = await openGroupStudy(options, context);
  const { maps, prefix, training, targets, group, isNew, caps, study, data, network, networks, rowsOf } = opened;
  const label = options.label ?? training.label;
  const labelled = options.use_labels;
  const task = taskOf(training, network);
  const saving = await savingOf(options, training, network, study);
  const modelOf = async (best: BestModel, number: NetworkNumber, told: Pick<JobContext, 'issue'>): Promise<StateDict> =>
    (await readWeights(maps, modelFile(best.split, best.selection_metric, number, prefix), network, told)).model;
  // So are the weights of all networks, and the tables that weight their votes.
  for (const { split, metrics } of targets) {
    for (const selection_metric of metrics) {
      const best = { split, selection_metric, prefix };
      for (const number of networks) await modelOf(best, number, context);
      if (votes(options, study.mode) && task.vote?.weighted && !isTrainingGroup(options.data_group))
        checkVoters(await weightRowsOf(maps, study.mode, task, best), data.get(split)!, options.data_group);
    }
  }
  const summaries = await trainingSummaries(opened, options.data_group);
  await tellVoxels(opened, summaries, options.data_group, context);
  tellUncompared(opened, summaries, options.data_group, context);
  const batchesOf = (split: number): number =>
    networks.reduce<number>((sum, n) => sum + Math.ceil(data.get(split)!.of(n).loader.size / options.batch_size), 0);
  const batches = targets.reduce((sum, { split, metrics }) => sum + batchesOf(split) * metrics.length, 0);
  const random = new NumpyRandom(training.seed);
  const results: (NamedGroupResult & { readonly split: number })[] = [];
  const policy = recovery(options.batch_size, {
    goesOn: 'the prediction of this network begins again on another',
    again: `the line again${isNew ? ' with --overwrite' : ''}`,
  });
  const turns = takeTurns({ ...executorRequest(network, task, training, options), predictOnly: true }, policy, context);
  let done = 0;
  try {
    for (const { split, metrics } of targets) {
      for (const selection_metric of metrics) {
        const best = { split, selection_metric, prefix };
        const folder = resultsFolder(split, selection_metric, options.data_group, prefix);
        // The files are made in memory and put into the MAPS together: what fails on the way leaves it as it was.
        const made = memoryFolder(maps.name);
        const evaluated: GroupResult[] = [];
        for (const number of networks) {
          const before = done;
          const { loader } = data.get(split)!.of(number);
          const summary = selection_metric === metrics[0] ? summaries(split, number) : null;
          const predicted = async (executor: Executor): Promise<GroupResult> => {
            done = before;
            const comparison = summary === null ? null : new InputComparison(summary);
            const watch = async (batch: Batch): Promise<void> => comparison?.watch(batch);
            try {
              const result = await evaluateGroup(
                {
                  maps: made,
                  folder,
                  group: options.data_group,
                  mode: study.mode,
                  network: number,
                  model: { executor, batchSize: options.batch_size, draws: drawsFrom(new TorchRandom(training.seed)) },
                  data: { loader, order: sequentialOrder(loader.size), labelled, watch },
                  task,
                  random,
                  caps,
                  now: context.now(),
                  issue: context.issue,
                },
                context.signal,
                () => {
                  done++;
                  context.report({ stage: `predict ${options.data_group}`, done, total: batches, unit: 'batches' });
                },
              );
              const unlike = comparison?.issue(options.data_group, { split, network: number }, folder);
              if (unlike) context.issue(unlike);
              return result;
            } catch (error) {
              throw await nameUnusable(error, [...new Set(data.values())], context);
            }
          };
          evaluated.push(await turns.take(() => modelOf(best, number, { issue: () => {} }), predicted));
        }
        const vote = votes(options, study.mode)
          ? await writeVote({
              maps: made,
              folder,
              group: options.data_group,
              mode: study.mode,
              task,
              labelled,
              weightRows:
                task.vote?.weighted && !isTrainingGroup(options.data_group)
                  ? await weightRowsOf(maps, study.mode, task, best)
                  : null,
              threshold: training.selection_threshold,
            })
          : null;
        await changeAtOnce(maps, async (target) => {
          if (isNew && results.length === 0) {
            await removeResults(target, options.data_group, prefix);
            await writeGroup(target, options.data_group, null, group, label);
          }
          await removeOldTables(target, folder, options.data_group);
          for (const { name } of await made.list(folder))
            await target.write(`${folder}/${name}`, await made.read(`${folder}/${name}`));
          const look = { split, metric: selection_metric, ...(await lookAt(options.data_group, await rowsOf(split))) };
          await noteInJournal(target, { event: 'predict', labelled, ...look }, context);
        });
        for (const number of saving === null ? [] : networks) {
          const { loader } = data.get(split)!.of(number);
          await turns.take(
            () => modelOf(best, number, { issue: () => {} }),
            (executor) => {
              // The same draws as those that were measured.
              const model = { executor, batchSize: options.batch_size, draws: drawsFrom(new TorchRandom(training.seed)) };
              const read = { loader, order: sequentialOrder(loader.size) };
              return saveOutputs(model, read, { maps, folder, mode: study.mode }, saving!, context);
            },
          );
        }
        const whole = joinResults(evaluated);
        results.push({ ...(vote ?? whole), loss: whole.loss, group: options.data_group, selection_metric, split });
        context.log(`Split ${split}, best ${selection_metric}: ${whole.rows.length} predictions.`);
      }
    }
  } catch (error) {
    // What was stopped can be gone on with by the name of the group.
    if (
      isStop(error, context.signal) &&
      isNew &&
      results.length === 0 &&
      (await maps.kindOf(groupFolder(options.data_group, null))) === undefined
    )
      await changeAtOnce(maps, (target) => writeGroup(target, options.data_group, null, group, label));
    throw error;
  } finally {
    turns.dispose();
  }
  return { maps: options.input_maps_directory, group: options.data_group, results };
};

/** What the networks of a split say; metrics and loss are those of one network, and of several there are none in common. */
function joinResults(networks: readonly GroupResult[]): GroupResult {
  if (networks.length === 1) return networks[0];
  const [{ written }] = networks;
  return { rows: networks.flatMap(({ rows }) => rows), metrics: null, loss: null, written };
}

async function removeOldTables(maps: Folder, folder: string, group: string): Promise<void> {
  if ((await maps.kindOf(folder)) !== 'folder') return;
  for (const entry of await maps.list(folder)) {
    if (entry.kind === 'file' && entry.name.startsWith(`${group}_`) && entry.name.endsWith('.tsv'))
      await maps.remove(`${folder}/${entry.name}`);
  }
}

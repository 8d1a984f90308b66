/** @file `interpret`: what the trained networks of a MAPS look at in the images of a group. */
import { appError } from '../base/errors';
import { makeIssue } from '../base/issues';
import { TorchRandom } from '../base/torch-random';
import { drawsFrom } from '../engine/draws';
import type { ExecutorFactory } from '../engine/executor';
import type { Folder } from '../folders/folder';
import { checkName } from '../folders/names';
import { explainedBy } from '../learning/explain/maps-of-batch';
import { cascade } from '../learning/explain/randomise';
import { sequentialOrder } from '../learning/sampler';
import { writeGroup } from '../maps/groups';
import { lookAt, noteInJournal } from '../maps/journal';
import { interpretationFolder, modelFile, type NetworkNumber, resultsFolder } from '../maps/layout';
import type { StateDict } from '../networks/state-dict';
import type { InterpretOptions } from '../options/interpret';
import { changeAtOnce } from './change-at-once';
import { type Elements, type Explanations, explainElements } from './explain-elements';
import { openGroupStudy, removeResults } from './group-study';
import { describeMethod, methodOf, passesFor } from './interpret-method';
import { type CompletenessRow, writeCompleteness, writeDescription } from './interpretation-files';
import type { Job, JobContext } from './job-context';
import { type RandomisationRow, randomisationTest, testSeeds, writeRandomisation } from './randomisation-test';
import { readWeights } from './read-weights';
import { onDevice, recovery } from './recovery';
import { executorRequest, taskOf } from './training-task';

export interface InterpretResult {
  readonly maps: string;
  readonly group: string;
  readonly name: string;
  /** Folders inside the MAPS, one for each network. */
  readonly results: readonly { readonly split: number; readonly selection_metric: string; readonly folder: string }[];
}

export const interpretJob: Job<InterpretOptions, InterpretResult> = async (options, context) => {
  const { data_group: name, input_maps_directory, batch_size } = options;
  checkName(options.name, 'name');
  const asked = { ...options, use_labels: false, label: null };
  const opened = await openGroupStudy(asked, context);
  const { maps, prefix, training, targets, group, isNew, study, data, network, networks: numbers } = opened;
  const task = taskOf(training, network);
  const method = methodOf(options, network);
  const sliceAxis = study.extraction.mode === 'slice' ? study.extraction.slice_direction : null;
  const places = options.save_nifti ? await study.places() : null;
  const models = targets.flatMap(({ split, metrics }) => metrics.map((selection_metric) => ({ split, selection_metric })));
  const modelOf = async (
    one: (typeof models)[number],
    number: NetworkNumber,
    told: Pick<JobContext, 'issue'>,
  ): Promise<StateDict> =>
    (await readWeights(maps, modelFile(one.split, one.selection_metric, number, prefix), network, told)).model;
  const folderOf = ({ split, selection_metric }: (typeof models)[number]): string =>
    `${resultsFolder(split, selection_metric, name, prefix)}/${interpretationFolder(options.name)}`;
  for (const one of models) {
    for (const number of numbers) await modelOf(one, number, context);
    if (isNew || options.overwrite_name || (await maps.kindOf(folderOf(one))) === undefined) continue;
    const values = { name: options.name, group: name, folder: folderOf(one) };
    throw appError('interpretation-exists', values, { where: 'name' });
  }

  const tests = options.method === 'randomisation-test';
  const runs = tests ? 1 + cascade(network).length * testSeeds.length : 1;
  const passes = runs * passesFor(method, network.inputSize.slice(1));
  const sizeOf = (split: number): number => numbers.reduce<number>((sum, n) => sum + data.get(split)!.of(n).loader.size, 0);
  const elements = models.reduce((sum, { split }) => sum + sizeOf(split), 0);
  const total = passes * elements;
  context.log(
    `${elements} elements × ${passes} ${passes === 1 ? 'pass' : 'passes'} through the network: ${total} in all. The progress tells how long they take.`,
  );
  const names = Object.entries(training.label_code).flatMap(([label, node]) => (node === options.target_node ? [label] : []));
  const target =
    training.network_task === 'classification' ? `${options.target_node} (${names.join(', ')})` : options.target_node;
  const policy = recovery(batch_size, {
    goesOn: 'the maps of this network begin again on another',
    again: 'the line again with --overwrite_name',
  });
  let done = 0;
  const onPasses = (count: number): void => {
    done += count;
    context.report({ stage: `interpret ${name}`, done: Math.min(done, total), total, unit: 'passes' });
  };
  const results: InterpretResult['results'][number][] = [];
  for (const one of models) {
    const { split, selection_metric } = one;
    const folder = folderOf(one);
    const before = done;
    await changeAtOnce(maps, async (changed) => {
      if (!isNew || results.length > 0) return;
      await removeResults(changed, name, prefix);
      await writeGroup(changed, name, null, group, training.label);
    });
    const explained = async (createExecutor: ExecutorFactory): Promise<void> => {
      done = before;
      await removeFolder(maps, folder);
      const request = executorRequest(network, task, training, { batch_size, amp: false });
      const state = await modelOf(one, numbers[0], { issue: () => {} });
      const executor = await createExecutor({ ...request, state, explain: explainedBy(network, method) });
      const completeness: CompletenessRow[] = [];
      const tested: RandomisationRow[] = [];
      const unplaced = new Set<string>();
      try {
        for (const number of numbers) {
          const model = number === numbers[0] ? state : await modelOf(one, number, { issue: () => {} });
          await executor.writeState(model);
          const { loader, elementsPerImage } = data.get(split)!.of(number);
          const seen: Elements = {
            loader,
            order: sequentialOrder(loader.size),
            position: (sample) => number ?? sample % elementsPerImage,
            mode: study.mode,
          };
          const asks: Explanations = {
            method,
            node: options.target_node,
            batchSize: batch_size,
            draws: drawsFrom(new TorchRandom(training.seed)),
          };
          if (tests) {
            tested.push(...(await randomisationTest(executor, model, number, seen, asks, context, onPasses)));
            continue;
          }
          const where = { folder: maps, path: folder, individual: options.save_individual, places, sliceAxis };
          const found = await explainElements(executor, seen, asks, where, context, onPasses);
          completeness.push(...found.completeness);
          for (const session of found.unplaced) unplaced.add(session);
          if (found.elsewhere !== null)
            context.issue(makeIssue('places-differ', { group: name, session: found.elsewhere }, folder));
        }
        if (completeness.length > 0) await writeCompleteness(maps, folder, study.mode, completeness);
        if (tests) await writeRandomisation(maps, folder, study.mode, tested);
        await writeDescription(maps, folder, {
          method: options.method,
          ...(tests ? { tested_method: method.kind, seeds: testSeeds } : {}),
          ...describeMethod(method),
          target_node: target,
          architecture: network.architecture,
          split,
          selection_metric,
          group: name,
          mode: study.mode,
          elements: sizeOf(split),
        });
      } catch (error) {
        // Some of the maps are not the interpretation.
        await removeFolder(maps, folder).catch(() => {});
        throw error;
      } finally {
        executor.dispose();
      }
      if (unplaced.size > 0)
        context.issue(makeIssue('affine-unknown', { count: unplaced.size, sessions: [...unplaced].join(', ') }, folder));
      tellOutcome(
        `Split ${split}, best ${selection_metric}`,
        { completeness, tested, elements: sizeOf(split), steps: options.steps },
        context,
      );
    };
    await onDevice(policy, context, explained);
    const look = { split, metric: selection_metric, ...(await lookAt(name, await opened.rowsOf(split))) };
    await noteInJournal(maps, { event: 'interpret', ...look }, context);
    results.push({ ...one, folder });
  }
  return { maps: input_maps_directory, group: name, name: options.name, results };
};

interface Found {
  readonly completeness: readonly CompletenessRow[];
  readonly tested: readonly RandomisationRow[];
  readonly elements: number;
  /** Of integrated gradients. */
  readonly steps: number;
}

function tellOutcome(who: string, { completeness, tested, elements, steps }: Found, { log }: Pick<JobContext, 'log'>): void {
  // The first layer comes last: then all are new.
  const whole = tested.filter(({ isLast }) => isLast);
  if (whole.length > 0)
    log(
      `${who}: with all layers drawn anew, Spearman's correlation of |map| is ${whole.map(({ mean }) => mean.toFixed(3)).join(', ')}.`,
    );
  else log(`${who}: maps of ${elements} elements.`);
  if (completeness.length === 0) return;
  const errors = completeness.map(({ output, baseline, sum }) => Math.abs((sum - (output - baseline)) / (output - baseline)));
  log(`Completeness error with ${steps} steps: at most ${(100 * Math.max(...errors)).toFixed(2)} % of the change of the output.`);
}

async function removeFolder(maps: Folder, folder: string): Promise<void> {
  if ((await maps.kindOf(folder)) !== undefined) await maps.remove(folder);
}

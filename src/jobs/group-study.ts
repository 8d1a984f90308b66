/** @file A group of a MAPS, known or new, with its images opened for each split: what `predict` and `interpret` work on. */
import { appError } from '../base/errors';
import { type LabelReader, nodeReader, valueReader } from '../batches/labels';
import type { Folder } from '../folders/folder';
import { type Group, type GroupRow, readGroup } from '../maps/groups';
import { groupFolder, isTrainingGroup, type NetworkNumber, networksOf, resultsFolder } from '../maps/layout';
import { listMetrics, listSplits, readParameters, type SplitPrefix, splitPrefix } from '../maps/maps';
import type { Network } from '../networks/graph';
import { optionsOfMapsJson } from '../options/derive/maps-json';
import type { TrainOptions } from '../options/train';
import { type CohortCaps, capsFolders, cohortCaps } from './cohorts';
import { requireLabels } from './group-table';
import type { JobContext } from './job-context';
import { openStudy, type Study, type StudyData, transformsOf } from './open-study';
import { type ChosenGroup, chooseGroup, type GroupOptions, tellLeaks } from './predict-group';
import { type Target, targetsOf } from './predict-targets';
import { predictedParameters } from './predicted-parameters';
import { rememberedExtraction } from './remembered-extraction';
import { mapsPlace, rememberedPath } from './study-paths';
import { trainedNetwork } from './trained-network';

interface Asked extends GroupOptions {
  readonly input_maps_directory: string;
  readonly split: readonly number[];
  readonly selection_metrics: readonly string[];
}

export interface GroupStudy extends ChosenGroup {
  readonly maps: Folder;
  readonly prefix: SplitPrefix;
  readonly training: TrainOptions;
  readonly targets: readonly Target[];
  /** Of each cohort. */
  readonly caps: readonly CohortCaps[];
  readonly study: Study;
  /** Who is in the group, of a split. */
  rowsOf(split: number): Promise<readonly GroupRow[]>;
  /** By split. */
  readonly data: ReadonlyMap<number, StudyData>;
  readonly network: Network;
  /** Of each split. */
  readonly networks: readonly NetworkNumber[];
}

/**
 * Everything is opened before anything is written: a missing image or an unknown label stops the job with the MAPS as it was. Throws what
 * its parts throw, `elements-differ` and `input-size-differs`.
 */
export async function openGroupStudy(options: Asked, context: JobContext): Promise<GroupStudy> {
  const { input_maps_directory, data_group } = options;
  const maps = context.workspace.sub(input_maps_directory);
  const written = await readParameters(maps, input_maps_directory);
  const training = optionsOfMapsJson(written, input_maps_directory, 'predict');
  const parameters = await predictedParameters(maps, written);
  const prefix = await splitPrefix(maps);
  const targets = await targetsOf(maps, options, prefix);
  const extraction = rememberedExtraction(parameters, `${input_maps_directory}/maps.json`);
  const chosen = await chooseGroup(maps, options, training, extraction, context);
  const { group, isNew } = chosen;
  const groupOf = async (split: number): Promise<Group> =>
    isTrainingGroup(data_group) ? readGroup(maps, data_group, split, training.label) : group;
  const rowsOf: GroupStudy['rowsOf'] = async (split) => (await groupOf(split)).rows;
  const first = await groupOf(targets[0].split);
  const label = options.label ?? training.label;
  if (options.use_labels && label !== null)
    requireLabels(first.rows, label, options.participants_tsv ?? `${input_maps_directory}/${groupFolder(data_group, null)}`);
  if (options.multi_cohort && !isNew) context.log('--multi_cohort has no effect: the MAPS knows the cohorts of this group.');
  const place = await mapsPlace(maps, input_maps_directory);
  const capsDirectory = options.caps_directory ?? (await rememberedPath(first.caps_directory, place, context));
  const caps = await cohortCaps(capsDirectory, isNew ? options.multi_cohort : first.multi_cohort, context);
  const study = await openStudy(
    { caps, extraction: parameters.preprocessing_dict as Record<string, unknown>, transforms: transformsOf(training) },
    context,
  );
  await tellLeaks(maps, chosen, options, capsFolders(caps, context.workspace), context);
  const labels = options.use_labels ? labelReader(training) : null;
  const data = new Map<number, StudyData>();
  const shared = isTrainingGroup(data_group) ? null : await study.open(group.rows, labels);
  for (const { split } of targets) data.set(split, shared ?? (await study.open((await groupOf(split)).rows, labels)));
  const sample = data.get(targets[0].split)!;
  const networks = networksToUse(training, parameters.num_networks, sample, capsDirectory);
  checkInputSize(parameters.input_size, sample.sampleShape, capsDirectory);
  const network = await trainedNetwork(maps, training, parameters, sample.sampleShape);
  return { ...chosen, maps, prefix, training, targets, caps, study, rowsOf, data, network, networks };
}

/** The networks of each split. Throws `elements-differ` where they are not as many as the elements of the images. */
function networksToUse(
  { multi_network }: TrainOptions,
  /** As maps.json has it; older versions do not tell. */
  trained: unknown,
  { elementsPerImage }: StudyData,
  caps: string,
): readonly NetworkNumber[] {
  if (multi_network && typeof trained === 'number' && trained !== elementsPerImage)
    throw appError('elements-differ', { trained, found: elementsPerImage, caps }, { where: caps });
  return networksOf(multi_network, elementsPerImage);
}

/** What the labels of a group stand for; null for a task without. */
function labelReader({ network_task, label_code }: TrainOptions): LabelReader | null {
  switch (network_task) {
    case 'classification':
      return nodeReader(label_code);
    case 'regression':
      return valueReader;
    case 'reconstruction':
      return null;
  }
}

/** Throws `input-size-differs` when the images are not of the size that the network was trained on. */
function checkInputSize(trained: unknown, found: readonly number[], caps: string): void {
  if (!Array.isArray(trained) || trained.join('×') === found.join('×')) return;
  throw appError('input-size-differs', { trained: trained.join(' × '), found: found.join(' × '), caps }, { where: caps });
}

/** What was predicted for an earlier definition of a group, by any network. */
export async function removeResults(maps: Folder, group: string, prefix: SplitPrefix): Promise<void> {
  for (const split of await listSplits(maps)) {
    for (const metric of await listMetrics(maps, split, prefix)) {
      const folder = resultsFolder(split, metric, group, prefix);
      if ((await maps.kindOf(folder)) === 'folder') await maps.remove(folder);
    }
  }
}

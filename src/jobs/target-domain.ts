/** @file The second domain of `--ssda_network`: its CAPS, its tables and its images, checked before a training writes anything. */
import { appError } from '../base/errors';
import type { LabelReader } from '../batches/labels';
import { sessionText } from '../caps/entities';
import { type AdaptationSizes, adaptationSteps } from '../learning/adaptation';
import { type GroupRow, singleCohort } from '../maps/groups';
import type { TrainOptions } from '../options/train';
import { type CohortCaps, capsFolders } from './cohorts';
import type { JobContext } from './job-context';
import { caseOf } from './leak-check';
import { openStudy, type Samples, type Study, type StudyData, transformsOf } from './open-study';
import type { SplitRows, SplitTableOptions } from './split-tables';
import { readTargetTables, type TargetTables, targetLeaks } from './target-tables';

export interface TargetDomain extends TargetTables {
  readonly caps: readonly CohortCaps[];
  readonly study: Study;
}

/** What a split sees of it. */
export interface TargetData {
  readonly train: StudyData;
  readonly validation: StudyData;
  readonly unlabelled: StudyData;
}

export type TargetSamples = Readonly<Record<keyof TargetData, Samples>>;

/** The tables of the target, with who is on several sides told; null for a training on one domain. Throws what reading them throws. */
export async function readTarget(
  options: TrainOptions,
  source: readonly SplitRows[],
  tableOptions: SplitTableOptions,
  context: JobContext,
): Promise<TargetTables | null> {
  const { ssda_network, caps_target, tsv_target_unlab } = options;
  if (!ssda_network) return null;
  const tables = await readTargetTables(options, tableOptions, context);
  const caps = [options.caps_directory, caps_target].map((path) => ({ cohort: singleCohort, path }));
  const sameFolder = caseOf(capsFolders(caps, context.workspace));
  for (const issue of await targetLeaks(source, tables, tsv_target_unlab, sameFolder)) context.issue(issue);
  return tables;
}

interface SourceStudy {
  readonly study: Study;
  readonly elementsPerImage: number;
  readonly sampleShape: readonly number[];
}

/**
 * Opens the images of the target, of all splits that are trained. Throws what opening a study throws, `target-extraction` where its
 * elements are others than the source's, `inputs-differ`.
 */
export async function openTargetDomain(
  tables: TargetTables,
  options: TrainOptions,
  splits: readonly number[],
  source: SourceStudy,
  labels: LabelReader | null,
  context: JobContext,
): Promise<TargetDomain> {
  const { caps_target: path, preprocessing_dict_target: extraction } = options;
  const caps = [{ cohort: singleCohort, path }];
  const study = await openStudy({ caps, extraction, transforms: transformsOf(options) }, context);
  const refuse = (found: string, expected: string): Error =>
    appError('target-extraction', { file: extraction, caps: path, found, expected }, { where: path });
  const kind = (mode: string): string => `elements of the kind ${mode}`;
  if (study.mode !== source.study.mode) throw refuse(kind(study.mode), kind(source.study.mode));
  const rows = splits.flatMap((i) => [...tables.splits[i].train, ...tables.splits[i].validation]);
  const all = new Map([...tables.unlabelled, ...rows].map((row) => [sessionText(row), row]));
  const { elementsPerImage } = await study.open([...all.values()], labels, source.sampleShape);
  const count = (elements: number): string => `${elements} ${study.mode} elements of each image`;
  if (elementsPerImage !== source.elementsPerImage) throw refuse(count(elementsPerImage), count(source.elementsPerImage));
  return { ...tables, caps, study };
}

/** Says which samples no epoch learns from. Throws `adaptation-batches`. */
export function tellUnused(split: number, sizes: AdaptationSizes, batchSize: number, { log }: Pick<JobContext, 'log'>): void {
  const steps = adaptationSteps(sizes, batchSize);
  log(
    `Split ${split}: an epoch takes ${steps} steps, each of ${batchSize} source samples, 1 labelled and ${batchSize} unlabelled target samples.`,
  );
  const never = sizes.labelled - Math.floor(sizes.source / batchSize);
  if (never > 0)
    log(
      `Split ${split}: the last ${never} of ${sizes.labelled} labelled target samples are not learnt from, as the source has ${Math.floor(sizes.source / batchSize)} whole batches. A smaller --batch_size uses more of them.`,
    );
}

export async function openTargetData(
  { study, splits, unlabelled }: TargetDomain,
  split: number,
  labels: LabelReader | null,
  inputSize: readonly number[],
): Promise<TargetData> {
  return {
    train: await study.open(splits[split].train, labels, inputSize),
    validation: await study.open(splits[split].validation, labels, inputSize),
    unlabelled: await study.open(unlabelled, null, inputSize),
  };
}

/** Everyone of the target who is learnt from or validated on. */
export const targetRows = ({ splits, unlabelled }: TargetTables): GroupRow[] => [
  ...splits.flatMap(({ train, validation }) => [...train, ...validation]),
  ...unlabelled,
];

/** All of its data; none without a target. */
export const targetSets = (target: TargetData | null): StudyData[] =>
  target === null ? [] : [target.train, target.validation, target.unlabelled];

/** Samples of each. */
export const targetSizes = ({ train, validation, unlabelled }: TargetData): Record<keyof TargetData, number> => ({
  train: train.loader.size,
  validation: validation.loader.size,
  unlabelled: unlabelled.loader.size,
});

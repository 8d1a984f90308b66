/** @file What a training needs to know before its first batch: tables, images and network, read and checked; nothing is written. */
import { appError } from '../base/errors';
import type { Issue } from '../base/issues';
import type { LabelReader } from '../batches/labels';
import { sessionText } from '../caps/entities';
import type { Folder } from '../folders/folder';
import type { EpochSamples } from '../learning/adaptation';
import { batchesOf } from '../learning/loop';
import type { Task } from '../learning/tasks/task';
import type { GroupRow } from '../maps/groups';
import { type NetworkNumber, networksOf } from '../maps/layout';
import type { Network } from '../networks/graph';
import { isParameter, stateEntries } from '../networks/parameters';
import { networkName } from '../networks/registry';
import { frozenParameters } from '../networks/transfer';
import { checkAdaptation, targetOptions } from '../options/adaptation';
import type { TrainOptions } from '../options/train';
import { networkRow } from '../vocabulary/networks';
import { checkAugmentation } from './augmenting';
import { checkAmp } from './check-amp';
import { type CohortCaps, type CohortTables, checkCohorts, cohortCaps, cohortTables } from './cohorts';
import { fittingLoss } from './fitting-loss';
import type { JobContext } from './job-context';
import { openStudy, type Study, transformsOf } from './open-study';
import { isOwnNetwork, readOwnNetwork } from './own-network-file';
import { readLabels } from './read-labels';
import { leakIssues, readSplits, type SplitRows, splitCount, trainValidationRows } from './split-tables';
import { openTargetDomain, readTarget, type TargetDomain, targetRows, tellUnused } from './target-domain';
import { checkTrainingFits } from './training-memory';
import { networkOf, taskOf } from './training-task';
import { transferSource } from './transfer';

/** Everything a training needs to know before its first batch. */
export interface Training {
  readonly options: TrainOptions;
  readonly mapsPath: string;
  readonly maps: Folder;
  /** Of each cohort. */
  readonly caps: readonly CohortCaps[];
  /** Where the tables of each cohort are. */
  readonly cohorts: readonly CohortTables[];
  readonly study: Study;
  readonly elementsPerImage: number;
  /** Of each split. */
  readonly networks: readonly NetworkNumber[];
  readonly network: Network;
  /** Parameters that are not trained. */
  readonly frozen: ReadonlySet<string>;
  readonly task: Task;
  readonly tables: readonly SplitRows[];
  /** A second domain that the network is adapted to; null: there is one. */
  readonly target: TargetDomain | null;
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
export function chosenSplits(options: TrainOptions): number[] {
  const count = splitCount(options.n_splits);
  const all = Array.from({ length: count }, (_, i) => i);
  const wrong = options.split.find((split) => split >= count);
  if (wrong !== undefined) throw appError('split-number', { split: wrong, last: count - 1 }, { where: 'Cross_validation.split' });
  return options.split.length === 0 || count === 1 ? all : [...new Set(options.split)];
}

const rowsOf = (tables: readonly SplitRows[]): GroupRow[] => tables.flatMap(({ train, validation }) => [...train, ...validation]);

const oncePerSession = (rows: readonly GroupRow[]): GroupRow[] => [
  ...new Map(rows.map((row) => [sessionText(row), row])).values(),
];

/** Every session of some tables once. */
const sessionsOf = (tables: readonly SplitRows[]): GroupRow[] => oncePerSession(rowsOf(tables));

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

/** Where a training finds what earlier ones left beside their options. */
export interface TrainingSources {
  /** The folder of a network file; the opened one when it is not given, the MAPS when a training goes on. */
  readonly networksIn?: Folder;
  /** What a MAPS remembers of the extraction; the file that the options name when it is not given. */
  readonly extraction?: Readonly<Record<string, unknown>>;
}

/** Reads tables and headers, of all splits that will be trained, and checks them; writes nothing. */
export async function planTraining(
  options: TrainOptions,
  context: JobContext,
  { networksIn = context.workspace, extraction }: TrainingSources = {},
): Promise<Training> {
  const { workspace } = context;
  checkAdaptation(options);
  await checkAmp(options, () => context.backend());
  const tableOptions = { ...options, label: options.label, tell: (issue: Issue) => context.issue(issue) };
  const splits = chosenSplits(options);
  const { multi_cohort: multiCohort, diagnoses } = options;
  const caps = await cohortCaps(options.caps_directory, multiCohort, context);
  const cohorts = await cohortTables({ path: options.tsv_directory, multiCohort, diagnoses, caps }, context);
  const tables = await readSplits(workspace, cohorts, tableOptions);
  const targetTables = await readTarget(options, tables, tableOptions, context);
  for (const issue of leakIssues([...tables, ...(targetTables?.splits ?? [])])) context.issue(issue);
  for (const issue of checkCohorts(rowsOf(tables), options.tsv_directory)) context.issue(issue);
  const { labels, labelCode, outputSize } = readLabels(options, [...tables, ...(targetTables?.splits ?? [])]);
  const study = await openStudy(
    { caps, extraction: extraction ?? options.preprocessing_json, transforms: transformsOf(options) },
    context,
  );
  // All rows at once, so that one run names every session that cannot be used.
  const { elementsPerImage, sampleShape: inputSize } = await study.open(sessionsOf(splits.map((i) => tables[i])), labels);
  checkAugmentation(options, study.mode, inputSize);
  const { multi_network } = options;
  const samplesOf = (split: number): EpochSamples => {
    const source = tables[split].train.length * (multi_network ? 1 : elementsPerImage);
    if (targetTables === null) return source;
    const [labelled, unlabelled] = [targetTables.splits[split].train, targetTables.unlabelled].map(
      (rows) => rows.length * elementsPerImage,
    );
    return { source, labelled, unlabelled };
  };
  if (multi_network && elementsPerImage < 2)
    throw appError(
      'multi-network-single',
      { mode: study.mode, json: options.preprocessing_json },
      { where: 'Model.multi_network' },
    );
  const target =
    targetTables === null
      ? null
      : await openTargetDomain(
          targetTables,
          options,
          splits,
          { study, elementsPerImage, sampleShape: inputSize },
          labels,
          context,
        );
  let batches = 0;
  for (const split of splits) {
    const samples = samplesOf(split);
    if (typeof samples !== 'number') tellUnused(split, samples, options.batch_size, context);
    batches = Math.max(batches, batchesOf(samples, options));
  }
  const { network, networkFile } = await openNetwork(options, inputSize, outputSize, networksIn, context);
  const { loss, told } = fittingLoss(network, options);
  if (told !== null) context.log(told);
  const task = taskOf(options, network);
  tellWithoutEffect(options, { batches, elementsPerImage }, context);
  const frozen = frozenOf(network, options, context);
  await checkTrainingFits(network, options, context);
  const ofSource = await trainValidationRows(workspace, cohorts, tables, { ...tableOptions, label: null });
  const seen = target === null ? ofSource : oncePerSession([...ofSource, ...targetRows(target)]);
  const mapsPath = options.output_maps_directory;
  const maps = workspace.sub(mapsPath);
  return {
    options: { ...options, loss },
    mapsPath,
    maps,
    caps,
    cohorts,
    study,
    elementsPerImage,
    networks: networksOf(multi_network, elementsPerImage),
    network,
    frozen,
    networkFile,
    task,
    tables,
    target,
    seen,
    labels,
    labelCode,
    splits,
  };
}

/** Options that say how another one is done, which was not given, or that this study is too small for. */
function tellWithoutEffect(
  options: TrainOptions,
  { batches, elementsPerImage }: { readonly batches: number; readonly elementsPerImage: number },
  { log }: Pick<JobContext, 'log'>,
): void {
  const { transfer_selection_metric, tolerance, evaluation_steps, selection_threshold, watts, grams_per_kwh } = options;
  const idle: (readonly [boolean, string, unknown, string])[] = [
    [
      transferSource(options) === null && transfer_selection_metric !== 'loss',
      'transfer_selection_metric',
      transfer_selection_metric,
      'without --transfer_path no network is transferred',
    ],
    [options.patience === 0 && tolerance > 0, 'tolerance', tolerance, 'without --patience no training is stopped early'],
    [
      evaluation_steps > batches,
      'evaluation_steps',
      evaluation_steps,
      `an epoch has ${batches} batches, and is evaluated at its end alone`,
    ],
    [
      (selection_threshold ?? 0) > 0 && elementsPerImage === 1,
      'selection_threshold',
      selection_threshold,
      'an image has one element, so that nothing is voted',
    ],
    [!options.emissions_calculator && watts !== null, 'watts', watts, 'without --calculate_emissions no energy is estimated'],
    [
      !options.emissions_calculator && grams_per_kwh !== null,
      'grams_per_kwh',
      grams_per_kwh,
      'without --calculate_emissions no energy is estimated',
    ],
    ...targetOptions.map(
      (key) =>
        [
          !options.ssda_network && options[key].trim() !== '',
          key,
          options[key],
          'without --ssda_network there is one domain',
        ] as const,
    ),
  ];
  for (const [is, option, value, reason] of idle) if (is) log(`--${option} ${value} has no effect: ${reason}.`);
}

/** The parameters that stay as the transfer leaves them; those that are trained are told. */
function frozenOf(network: Network, options: TrainOptions, { log }: Pick<JobContext, 'log'>): ReadonlySet<string> {
  const { nb_unfrozen_layer: layers } = options;
  if (layers === 0) return new Set();
  if (transferSource(options) === null) {
    log(`--nb_unfrozen_layer ${layers} has no effect: without --transfer_path all layers are trained.`);
    return new Set();
  }
  const frozen = frozenParameters(network, layers);
  if (frozen.size === 0) {
    log(`--nb_unfrozen_layer ${layers} has no effect: the network has no more layers than that, and all are trained.`);
    return frozen;
  }
  const trained = stateEntries(network).filter((entry) => isParameter(entry) && !frozen.has(entry.name));
  log(`Trained are ${trained.map(({ name }) => name).join(', ')}; the ${frozen.size} parameters before them stay as they are.`);
  return frozen;
}

/** @file Every path inside a MAPS folder is made here and nowhere else. */

export const parametersFile = 'maps.json';
/** This app's alone: how the images of a second domain are cut, of which maps.json has a name only. */
export const targetExtractionFile = 'target_extraction.json';
export const environmentFile = 'environment.txt';
export const informationFile = 'information.log';
export const groupsFolder = 'groups';
export const trainValidationFile = 'groups/train+validation.tsv';
/** This app's alone, as the next: in place of that list, where it was left out. */
export const leftOutNote = 'groups/training_list_left_out.txt';
/** In which order the MAPS was trained, looked at and chosen from. */
export const journalFile = 'journal.jsonl';
/** The first of two domains, by split: of ClinicaDL's groups, those of a training that adapts are of the second. */
export const firstDomainFile = 'groups/first_domain.tsv';
/** What makes a MAPS a model that was handed over. */
export const predictOnlyFile = 'predict_only.json';

export type PredictionLevel = 'image' | 'patch' | 'roi' | 'slice';

/** Groups that a training defines once per split. */
export function isTrainingGroup(group: string): boolean {
  return group === 'train' || group === 'validation';
}

/** `split-<i>`; MAPS of older versions say `fold-<i>`. */
export function splitFolder(split: number, prefix: 'split' | 'fold' = 'split'): string {
  return `${prefix}-${split}`;
}

/** Folder of `data.tsv` and `maps.json`; train and validation have one per split. */
export function groupFolder(group: string, split: number | null, prefix: 'split' | 'fold' = 'split'): string {
  return split === null ? `${groupsFolder}/${group}` : `${groupsFolder}/${group}/${splitFolder(split, prefix)}`;
}

export function bestFolder(split: number, metric: string, prefix: 'split' | 'fold' = 'split'): string {
  return `${splitFolder(split, prefix)}/best-${metric}`;
}

/** Of a split with one network for each element, the number of the element; null: the split has one network. */
export type NetworkNumber = number | null;

/** The networks of a split, in the order in which they are trained. */
export function networksOf(multiNetwork: boolean, elementsPerImage: number): readonly NetworkNumber[] {
  return multiNetwork ? Array.from({ length: elementsPerImage }, (_, element) => element) : [null];
}

/** Begins the names of files that each network has its own of. */
export const networkStart = (network: NetworkNumber): string => (network === null ? '' : `network-${network}_`);

export function modelFile(split: number, metric: string, network: NetworkNumber, prefix: 'split' | 'fold' = 'split'): string {
  return `${bestFolder(split, metric, prefix)}/${networkStart(network)}model.pth.tar`;
}

/** This app's alone, as the next: what a network learnt from, in numbers. */
export const summaryFile = (split: number, metric: string, network: NetworkNumber): string =>
  `${bestFolder(split, metric)}/${networkStart(network)}training_summary.json`;

/** How often each element was right, in place of the table of the validation group, which names people. */
export const elementCountsFile = (split: number, metric: string): string => `${bestFolder(split, metric)}/voting_elements.tsv`;

export function temporaryFolder(split: number): string {
  return `${splitFolder(split)}/tmp`;
}

export function checkpointFile(split: number): string {
  return `${temporaryFolder(split)}/checkpoint.pth.tar`;
}

export function optimizerFile(split: number): string {
  return `${temporaryFolder(split)}/optimizer.pth.tar`;
}

export function logsFolder(split: number, prefix: 'split' | 'fold' = 'split'): string {
  return `${splitFolder(split, prefix)}/training_logs`;
}

/** Chrome trace of the first steps of a network; ClinicaDL puts colons into the name of the folder, which Windows has not. */
export function profileFile(now: Date, { split, network }: { readonly split: number; readonly network: NetworkNumber }): string {
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map((part) => String(part).padStart(2, '0')).join('-');
  const own = network === null ? '' : `_network-${network}`;
  return `profiler/clinicadl_${time}/${splitFolder(split)}${own}.pt.trace.json`;
}

/** Folder of the logs of one network, which there is as soon as its training begins. */
export function networkLogsFolder(split: number, network: NetworkNumber, prefix: 'split' | 'fold' = 'split'): string {
  return network === null ? logsFolder(split, prefix) : `${logsFolder(split, prefix)}/network-${network}`;
}

export function trainingLogFile(split: number, network: NetworkNumber, prefix: 'split' | 'fold' = 'split'): string {
  return `${networkLogsFolder(split, network, prefix)}/training.tsv`;
}

/** Of the second domain of a training that adapts to one: rows as those of the log beside it, without their header. */
export function targetLogFile(split: number, prefix: 'split' | 'fold' = 'split'): string {
  return `${logsFolder(split, prefix)}/training_target.tsv`;
}

/** @param name of the event file, `events.out.tfevents.…` */
export function eventsFile(split: number, network: NetworkNumber, writer: 'train' | 'validation', name: string): string {
  return `${networkLogsFolder(split, network)}/tensorboard/${writer}/${name}`;
}

/** Weights of one epoch, with --save_all_models. ClinicaDL has one name for all networks, whose files replace each other. */
export function epochModelFile(split: number, network: NetworkNumber, epoch: number): string {
  return `${splitFolder(split)}/all_models/${networkStart(network)}model_epoch_${epoch}.pth.tar`;
}

export function epochOptimizerFile(split: number, network: NetworkNumber, epoch: number): string {
  return `${splitFolder(split)}/all_models/${networkStart(network)}optimizer_epoch_${epoch}.pth.tar`;
}

export function resultsFolder(split: number, metric: string, group: string, prefix: 'split' | 'fold' = 'split'): string {
  return `${bestFolder(split, metric, prefix)}/${group}`;
}

export function predictionName(group: string, level: PredictionLevel): string {
  return `${group}_${level}_level_prediction.tsv`;
}

export function metricsName(group: string, level: PredictionLevel): string {
  return `${group}_${level}_level_metrics.tsv`;
}

export const descriptionName = 'description.log';

/** Inside the results of a group. */
export function interpretationFolder(name: string): string {
  return `interpret-${name}`;
}

/** Name, without ending, of the mean of all maps of an element; elements are counted from 0. */
export function meanMapName(mode: PredictionLevel, position: number): string {
  return `mean_${mode}-${position}_map`;
}

/** Of the mean of the elements themselves, which the maps lie over. This app's alone. */
export function meanInputName(mode: PredictionLevel, position: number): string {
  return `mean_${mode}-${position}_input`;
}

/** Name, without ending, of the map of one element. */
export function mapName({ participant_id, session_id, elementId }: Element, mode: PredictionLevel): string {
  return `${participant_id}_${session_id}_${mode}-${elementId}_map`;
}

/** What the maps of an interpretation are. This app's alone. */
export const interpretationDescription = 'description.json';
export const completenessTable = 'completeness.tsv';
export const randomisationTable = 'randomisation_test.tsv';

interface Element {
  readonly participant_id: string;
  readonly session_id: string;
  readonly elementId: number;
}

/**
 * Name, without ending, of the tensor (or NIfTI file) of an input or its reconstruction. ClinicaDL calls every NIfTI file `image`, so that
 * the elements of one image replace each other; here those of other modes are told apart.
 */
export function reconstructionName(
  { participant_id, session_id, elementId }: Element,
  mode: PredictionLevel,
  side: 'input' | 'output',
  kind: 'tensor' | 'nifti' = 'tensor',
): string {
  const element = kind === 'nifti' && mode === 'image' ? 'image' : `${mode}-${elementId}`;
  return `${participant_id}_${session_id}_${element}_${side}`;
}

/** Name, without ending, of the tensor of a latent representation. */
export function latentName({ participant_id, session_id, elementId }: Element, mode: PredictionLevel): string {
  return `${participant_id}_${session_id}_${mode}-${elementId}_latent`;
}

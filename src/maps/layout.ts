/** @file Every path inside a MAPS folder is made here and nowhere else. */

export const parametersFile = 'maps.json';
export const environmentFile = 'environment.txt';
export const informationFile = 'information.log';
export const groupsFolder = 'groups';
export const trainValidationFile = 'groups/train+validation.tsv';

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

export function modelFile(split: number, metric: string, prefix: 'split' | 'fold' = 'split'): string {
  return `${bestFolder(split, metric, prefix)}/model.pth.tar`;
}

export function temporaryFolder(split: number): string {
  return `${splitFolder(split)}/tmp`;
}

export function checkpointFile(split: number): string {
  return `${temporaryFolder(split)}/checkpoint.pth.tar`;
}

export function optimizerFile(split: number): string {
  return `${temporaryFolder(split)}/optimizer.pth.tar`;
}

export function trainingLogFile(split: number): string {
  return `${splitFolder(split)}/training_logs/training.tsv`;
}

/** @param name of the event file, `events.out.tfevents.…` */
export function eventsFile(split: number, writer: 'train' | 'validation', name: string): string {
  return `${splitFolder(split)}/training_logs/tensorboard/${writer}/${name}`;
}

/** Weights of one epoch, with --save_all_models. */
export function epochModelFile(split: number, epoch: number): string {
  return `${splitFolder(split)}/all_models/model_epoch_${epoch}.pth.tar`;
}

export function epochOptimizerFile(split: number, epoch: number): string {
  return `${splitFolder(split)}/all_models/optimizer_epoch_${epoch}.pth.tar`;
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

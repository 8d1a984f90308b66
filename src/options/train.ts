/** @file `train classification`, `regression`, `reconstruction`: sections and keys in the order of ClinicaDL's configuration file. */
import { appError } from '../base/errors';
import type { LossName, TaskName } from '../vocabulary/losses';
import type { SearchRecord } from '../vocabulary/random-design';
import { checkAdaptation } from './adaptation';
import { define, type Schema, type Values } from './field';
import { commandOnly, sectionsAfter, sectionsBefore, trainPositionals } from './train-sections';
import { taskSectionName, taskSections } from './train-task';

const { Classification, Regression, Reconstruction } = taskSections;

export const trainClassification = define({
  positionals: trainPositionals,
  sections: { ...commandOnly, ...sectionsBefore('classification'), Classification, ...sectionsAfter('classification') },
  otherSections: { Regression, Reconstruction },
});

export const trainRegression = define({
  positionals: trainPositionals,
  sections: { ...commandOnly, ...sectionsBefore('regression'), Regression, ...sectionsAfter('regression') },
  otherSections: { Classification, Reconstruction },
});

export const trainReconstruction = define({
  positionals: trainPositionals,
  sections: { ...commandOnly, ...sectionsBefore('reconstruction'), Reconstruction, ...sectionsAfter('reconstruction') },
  otherSections: { Classification, Regression },
});

export type TrainClassificationOptions = Values<typeof trainClassification>;
export type TrainRegressionOptions = Values<typeof trainRegression>;
export type TrainReconstructionOptions = Values<typeof trainReconstruction>;

/** What a task makes of its options: those that it does not have are null or empty. */
interface TaskOptions {
  readonly network_task: TaskName;
  readonly selection_metrics: readonly string[];
  readonly loss: LossName;
  /** Column of the labels. */
  readonly label: string | null;
  readonly label_code: Readonly<Record<string, number>>;
  readonly selection_threshold: number | null;
}

/** The options of a training, whatever its task; with the design of its network where a random search drew one. */
export type TrainOptions = Omit<TrainClassificationOptions, keyof TaskOptions> & TaskOptions & Partial<SearchRecord>;

const schemas: Readonly<Record<TaskName, Schema>> = {
  classification: trainClassification,
  regression: trainRegression,
  reconstruction: trainReconstruction,
};

export const trainSchema = (task: TaskName): Schema => schemas[task];

export const isTask = (name: unknown): name is TaskName => typeof name === 'string' && Object.hasOwn(schemas, name);

/** The task of a command that begins a training; undefined for any other command. */
export function taskOfCommand(command: string): TaskName | undefined {
  const [first, second] = command.split(' ');
  return first === 'train' && isTask(second) ? second : undefined;
}

/** The options of a command of this task as jobs take them. */
export function trainOptions(
  task: TaskName,
  options: TrainClassificationOptions | TrainRegressionOptions | TrainReconstructionOptions,
): TrainOptions {
  return { label: null, label_code: {}, selection_threshold: null, ...options, network_task: task };
}

type CheckedOptions = Omit<TrainOptions, keyof TaskOptions | keyof SearchRecord> &
  Pick<TaskOptions, 'selection_metrics' | 'loss'>;

/**
 * Rules that join two options. Throws `option-value` for folds that do not exist, `option-needed` for empty lists, and what
 * `checkAdaptation` throws.
 */
export function checkTrain(task: TaskName, options: CheckedOptions): void {
  const { n_splits, split, diagnoses, selection_metrics, emissions_calculator, watts } = options;
  checkAdaptation(options);
  const last = Math.max(n_splits - 1, 0);
  const outside = split.find((number) => number > last);
  if (outside !== undefined) {
    const expected = last === 0 ? 'only 0, as n_splits asks for a single split,' : `a number from 0 to ${last}`;
    throw appError('option-value', { option: 'split', found: outside, expected }, { where: 'Cross_validation.split' });
  }
  const { data_augmentation: augmentations } = options;
  if (augmentations !== false && augmentations.length > 1 && augmentations.includes('None')) {
    const values = {
      option: 'data_augmentation',
      found: augmentations.join(', '),
      expected: 'None alone, or the others without it,',
    };
    throw appError('option-value', values, { where: 'Data.data_augmentation' });
  }
  const need = (list: readonly string[], option: string, where: string, reason: string): void => {
    if (list.length === 0) throw appError('option-needed', { option, reason }, { where });
  };
  need(diagnoses, 'diagnoses', 'Data.diagnoses', 'it says which rows of the tables are used');
  const section = taskSectionName[task];
  need(selection_metrics, 'selection_metrics', `${section}.selection_metrics`, 'it says which networks are kept');
  if (emissions_calculator && watts === null)
    throw appError('option-needed', { option: '--watts', reason: 'energy is time times power' }, { where: 'Options.watts' });
}

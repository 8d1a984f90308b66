/** @file `train classification`: sections and keys in the order of ClinicaDL's configuration file and maps.json. */
import { appError } from '../base/errors';
import { choice, choices, define, number, table, text, type Values } from './field';
import { commandOnly, sectionsAfter, sectionsBefore, trainPositionals } from './train-sections';

/** Metrics of classification, in the order of its metrics files; `loss` first. */
export const classificationMetrics = [
  'loss',
  'BA',
  'accuracy',
  'F1_score',
  'sensitivity',
  'specificity',
  'PPV',
  'NPV',
  'MCC',
  'MK',
  'LR_plus',
  'LR_minus',
] as const;
/** Metrics without a best value in ClinicaDL: no network can be chosen by them. */
const unselectable: readonly string[] = ['MCC', 'MK', 'LR_plus', 'LR_minus'];

const Classification = {
  selection_metrics: choices(classificationMetrics, {
    default: ['loss'],
    flags: ['-sm', '--selection_metrics'],
    help: 'Metrics on the validation set; for each, the best network is kept.',
    notYet: (names) => names.some((name) => unselectable.includes(name)),
    available: 'loss, BA, accuracy, F1_score, sensitivity, specificity, PPV or NPV',
  }),
  label: text({ default: 'diagnosis', flags: ['--label'], help: 'Column of the tables that the network learns to tell.' }),
  label_code: table({
    default: {},
    flags: ['--label_code'],
    help: 'Output of the network for each label, for example AD=0; none given: labels in alphabetical order.',
    fileOnly: true,
    advanced: true,
  }),
  selection_threshold: number({
    default: 0,
    min: 0,
    max: 1,
    flags: ['--selection_threshold'],
    help: 'Patches, regions or slices whose accuracy is below have no vote on the image.',
    advanced: true,
  }),
  loss: choice(['CrossEntropyLoss', 'MultiMarginLoss'], {
    default: 'CrossEntropyLoss',
    flags: ['-l', '--loss'],
    help: 'What the training makes small.',
    notYet: (name) => name !== 'CrossEntropyLoss',
    available: 'CrossEntropyLoss',
    advanced: true,
  }),
};

const regressionLosses = ['L1Loss', 'MSELoss', 'KLDivLoss', 'BCEWithLogitsLoss', 'HuberLoss', 'SmoothL1Loss'] as const;

const Regression = {
  selection_metrics: choices(['loss', 'R2_score', 'MAE', 'RMSE'], { default: ['loss'], help: 'As for classification.' }),
  label: text({ default: 'age', help: 'Column of the tables that the network learns to predict.' }),
  loss: choice(regressionLosses, { default: 'MSELoss', help: 'What the training makes small.' }),
};

const Reconstruction = {
  selection_metrics: choices(['loss', 'MAE', 'RMSE', 'PSNR', 'SSIM'], { default: ['loss'], help: 'As for classification.' }),
  loss: choice([...regressionLosses, 'VAEGaussianLoss', 'VAEBernoulliLoss', 'VAEContinuousBernoulliLoss'], {
    default: 'MSELoss',
    help: 'What the training makes small.',
  }),
};

export const trainClassification = define({
  positionals: trainPositionals,
  sections: { ...commandOnly, ...sectionsBefore, Classification, ...sectionsAfter },
  otherSections: { Regression, Reconstruction },
});

export type TrainClassificationOptions = Values<typeof trainClassification>;

/** Rules that join two options. Throws `option-value` for folds that do not exist and `option-needed` for empty lists. */
export function checkTrainClassification({ n_splits, split, diagnoses, selection_metrics }: TrainClassificationOptions): void {
  const last = Math.max(n_splits - 1, 0);
  const outside = split.find((number) => number > last);
  if (outside !== undefined) {
    const expected = last === 0 ? 'only 0, as n_splits asks for a single split,' : `a number from 0 to ${last}`;
    throw appError('option-value', { option: 'split', found: outside, expected }, { where: 'Cross_validation.split' });
  }
  const need = (list: readonly string[], option: string, where: string, reason: string): void => {
    if (list.length === 0) throw appError('option-needed', { option, reason }, { where });
  };
  need(diagnoses, 'diagnoses', 'Data.diagnoses', 'it says which rows of the tables are used');
  need(selection_metrics, 'selection_metrics', 'Classification.selection_metrics', 'it says which networks are kept');
}

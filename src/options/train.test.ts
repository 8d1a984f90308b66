/** @file Options of training and prediction against ClinicaDL 1.6.1. */
import { describe, expect, expectTypeOf, it } from 'vitest';
import { OptionsError } from '../base/errors';
import { commandNames, commandOf } from './commands';
import { checkCommand, checkOptions } from './derive/check';
import { defaultsOf } from './derive/defaults';
import { fieldsOf } from './derive/fields';
import { predict } from './predict';
import {
  checkTrain,
  type TrainClassificationOptions,
  trainClassification,
  trainOptions,
  trainReconstruction,
  trainRegression,
} from './train';
import { trainResume } from './train-resume';

const positionals = { caps_directory: 'caps', preprocessing_json: 'image', tsv_directory: 'tsv', output_maps_directory: 'maps' };

function errorOf(act: () => unknown): { code: string; where: string | undefined; message: string } {
  try {
    act();
  } catch (error) {
    if (error instanceof OptionsError) return { code: error.code, where: error.where, message: error.message };
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** The default configuration of ClinicaDL 1.6.1 for classification, section by section, key by key. */
const clinicadl = {
  Options: { config_file: null, pretrained: null, watts: null, grams_per_kwh: null },
  Model: { architecture: 'default', multi_network: false, ssda_network: false },
  Architecture: {
    dropout: null,
    latent_space_size: 128,
    feature_size: 1024,
    n_conv: 4,
    io_layer_channels: 8,
    recons_weight: 1,
    kl_weight: 1,
    normalization: 'batch',
  },
  Classification: {
    selection_metrics: ['loss'],
    label: 'diagnosis',
    label_code: {},
    selection_threshold: 0,
    loss: 'CrossEntropyLoss',
  },
  Computational: {
    gpu: true,
    n_proc: 2,
    batch_size: 8,
    evaluation_steps: 0,
    fully_sharded_data_parallel: false,
    amp: false,
  },
  Reproducibility: { seed: 0, deterministic: false, compensation: 'memory', track_exp: '' },
  Transfer_learning: { transfer_path: false, transfer_selection_metric: 'loss', nb_unfrozen_layer: 0 },
  Mode: { use_extracted_features: false },
  Data: {
    multi_cohort: false,
    diagnoses: ['AD', 'CN'],
    baseline: false,
    valid_longitudinal: false,
    normalize: true,
    data_augmentation: false,
    sampler: 'random',
    size_reduction: false,
    size_reduction_factor: 2,
    caps_target: '',
    tsv_target_lab: '',
    tsv_target_unlab: '',
    preprocessing_dict_target: '',
  },
  Cross_validation: { n_splits: 0, split: [] },
  Optimization: {
    optimizer: 'Adam',
    epochs: 20,
    learning_rate: 0.0001,
    adaptive_learning_rate: false,
    weight_decay: 0.0001,
    patience: 0,
    tolerance: 0,
    accumulation_steps: 1,
    profiler: false,
    save_all_models: false,
  },
  Informations: { emissions_calculator: false },
};

describe('train classification', () => {
  it('sections, keys, order and defaults are those of ClinicaDL', () => {
    const sections = Object.entries(trainClassification.sections).map(([name, fields]) => [
      name,
      Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, field.default])),
    ]);
    expect(JSON.stringify(sections)).toBe(JSON.stringify(Object.entries(clinicadl)));
  });

  it('types are inferred from what is allowed', () => {
    expectTypeOf<TrainClassificationOptions['epochs']>().toEqualTypeOf<number>();
    expectTypeOf<TrainClassificationOptions['sampler']>().toEqualTypeOf<'random' | 'weighted'>();
    expectTypeOf<TrainClassificationOptions['transfer_path']>().toEqualTypeOf<string | false>();
    expectTypeOf<TrainClassificationOptions['config_file']>().toEqualTypeOf<string | null>();
    expectTypeOf<TrainClassificationOptions['caps_directory']>().toEqualTypeOf<string>();
  });

  it.each<readonly [where: string, value: unknown]>([
    ['Model.architecture', 'RandomArchitecture'],
    ['Classification.selection_metrics', ['loss', 'LR_plus']],
    ['Classification.selection_metrics', ['LR_minus']],
    ['Computational.fully_sharded_data_parallel', true],
  ])('%s = %s is refused by name', (where, value) => {
    const key = where.split('.')[1];
    const error = errorOf(() => checkOptions(trainClassification, { ...positionals, [key]: value }));
    expect(error).toMatchObject({ code: 'option-not-available', where });
    expect(error.message).toContain(`${key} = ${Array.isArray(value) ? value.join(', ') : value}`);
  });

  it.each([
    { architecture: 'Conv4_FC3' },
    { data_augmentation: ['None'] },
    { sampler: 'weighted' },
    { size_reduction: true, size_reduction_factor: 5 },
    { gpu: false, n_proc: 0, deterministic: true, compensation: 'time' },
    { save_all_models: true },
    { selection_metrics: ['loss', 'BA', 'accuracy', 'F1_score', 'sensitivity', 'specificity', 'PPV', 'NPV', 'MCC', 'MK'] },
    { loss: 'MultiMarginLoss' },
    { adaptive_learning_rate: true },
    ...['Adadelta', 'Adagrad', 'AdamW', 'Adamax', 'ASGD', 'NAdam', 'RAdam', 'RMSprop', 'SGD'].map((optimizer) => ({ optimizer })),
  ])('%o is accepted', (values) => {
    expect(checkCommand('train classification', { ...positionals, ...values })).toMatchObject(values);
  });

  it.each([
    ['Computational.batch_size', 0, 'a whole number from 1'],
    ['Computational.batch_size', 2.5, 'a whole number from 1'],
    ['Architecture.dropout', 1.5, 'a number from 0 to 1'],
    ['Reproducibility.seed', 2 ** 32, 'a whole number from 0 to 4294967295'],
    ['Data.size_reduction_factor', 6, 'a whole number from 2 to 5'],
    ['Data.sampler', 'even', 'one of random, weighted'],
    ['Data.diagnoses', 'AD', 'a list of texts'],
    ['Data.normalize', 'yes', 'true or false'],
    ['Classification.label_code', { AD: -1 }, 'a table of names with whole numbers from 0'],
    ['Optimization.learning_rate', Number.NaN, 'a number from 0'],
    ['Cross_validation.split', [-1], 'a list of whole numbers from 0'],
    ['Optimization.epochs', null, 'a whole number from 1'],
  ])('%s = %s is refused with what was expected', (where, value, expected) => {
    const error = errorOf(() => checkOptions(trainClassification, { ...positionals, [where.split('.')[1]]: value }));
    expect(error).toMatchObject({ code: 'option-value', where });
    expect(error.message).toContain(expected);
  });

  it('an unknown key is refused with its neighbour, a missing argument by its name', () => {
    const unknown = errorOf(() => checkOptions(trainClassification, { ...positionals, learningrate: 1 }));
    expect(unknown).toMatchObject({ code: 'option-unknown', where: 'learningrate' });
    const missing = errorOf(() => checkOptions(trainClassification, { ...positionals, tsv_directory: '' }));
    expect(missing).toMatchObject({ code: 'option-needed', where: 'tsv_directory' });
  });

  const targets = { caps_target: 'b', tsv_target_lab: 'lab', tsv_target_unlab: 'u.tsv', preprocessing_dict_target: 'json' };
  const adapting = { ssda_network: true, architecture: 'Conv5_FC3_SSDA', ...targets };
  it.each<[Partial<TrainClassificationOptions>, string | undefined]>([
    [{ n_splits: 3, split: [0, 2] }, undefined],
    [{ n_splits: 3, split: [3] }, 'Cross_validation.split'],
    [{ n_splits: 0, split: [0] }, undefined],
    [{ n_splits: 0, split: [1] }, 'Cross_validation.split'],
    [{ diagnoses: [] }, 'Data.diagnoses'],
    [{ selection_metrics: [] }, 'Classification.selection_metrics'],
    [{ architecture: 'Conv5_FC3_SSDA' }, 'Model.ssda_network'],
    [{ ssda_network: true, ...targets }, 'Model.architecture'],
    [{ ...adapting }, undefined],
    [{ ...adapting, caps_target: '' }, 'Data.caps_target'],
    [{ ...adapting, preprocessing_dict_target: ' ' }, 'Data.preprocessing_dict_target'],
    [{ ...adapting, multi_network: true }, 'Model.ssda_network'],
    [{ ...adapting, loss: 'MultiMarginLoss' }, 'Model.ssda_network'],
  ])('%o fits together or says where not', (values, where) => {
    const options = checkOptions(trainClassification, { ...positionals, ...values });
    if (where === undefined) expect(() => checkTrain('classification', options)).not.toThrow();
    else expect(errorOf(() => checkTrain('classification', options)).where).toBe(where);
  });
});

describe('train regression and reconstruction', () => {
  const defaultsOfSection = (sections: object, name: string): unknown =>
    Object.fromEntries(
      Object.entries((sections as Record<string, Record<string, { default: unknown }>>)[name]).map(([key, field]) => [
        key,
        field.default,
      ]),
    );

  it('have the keys, order and defaults of ClinicaDL, and the others of a classification', () => {
    expect(JSON.stringify(defaultsOfSection(trainRegression.sections, 'Regression'))).toBe(
      JSON.stringify({ selection_metrics: ['loss'], label: 'age', loss: 'MSELoss' }),
    );
    expect(JSON.stringify(defaultsOfSection(trainReconstruction.sections, 'Reconstruction'))).toBe(
      JSON.stringify({ selection_metrics: ['loss'], loss: 'MSELoss' }),
    );
    for (const { sections } of [trainRegression, trainReconstruction])
      for (const [name, fields] of Object.entries(clinicadl))
        if (name !== 'Classification') expect(defaultsOfSection(sections, name), name).toEqual(fields);
  });

  it.each([
    [trainRegression, 'Regression.loss', 'CrossEntropyLoss', 'option-value'],
    [trainRegression, 'Regression.loss', 'VAEGaussianLoss', 'option-value'],
    [trainRegression, 'Regression.selection_metrics', ['BA'], 'option-value'],
    [trainRegression, 'Model.architecture', 'AE_Conv5_FC3', 'option-value'],
    [trainReconstruction, 'Reconstruction.loss', 'CrossEntropyLoss', 'option-value'],
    [trainReconstruction, 'Reconstruction.selection_metrics', ['R2_score'], 'option-value'],
    [trainReconstruction, 'Model.architecture', 'Conv5_FC3', 'option-value'],
    [trainReconstruction, 'Data.sampler', 'weighted', 'option-not-available'],
  ] as const)('refuse what belongs to another task (%#)', (schema, where, value, code) => {
    const key = where.split('.')[1];
    expect(errorOf(() => checkOptions(schema, { ...positionals, [key]: value }))).toMatchObject({ code, where });
  });

  it('take every metric, and the losses of variational autoencoders', () => {
    const regression = checkCommand('train regression', { ...positionals, selection_metrics: ['R2_score', 'MAE', 'RMSE'] });
    expect(trainOptions('regression', regression)).toMatchObject({ label: 'age', label_code: {}, selection_threshold: null });
    const values = { selection_metrics: ['PSNR', 'SSIM'], loss: 'VAEBernoulliLoss' };
    const reconstruction = checkCommand('train reconstruction', { ...positionals, ...values });
    expect(trainOptions('reconstruction', reconstruction)).toMatchObject({ ...values, label: null });
  });
});

describe('predict and resume', () => {
  it('have the defaults of ClinicaDL', () => {
    expect(defaultsOf(predict)).toEqual({
      caps_directory: null,
      participants_tsv: null,
      use_labels: true,
      selection_metrics: [],
      multi_cohort: false,
      diagnoses: [],
      label: null,
      save_tensor: false,
      save_nifti: false,
      save_latent_tensor: false,
      skip_leak_check: false,
      split: [],
      gpu: true,
      amp: false,
      n_proc: 2,
      batch_size: 8,
      overwrite: false,
    });
    expect(defaultsOf(trainResume)).toEqual({ split: [], anew: false, pretrained: null });
  });

  it('a new group needs both its CAPS and its table', () => {
    const base = { input_maps_directory: 'maps', data_group: 'test' };
    expect(errorOf(() => checkCommand('predict', { ...base, caps_directory: 'caps' })).where).toBe('Options.participants_tsv');
    expect(errorOf(() => checkCommand('predict', { ...base, participants_tsv: 'a.tsv' })).where).toBe('Options.caps_directory');
    expect(() => checkCommand('predict', base)).not.toThrow();
  });
});

describe('every command', () => {
  it.each(commandNames)('%s: no two options share a spelling, and each has one that begins with --', (name) => {
    const fields = fieldsOf(commandOf(name).schema).map(({ field }) => field);
    const flags = fields.flatMap((field) => [...field.flags, ...(field.offFlags ?? [])]);
    expect(new Set(flags).size).toBe(flags.length);
    expect(fields.filter((field) => !field.flags.some((flag) => flag.startsWith('--')))).toEqual([]);
  });

  it.each(commandNames)('%s: every default is a value that the option accepts and that is available', (name) => {
    for (const { field } of fieldsOf(commandOf(name).schema)) expect(field.notYet?.(field.default) ?? false).toBe(false);
    const { schema } = commandOf(name);
    const given = Object.entries(schema.positionals).map(([key, { choices }]) => [key, choices?.[0] ?? 'x']);
    expect(() => checkOptions(schema, Object.fromEntries(given))).not.toThrow();
  });
});

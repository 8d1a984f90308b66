/** @file What a form is told about the options. */
import { describe, expect, it } from 'vitest';
import { commandNames, commandOf } from '../commands';
import { type FormRow, formModel, labelOf } from './form-model';

function rowOf(key: string): FormRow {
  const row = formModel('train classification')
    .flatMap(({ rows }) => rows)
    .find((candidate) => candidate.key === key);
  if (row === undefined) throw new Error(key);
  return row;
}

describe('the form', () => {
  it.each(commandNames)('of %s has a row for every argument and option', (name) => {
    const { positionals, sections } = commandOf(name).schema;
    const keys = [...Object.keys(positionals), ...Object.values(sections).flatMap((fields) => Object.keys(fields))];
    const rows = formModel(name).flatMap((section) => section.rows);
    expect(rows.map((row) => row.key)).toEqual(keys);
    expect(rows.filter((row) => row.help === '' || row.label === '')).toEqual([]);
  });

  it('offers choices that are not available yet, marked', () => {
    const { control, choices } = rowOf('architecture');
    expect(control).toBe('select');
    expect(choices.filter((choice) => choice.available).map((choice) => choice.value)).toEqual([
      'default',
      'Conv4_FC3',
      'Conv5_FC3',
      'Conv5_FC3_SSDA',
      'ResNet3D',
      'SqueezeExcitationCNN',
      'Stride_Conv5_FC3',
      'resnet18',
    ]);
    expect(choices.find(({ value }) => value === 'RandomArchitecture')).toEqual({
      value: 'RandomArchitecture',
      available: false,
    });
    expect(rowOf('data_augmentation').choices.filter((choice) => !choice.available)).toEqual([]);
    const modality = formModel('prepare-data image')[0].rows[1];
    expect(modality.choices.filter((choice) => !choice.available)).toEqual([]);
  });

  it('locks what has one value only', () => {
    const locked = formModel('train classification').flatMap(({ rows }) => rows.filter((row) => row.locked));
    expect(locked.map((row) => row.key)).toEqual(['fully_sharded_data_parallel']);
    const ofRegression = formModel('train regression').flatMap(({ rows }) => rows.filter((row) => row.locked));
    expect(ofRegression.map((row) => row.key)).toEqual([
      'ssda_network',
      'fully_sharded_data_parallel',
      'caps_target',
      'tsv_target_lab',
      'tsv_target_unlab',
      'preprocessing_dict_target',
    ]);
  });

  it('says what is missing where the control cannot show it', () => {
    expect(rowOf('fully_sharded_data_parallel').missing).toBe('Not available here yet.');
    expect(rowOf('transfer_path').missing).toBe('');
    expect(rowOf('selection_metrics').missing).toBe('Not available here yet: LR_plus, LR_minus.');
    expect(rowOf('epochs').missing).toBe('');
  });

  it('gives bounds, units, defaults and the place of errors', () => {
    expect(rowOf('batch_size')).toMatchObject({
      control: 'integer',
      min: 1,
      unit: 'elements',
      default: 8,
      where: 'Computational.batch_size',
      flag: '--batch_size',
    });
    expect(rowOf('caps_directory')).toMatchObject({ control: 'path', required: true, where: 'caps_directory', flag: '' });
  });

  it('hides what has no meaning with the other values', () => {
    expect(rowOf('size_reduction_factor').isShown({ size_reduction: false })).toBe(false);
    expect(rowOf('size_reduction_factor').isShown({ size_reduction: true })).toBe(true);
    expect(rowOf('epochs').isShown({})).toBe(true);
  });

  it('names options as people read them', () => {
    expect(['learning_rate', 'caps_directory', 'gpu', 'output_maps_directory'].map(labelOf)).toEqual([
      'Learning rate',
      'CAPS directory',
      'GPU',
      'Output MAPS directory',
    ]);
  });
});

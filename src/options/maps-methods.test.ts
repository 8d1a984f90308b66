/** @file Calls of MapsManager: names, order and defaults as Python's `inspect` tells them of ClinicaDL 1.6.1. */
import { describe, expect, it } from 'vitest';
import { type MapsMethod, mapsMethodNames } from './maps-method-names';
import { argumentNames, mapsMethods, methodArguments, optionsOfMethod, placedArguments } from './maps-methods';

/** Of the installed program; `!` has no default, `()` is an empty list here. */
const python: Readonly<Record<MapsMethod, string>> = {
  train: 'split_list=null overwrite=false',
  resume: 'split_list=null',
  predict:
    'data_group! caps_directory=null tsv_path=null split_list=null selection_metrics=null multi_cohort=false diagnoses=[] use_labels=true ' +
    'batch_size=null n_proc=null gpu=null amp=false overwrite=false label=null label_code="default" save_tensor=false save_nifti=false ' +
    'save_latent_tensor=false skip_leak_check=false',
  interpret:
    'data_group! name! method! caps_directory=null tsv_path=null split_list=null selection_metrics=null multi_cohort=false diagnoses=[] ' +
    'target_node=0 save_individual=false batch_size=null n_proc=null gpu=null amp=false overwrite=false overwrite_name=false level=null ' +
    'save_nifti=false',
  get_parameters: '',
  get_group_info: 'data_group! split=null',
  get_state_dict: 'split=0 selection_metric=null network=null map_location=null',
  get_best_epoch: 'split=0 selection_metric=null network=null',
  get_model: 'split=0 selection_metric=null network=null',
  get_prediction: 'data_group! split=0 selection_metric=null mode="image" verbose=false',
  get_metrics: 'data_group! split=0 selection_metric=null mode="image" verbose=true',
  get_interpretation:
    'data_group! name! split=0 selection_metric=null verbose=true participant_id=null session_id=null mode_id=0',
};

const needed = { data_group: 'g', name: 'n', method: 'gradients' };

describe.each(mapsMethodNames)('%s', (name) => {
  it('has the arguments and defaults of Python, in its order, before those of this app', () => {
    const words = python[name].split(' ').filter(Boolean);
    const keys = Object.keys(mapsMethods[name].schema.positionals);
    const given = Object.fromEntries(Object.entries(needed).filter(([key]) => keys.includes(key)));
    const values = methodArguments(name, [], given);
    const told = argumentNames(name).map((key) => (keys.includes(key) ? `${key}!` : `${key}=${JSON.stringify(values[key])}`));
    expect(told.slice(0, words.length)).toEqual(words);
    expect(told.length).toBe(words.length + (name === 'interpret' ? 6 : 0));
  });

  it('refuses a name that it does not have', () => {
    expect(() => methodArguments(name, [], { ...needed, spilt: 0 })).toThrow(/There is no option "\w+" for "MapsManager\./);
  });
});

it('arguments by place and by name are one; twice, too many and too few are refused with the call as it is written', () => {
  expect(methodArguments('get_metrics', ['test', 1], { mode: 'slice' })).toEqual({
    data_group: 'test',
    split: 1,
    selection_metric: null,
    mode: 'slice',
    verbose: true,
  });
  for (const [places, names, problem] of [
    [['test', 1], { split: 1 }, 'was given split twice'],
    [[], {}, 'needs data_group'],
    [['g', 0, null, 'image', true, 7], {}, 'takes 5 arguments, and 6 were given'],
  ] as const)
    expect(() => methodArguments('get_metrics', places, names)).toThrow(
      expect.objectContaining({ code: 'method-argument', message: expect.stringContaining(problem) }),
    );
});

it('wrong values are refused by the name that Python has', () => {
  for (const [name, value] of [
    ['split_list', 'all'],
    ['selection_metrics', 'loss'],
    ['batch_size', 0],
    ['label_code', { AD: 1 }],
    ['gpu', 'yes'],
  ] as const)
    expect(() => methodArguments('predict', ['g'], { [name]: value })).toThrow(name);
  expect(() => methodArguments('predict', [5], {})).toThrow('DATA_GROUP is 5; text was expected.');
});

it('names of the command, without what was not given; paths from another folder', () => {
  const values = methodArguments('interpret', ['g', 'n', 'grad-cam'], { tsv_path: 'a.tsv', level: 2, split_list: [1] });
  const placed = placedArguments('interpret', values, (path) => `in/${path}`);
  expect(optionsOfMethod('interpret', placed)).toMatchObject({ participants_tsv: 'in/a.tsv', level_grad_cam: 2, split: [1] });
  expect(Object.keys(optionsOfMethod('interpret', placed))).not.toContain('caps_directory');
});

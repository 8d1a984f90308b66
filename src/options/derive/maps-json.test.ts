/** @file `maps.json` byte for byte, and maps.json of older versions. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AppError, OptionsError } from '../../base/errors';
import { printPythonJson, readJson } from '../../formats/json';
import { type TrainClassificationOptions, type TrainOptions, taskOfCommand, trainOptions } from '../train';
import { parseCommandLine } from './argv';
import { readConfigJson } from './config-json';
import { type MapsExtras, mapsJsonOf, optionsOfMapsJson } from './maps-json';
import { modernMapsJson } from './maps-json-versions';

type Parameters = Readonly<Record<string, unknown>>;

const golden = (path: string): string => readFileSync(`test/golden/${path}`, 'utf8');
const parametersOf = (maps: string): Parameters => readJson(golden(`maps/${maps}/maps.json`)) as Parameters;

function optionsOfLine(line: string): TrainOptions {
  const parsed = parseCommandLine(line);
  const task = parsed.kind === 'run' ? taskOfCommand(parsed.command) : undefined;
  if (parsed.kind !== 'run' || task === undefined) throw new Error(line);
  return trainOptions(task, parsed.options as TrainClassificationOptions);
}

function extrasOf(extraction: string, inputSize: readonly number[], elements: number): MapsExtras {
  const preprocessing_dict = readJson(golden(`prepared/tensor_extraction/${extraction}`)) as Parameters;
  return {
    network_task: 'classification',
    architecture: 'Conv4_FC3',
    label_code: { AD: 0, CN: 1 },
    preprocessing_dict,
    mode: String(preprocessing_dict.mode),
    validation: 'KFoldSplit',
    num_networks: elements,
    output_size: 2,
    input_size: inputSize,
  };
}

function errorOf(act: () => unknown): AppError {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** As the command lines of the golden files were: `study` holds the CAPS and the tables. */
const line = (json: string, maps: string, options: string, task = 'classification'): string =>
  `clinicadl train ${task} /study/caps ${json} /study/tsv/split/2_fold ${maps} ` +
  `--architecture Conv4_FC3 --no-gpu --n_proc 0 --seed 0 --n_splits 2 --batch_size 4 --epochs 2 ${options}`;

describe('maps.json', () => {
  it.each([
    [
      'maps_cls',
      line('image', 'maps_cls', '-lr 0.001 --dropout 0.5 -sm loss -sm BA'),
      extrasOf('image.json', [1, 32, 36, 30], 1),
    ],
    [
      'maps_cls_steps',
      line('image', 'maps_cls_steps', '-lr 0.001 -esteps 1 --save_all_models'),
      extrasOf('image.json', [1, 32, 36, 30], 1),
    ],
    [
      'maps_lr0',
      line('image', 'maps_lr0', '-lr 0 -wd 0 --epochs 1 --save_all_models'),
      extrasOf('image.json', [1, 32, 36, 30], 1),
    ],
    ['maps_accum', line('image', 'maps_accum', '-asteps 2'), extrasOf('image.json', [1, 32, 36, 30], 1)],
    ['maps_roi', line('roibig', 'maps_roi', '--split 0'), extrasOf('roibig.json', [1, 18, 20, 17], 2)],
    [
      'maps_reg',
      line('image', 'maps_reg', '-sm loss -sm MAE', 'regression'),
      { ...extrasOf('image.json', [1, 32, 36, 30], 1), network_task: 'regression', label_code: null, output_size: 1 },
    ],
    [
      'maps_rec',
      line('image', 'maps_rec', '', 'reconstruction').replace('Conv4_FC3', 'AE_Conv4_FC3'),
      {
        ...extrasOf('image.json', [1, 32, 36, 30], 1),
        network_task: 'reconstruction',
        architecture: 'AE_Conv4_FC3',
        label_code: null,
        output_size: [1, 32, 36, 30],
      },
    ],
  ] as readonly (readonly [string, string, MapsExtras])[])(
    'of %s follows byte for byte from its command',
    (maps, commandLine, extras) => {
      const written = printPythonJson(mapsJsonOf(optionsOfLine(commandLine), extras), { indent: 4 });
      expect(written).toBe(golden(`maps/${maps}/maps.json`));
    },
  );

  it.each(['maps_cls', 'maps_roi', 'maps_roi_multi', 'maps_transfer', 'maps_opt_SGD', 'maps_reg', 'maps_rec'])(
    'of %s gives options that write it again, whatever it was trained with',
    (maps) => {
      const parameters = parametersOf(maps);
      const options = optionsOfMapsJson(parameters, `results/${maps}`, 'predict');
      expect(options.output_maps_directory).toBe(`results/${maps}`);
      expect(options.tsv_directory).toBe('/study/tsv/split/2_fold');
      const written = mapsJsonOf(options, parameters as unknown as MapsExtras);
      expect(printPythonJson(written, { indent: 4 })).toBe(golden(`maps/${maps}/maps.json`));
    },
  );

  it.each([
    [{ ...parametersOf('maps_cls'), network_task: 'segmentation' }, 'network_task = segmentation'],
    [{ ...parametersOf('maps_reg'), ssda_network: true }, 'ssda_network = true'],
  ])('of a training that cannot be used here is refused by name (%#), to predict and to resume', (parameters, message) => {
    for (const use of ['predict', 'resume'] as const) {
      expect(() => optionsOfMapsJson(parameters, 'maps', use)).toThrow(OptionsError);
      expect(() => optionsOfMapsJson(parameters, 'maps', use)).toThrow(message);
    }
  });

  it.each([
    ['fully_sharded_data_parallel', true, 'fully_sharded_data_parallel = true'],
    ['selection_metrics', ['loss', 'LR_plus'], 'selection_metrics = loss, LR_plus'],
  ])('with an option that only training needs, %s, is predicted with, and not resumed', (key, value, message) => {
    const parameters = { ...parametersOf('maps_cls'), [key]: value };
    expect(optionsOfMapsJson(parameters, 'maps', 'predict')).toMatchObject({ [key]: value });
    expect(errorOf(() => optionsOfMapsJson(parameters, 'maps', 'resume'))).toMatchObject({
      code: 'maps-not-available',
      where: 'maps/maps.json',
      message: expect.stringContaining(message),
    });
  });

  it('with a label that the network has no output for is refused', () => {
    const parameters = { ...parametersOf('maps_cls'), label_code: { AD: 0, CN: 2 } };
    expect(errorOf(() => optionsOfMapsJson(parameters, 'maps', 'predict')).message).toContain('below output_size, 2,');
  });

  it.each([
    ['dropout', 'half'],
    ['seed', -1],
    ['loss', 7],
    ['optimizer', 'Adm'],
    ['epochs', null],
    ['epochs', '20'],
    ['learning_rate', Number.NaN],
    ['tolerance', Number.POSITIVE_INFINITY],
    ['label_code', null],
    ['label_code', { AD: 'x' }],
    ['mode', 'volume'],
    ['output_size', 'two'],
    ['input_size', 'x'],
    ['preprocessing_dict', []],
    ['caps_directory', 7],
    ['network_task', ['classification']],
  ])('with a damaged value of %s (%s) is refused, whether a prediction needs it or not', (key, value) => {
    const printed = { NaN: 'nan', Infinity: 'inf' } as const;
    const text = typeof value === 'object' ? '' : (printed[String(value) as keyof typeof printed] ?? String(value));
    expect(errorOf(() => optionsOfMapsJson({ ...parametersOf('maps_cls'), [key]: value }, 'maps', 'predict'))).toMatchObject({
      code: 'maps-value',
      where: 'maps/maps.json',
      message: expect.stringMatching(new RegExp(`${key} is .*${text}`)),
    });
  });

  it.each(['architecture', 'label_code', 'mode', 'output_size', 'input_size'])('without %s is refused', (key) => {
    const { [key]: _absent, ...rest } = parametersOf('maps_cls');
    expect(errorOf(() => optionsOfMapsJson(rest, 'maps', 'predict')).message).toContain(`${key} is missing`);
  });

  it('of a version before the choice of a loss has the loss of that time', () => {
    expect(optionsOfMapsJson({ ...parametersOf('maps_cls'), loss: null }, 'maps', 'predict').loss).toBe('CrossEntropyLoss');
  });
});

describe('maps.json of older versions', () => {
  const old = {
    model: 'Conv5_FC3',
    multi: false,
    minmaxnormalization: false,
    num_workers: 4,
    use_cpu: true,
    nondeterministic: true,
    network_task: 'classification',
    mode: 'slice',
    preprocessing: 'custom',
    prepare_dl: true,
    custom_suffix: 'gm.nii.gz',
    slice_direction: 2,
    discarded_slices: [20],
    caps_directory: 'caps',
  };

  it('has its keys renamed, turned round and filled in', () => {
    const modern = modernMapsJson(old);
    expect(modern).toMatchObject({
      architecture: 'Conv5_FC3',
      multi_network: false,
      normalize: false,
      n_proc: 4,
      gpu: false,
      deterministic: false,
      optimizer: 'Adam',
      batch_size: 8,
    });
    for (const key of ['model', 'multi', 'minmaxnormalization', 'num_workers', 'use_cpu', 'nondeterministic'])
      expect(modern).not.toHaveProperty(key);
  });

  it('has what is now in preprocessing_dict moved there, prepare_dl and custom_suffix each on its own', () => {
    const modern = modernMapsJson(old);
    expect(modern.preprocessing_dict).toEqual({
      mode: 'slice',
      preprocessing: 'custom',
      use_uncropped_image: false,
      prepare_dl: true,
      custom_suffix: 'gm.nii.gz',
      slice_direction: 2,
      slice_mode: 'rgb',
      discarded_slices: [20],
    });
    expect(modern).not.toHaveProperty('custom_suffix');
    expect(modern).not.toHaveProperty('preprocessing');
  });

  it('of an image without prepare_dl can be read', () => {
    const { preprocessing_dict } = modernMapsJson({ mode: 'image', preprocessing: 't1-linear' });
    expect(preprocessing_dict).toMatchObject({ prepare_dl: false, use_uncropped_image: false });
    expect(preprocessing_dict).not.toHaveProperty('slice_mode');
  });

  it('leaves a maps.json of 1.6.1 as it is', () => {
    const parameters = parametersOf('maps_roi');
    expect(modernMapsJson(parameters)).toEqual(parameters);
  });

  it.each(['toString', 'constructor', 'valueOf'])('keeps a key called %s as it is', (key) => {
    expect(modernMapsJson({ ...old, [key]: 1 })[key]).toBe(1);
  });
});

describe('maps.json as a configuration file', () => {
  const bytes = (json: unknown): Uint8Array => new TextEncoder().encode(typeof json === 'string' ? json : JSON.stringify(json));
  const read = (json: unknown) => readConfigJson(bytes(json), 'old/maps.json');

  it('of an older version gives the options that it sets, by their names of today', () => {
    const config = read({
      model: 'Conv5_FC3',
      num_workers: 4,
      use_cpu: true,
      preprocessing: 't1-linear',
      mode: 'slice',
      loss: null,
    });
    expect(config).toEqual({ architecture: 'Conv5_FC3', n_proc: 4, gpu: false });
  });

  it.each(['maps_cls', 'maps_roi', 'maps_transfer', 'maps_opt_SGD'])('is %s of ClinicaDL, with all its options', (maps) => {
    const { network_task, caps_directory, tsv_path, preprocessing_dict, mode, validation, num_networks, ...rest } =
      parametersOf(maps);
    const { output_size, input_size, ...options } = rest;
    expect(read(parametersOf(maps))).toEqual(options);
  });

  it.each([
    ['an unknown key', { epoch: 3 }, 'config-json-key', '"epoch"', 'epochs'],
    ['a section as in TOML', { Optimization: { epochs: 3 } }, 'config-json-section', '"Optimization"', 'TOML'],
    ['a section with a name of every object', { toString: { a: 1 } }, 'config-json-section', '"toString"', ''],
    ['a key with a name of every object', { hasOwnProperty: 1 }, 'config-json-key', '"hasOwnProperty"', ''],
    ['the option that names the file itself', { config_file: 'a.json' }, 'config-json-key', '"config_file"', ''],
    [
      'keys of an extraction beside preprocessing_dict',
      { patch_size: 3, preprocessing_dict: {} },
      'config-json-key',
      'patch_size',
      '',
    ],
    ['an option by both of its names', { model: 'Conv4_FC3', architecture: 'Conv5_FC3' }, 'config-json-twice', 'model', ''],
    ['a switch by both of its names', { gpu: true, use_cpu: true }, 'config-json-twice', 'use_cpu', ''],
    ['one key twice', '{"epochs": 3, "epochs": 4}', 'json-refused', '"epochs" twice', ''],
    ['__proto__', '{"__proto__": {"epochs": 3}}', 'json-refused', '__proto__', ''],
    ['text for a number', { epochs: 'many' }, 'option-value', 'epochs is "many"', ''],
    ['a number for a switch', { use_cpu: 1 }, 'option-value', 'gpu is 1', ''],
    ['a list for a choice', { sampler: ['random'] }, 'option-value', 'sampler is ["random"]', ''],
    ['an object for a list', { diagnoses: { AD: 1 } }, 'option-value', 'diagnoses is {"AD":1}', ''],
    ['nothing for a number', { epochs: null }, 'option-value', 'epochs is null', ''],
    ['NaN', '{"learning_rate": NaN}', 'option-value', 'learning_rate is nan', ''],
    ['Infinity', '{"tolerance": Infinity}', 'option-value', 'tolerance is inf', ''],
    ['-Infinity', '{"tolerance": -Infinity}', 'option-value', 'tolerance is -inf', ''],
    ['NaN in a list', '{"split": [0, NaN]}', 'option-value', 'split is [0,nan]', ''],
    ['an integer that JavaScript would round', '{"seed": 9007199254740993}', 'option-value', 'seed is 9007199254740993', ''],
    ['another task', { network_task: 'regression' }, 'option-value', 'network_task is "regression"', ''],
    ['text for the size of an input', { input_size: 'big' }, 'option-value', 'input_size is "big"', ''],
    ['a list for the extraction', { preprocessing_dict: [1] }, 'option-value', 'preprocessing_dict is [1]', ''],
  ])('with %s is refused by name', (_case, json, code, message, hint) => {
    const error = errorOf(() => read(json));
    expect(error).toMatchObject({ code, message: expect.stringContaining(message), hint: expect.stringContaining(hint) });
    expect(error.where).toMatch(/^old\/maps\.json$|^[A-Z]\w+\.\w+$/);
  });
});

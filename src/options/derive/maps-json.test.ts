/** @file `maps.json` byte for byte, and maps.json of older versions. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OptionsError } from '../../base/errors';
import { printPythonJson, readJson } from '../../formats/json';
import type { TrainClassificationOptions } from '../train';
import { parseCommandLine } from './argv';
import { configOfMapsJson, type MapsExtras, mapsJsonOf, modernMapsJson, optionsOfMapsJson } from './maps-json';

type Parameters = Readonly<Record<string, unknown>>;

const golden = (path: string): string => readFileSync(`test/golden/${path}`, 'utf8');
const parametersOf = (maps: string): Parameters => readJson(golden(`maps/${maps}/maps.json`)) as Parameters;

function optionsOfLine(line: string): TrainClassificationOptions {
  const parsed = parseCommandLine(line);
  if (parsed.kind !== 'run' || parsed.command !== 'train classification') throw new Error(line);
  return parsed.options;
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

/** As the command lines of the golden files were: `study` holds the CAPS and the tables. */
const line = (json: string, maps: string, options: string): string =>
  `clinicadl train classification /study/caps ${json} /study/tsv/split/2_fold ${maps} ` +
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
  ])('of %s follows byte for byte from its command', (maps, commandLine, extras) => {
    const written = printPythonJson(mapsJsonOf(optionsOfLine(commandLine), extras), { indent: 4 });
    expect(written).toBe(golden(`maps/${maps}/maps.json`));
  });

  it.each(['maps_cls', 'maps_roi', 'maps_transfer', 'maps_opt_SGD'])(
    'of %s gives options that write it again, whatever it was trained with',
    (maps) => {
      const parameters = parametersOf(maps);
      const options = optionsOfMapsJson(parameters, `results/${maps}`);
      expect(options.output_maps_directory).toBe(`results/${maps}`);
      expect(options.tsv_directory).toBe('/study/tsv/split/2_fold');
      const written = mapsJsonOf(options, parameters as unknown as MapsExtras);
      expect(printPythonJson(written, { indent: 4 })).toBe(golden(`maps/${maps}/maps.json`));
    },
  );

  it.each([
    [parametersOf('maps_patch_multi'), 'multi_network = true'],
    [{ ...parametersOf('maps_cls'), architecture: 'ResNet3D' }, 'architecture = ResNet3D'],
    [{ ...parametersOf('maps_cls'), network_task: 'regression' }, 'network_task = regression'],
  ])('of a network that cannot be used here is refused by name', (parameters, message) => {
    expect(() => optionsOfMapsJson(parameters, 'maps')).toThrow(OptionsError);
    expect(() => optionsOfMapsJson(parameters, 'maps')).toThrow(message);
  });

  it('with a damaged value is refused when a prediction needs the value, else read with the default', () => {
    expect(() => optionsOfMapsJson({ ...parametersOf('maps_cls'), dropout: 'half' }, 'maps')).toThrow('dropout is "half"');
    expect(optionsOfMapsJson({ ...parametersOf('maps_cls'), seed: -1, loss: null }, 'maps')).toMatchObject({
      seed: 0,
      loss: 'CrossEntropyLoss',
      epochs: 2,
    });
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

  it('as a configuration file gives options only', () => {
    const config = configOfMapsJson({ ...old, loss: null });
    expect(config).toMatchObject({ architecture: 'Conv5_FC3', n_proc: 4, split: [] });
    for (const key of ['caps_directory', 'mode', 'network_task', 'loss', 'config_file']) expect(config).not.toHaveProperty(key);
  });
});

/** @file Configuration files: TOML in and out, and who wins. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optionsOf } from '../../../test/generate-options';
import { OptionsError } from '../../base/errors';
import type { CommandName } from '../commands';
import { trainClassification } from '../train';
import { parseCommandLine } from './argv';
import { configFileOf, readConfigFile, resolveOptions } from './config';
import { defaultsOf } from './defaults';
import { fieldsInFile } from './fields';
import { printConfigToml, readConfigToml } from './toml';

const read = (text: string): Readonly<Record<string, unknown>> => readConfigToml(trainClassification, text, 'train.toml');

function errorOf(act: () => unknown): OptionsError {
  try {
    act();
  } catch (error) {
    if (error instanceof OptionsError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** Layout of the configuration file that ClinicaDL ships, with a typical training's values. */
const typical = `# my training
[Random_Search]
n_convblocks = [2, 4]

[Model]
architecture = "Conv4_FC3" # small
multi_network = false

[Architecture]
dropout = 0.5
recons_weight = 1

[Classification]
selection_metrics = ["loss", "BA"]
label = "diagnosis"
label_code = { AD = 0, "sMCI" = 1 }

[Regression]
label = "age"

[Reconstruction]
selection_metrics = ["SSIM"]

[Computational]
gpu = true
amp = false

[Transfer_learning]
transfer_path = ""

[Data]
data_augmentation = false
diagnoses = ["AD", "CN"]

[Cross_validation]
n_splits = 4
split = [0, 1]

[Optimization]
learning_rate = 1e-3
patience = 3
tolerance = 0
`;

describe('a TOML file', () => {
  it('as ClinicaDL writes it gives its options, without those of other tasks and of a random search', () => {
    expect(read(typical)).toEqual({
      architecture: 'Conv4_FC3',
      multi_network: false,
      dropout: 0.5,
      recons_weight: 1,
      selection_metrics: ['loss', 'BA'],
      label: 'diagnosis',
      label_code: { AD: 0, sMCI: 1 },
      gpu: true,
      amp: false,
      transfer_path: false,
      data_augmentation: false,
      diagnoses: ['AD', 'CN'],
      n_splits: 4,
      split: [0, 1],
      learning_rate: 0.001,
      patience: 3,
      tolerance: 0,
    });
  });

  it.each([
    ['[Optimisation]\nepochs = 3', 'config-section-unknown', 'Optimization'],
    ['[Options]\nconfig_file = "a"', 'config-section-unknown', 'Mode'],
    ['[Optimization]\nepoch = 3', 'config-key-unknown', 'epochs'],
    ['[Model]\ndropout = 0.5', 'config-key-unknown', 'dropout in [Architecture]'],
    ['[Regression]\nlabel_cod = "age"', 'config-key-unknown', 'label'],
    ['epochs = 3', 'config-key-outside', '[Optimization]'],
  ])('%o is refused as %s with what is near', (text, code, hint) => {
    const error = errorOf(() => read(text));
    expect(error).toMatchObject({ code, where: 'train.toml' });
    expect(error.hint).toContain(hint);
  });

  it.each([
    ['[Optimization]\nepochs = "3"', 'Optimization.epochs'],
    ['[Optimization]\nepochs = 0', 'Optimization.epochs'],
    ['[Data]\ndiagnoses = "AD"', 'Data.diagnoses'],
    ['[Data]\nsampler = "even"', 'Data.sampler'],
    ['[Data]\nnormalize = 1', 'Data.normalize'],
    ['[Data]\ndata_augmentation = ["Blur"]', 'Data.data_augmentation'],
    ['[Classification]\nlabel_code = { AD = "x" }', 'Classification.label_code'],
  ])('%o is refused with the name of the option', (text, where) => {
    expect(errorOf(() => read(text))).toMatchObject({ code: 'option-value', where });
  });

  it.each([
    ['[Optimization]\nlearning_rate = nan', 'learning_rate is nan;'],
    ['[Optimization]\nlearning_rate = -nan', 'learning_rate is nan;'],
    ['[Optimization]\ntolerance = inf', 'tolerance is inf;'],
    ['[Optimization]\ntolerance = -inf', 'tolerance is -inf;'],
    ['[Cross_validation]\nsplit = [0.0, nan]', 'split is [0,nan];'],
    ['[Classification]\nlabel_code = { AD = inf }', 'label_code is {"AD":inf};'],
  ])('%o is refused with the number as it stands there', (text, message) => {
    expect(errorOf(() => read(text)).message).toContain(message);
  });

  it('is printed with sections, keys and spellings of ClinicaDL', () => {
    const text = printConfigToml(trainClassification, { ...defaultsOf(trainClassification), label_code: { AD: 0, 's MCI': 1 } });
    expect(text).toContain('[Model]\narchitecture = "default"\nmulti_network = false\nssda_network = false\n\n[Architecture]\n');
    expect(text).toContain('[Architecture]\nlatent_space_size = 128\n');
    expect(printConfigToml(trainClassification, { ...defaultsOf(trainClassification), dropout: 0 })).toContain('dropout = 0.0\n');
    expect(text).toContain('recons_weight = 1\nkl_weight = 1\n');
    expect(text).toContain('label_code = { AD = 0, "s MCI" = 1 }\nselection_threshold = 0.0\n');
    expect(text).toContain('transfer_path = ""\n');
    expect(text).toContain('data_augmentation = false\n');
    expect(text.match(/^\[.*\]$/gm)).toEqual(
      'Model Architecture Classification Computational Reproducibility Transfer_learning Mode Data Cross_validation Optimization Informations'
        .split(' ')
        .map((name) => `[${name}]`),
    );
    expect(text.match(/^\w+ = /gm)).toHaveLength(fieldsInFile(trainClassification).length - 1); // dropout is not given;
  });

  it('that was printed gives the same options', () => {
    fc.assert(
      fc.property(optionsOf('train classification'), (options) => {
        const inFile = Object.fromEntries(
          fieldsInFile(trainClassification).flatMap(({ key }) => {
            const value = (options as Readonly<Record<string, unknown>>)[key];
            return value === null ? [] : [[key, value]];
          }),
        );
        expect(read(printConfigToml(trainClassification, options))).toEqual(inFile);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a command with a configuration file', () => {
  const resolve = (line: string, file: string, bytes: Uint8Array): Readonly<Record<string, unknown>> => {
    const parsed = parseCommandLine(line);
    if (parsed.kind !== 'run') throw new Error(line);
    expect(configFileOf(parsed)).toBe(file);
    return resolveOptions<CommandName>(parsed, readConfigFile(parsed.command, file, bytes));
  };
  const train = (options: string, text: string): Readonly<Record<string, unknown>> =>
    resolve(`train classification c j t m -c a.toml ${options}`, 'a.toml', new TextEncoder().encode(text));

  it('takes what was typed before the file, and the file before the defaults', () => {
    const text = '[Optimization]\nepochs = 3\nlearning_rate = 0.5\n[Computational]\ngpu = false';
    expect(train('--epochs 20 --gpu', text)).toMatchObject({ epochs: 20, gpu: true, learning_rate: 0.5, batch_size: 8 });
  });

  it.each([
    ['[Optimization]\nsave_all_models = true', { save_all_models: true }],
    ['[Optimization]\nprofiler = true', { profiler: true }],
    ['[Transfer_learning]\nnb_unfrozen_layer = 2', { nb_unfrozen_layer: 2 }],
    ['[Computational]\namp = true', { amp: true }],
    ['[Optimization]\nadaptive_learning_rate = true', { adaptive_learning_rate: true }],
  ])('keeps %o, which the original overrode with the default of its command line', (text, expected) => {
    expect(train('', text)).toMatchObject(expected);
  });

  it.each([['[Computational]\nfully_sharded_data_parallel = true', 'Computational.fully_sharded_data_parallel']])(
    'refuses %o by name instead of dropping it',
    (text, where) => {
      expect(errorOf(() => train('', text))).toMatchObject({ code: 'option-not-available', where });
    },
  );

  it('checks typed and file values together', () => {
    expect(train('-s 1', '[Cross_validation]\nn_splits = 2')).toMatchObject({ split: [1], n_splits: 2 });
    expect(errorOf(() => train('-s 2', '[Cross_validation]\nn_splits = 2')).where).toBe('Cross_validation.split');
  });

  it('repeats a training from its maps.json', () => {
    const bytes = readFileSync('test/golden/maps/maps_cls/maps.json');
    const options = resolve(
      'train classification caps image tsv new --config_file old/maps.json -lr 0.1',
      'old/maps.json',
      bytes,
    );
    expect(options).toMatchObject({
      caps_directory: 'caps',
      output_maps_directory: 'new',
      architecture: 'Conv4_FC3',
      dropout: 0.5,
      selection_metrics: ['loss', 'BA'],
      label_code: { AD: 0, CN: 1 },
      learning_rate: 0.1,
    });
  });

  it.each([
    ['a.yaml', '', 'of another kind'],
    ['a.json', '[1]', 'JSON without keys'],
  ])('refuses %s with %o', (file, text, found) => {
    const error = errorOf(() => readConfigFile('train classification', file, new TextEncoder().encode(text)));
    expect(error).toMatchObject({ code: 'config-file-kind', where: file });
    expect(error.message).toContain(found);
  });
});

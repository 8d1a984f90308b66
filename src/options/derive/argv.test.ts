/** @file Command lines as people paste them, and the line that a form shows. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optionsOf } from '../../../test/generate-options';
import { OptionsError } from '../../base/errors';
import { commandNames, commandOf } from '../commands';
import { flagsOf, lineInFolder, type ParsedCommand, parseCommandLine, pathInFolder, printCommandLine } from './argv';

function run(line: string): ParsedCommand {
  const parsed = parseCommandLine(line);
  if (parsed.kind !== 'run') throw new Error(`"${line}" does not run a command`);
  return parsed;
}

function errorOf(line: string): OptionsError {
  try {
    parseCommandLine(line);
  } catch (error) {
    if (error instanceof OptionsError) return error;
    throw error;
  }
  throw new Error(`"${line}" was accepted`);
}

function textOf(line: string): string {
  const parsed = parseCommandLine(line);
  return parsed.kind === 'text' ? parsed.text : '';
}

describe('a pasted line', () => {
  it('of a notebook, continued and quoted, is read as a shell reads it', () => {
    const line = `!clinicadl train classification "data/my CAPS" t1.json 'tsv/4_fold' \\
      results/maps \\  \n  --architecture Conv4_FC3 -lr=1e-3 --n_splits 4 -s 0 -s 2 \\\r\n --no-gpu # on a laptop`;
    const { command, options, typed } = run(line);
    expect(command).toBe('train classification');
    expect(options).toMatchObject({
      caps_directory: 'data/my CAPS',
      preprocessing_json: 't1.json',
      tsv_directory: 'tsv/4_fold',
      output_maps_directory: 'results/maps',
      architecture: 'Conv4_FC3',
      learning_rate: 0.001,
      n_splits: 4,
      split: [0, 2],
      gpu: false,
      epochs: 20,
    });
    expect([...typed].sort()).toEqual(['architecture', 'gpu', 'learning_rate', 'n_splits', 'split']);
  });

  it.each([
    '! clinicadl tsvtools split labels.tsv --n_test 6',
    '$ clinicadl tsvtools split labels.tsv --n_test 6',
    '%clinicadl tsvtools split labels.tsv --n_test 6',
    '%%bash\nclinicadl tsvtools split labels.tsv --n_test 6\n',
    'tsvtools split --n_test=6 labels.tsv',
    '  clinicadl -v tsvtools split --n_test 6 -- labels.tsv',
    'clinicadl tsvtools split --n_test 100 --n_test 6 labels.tsv',
  ])('%o says the same with every sign before it', (line) => {
    expect(run(line)).toMatchObject({ command: 'tsvtools split', options: { data_tsv: 'labels.tsv', n_test: 6 } });
  });

  it('means diagnoses by -d and splits by -s', () => {
    const { options } = run('train classification c j t m -d AD -d CN -d MCI --n_splits 2 -s1');
    expect(options).toMatchObject({ diagnoses: ['AD', 'CN', 'MCI'], split: [1] });
  });

  it('knows both spellings of switches', () => {
    const { options } = run('train classification c j t m --unnormalize --valid_longitudinal --longitudinal --single_network');
    expect(options).toMatchObject({ normalize: false, valid_longitudinal: true, baseline: false, multi_network: false });
    expect(run('predict m g --no_labels --skip_leak_check=true').options).toMatchObject({
      use_labels: false,
      skip_leak_check: true,
    });
  });

  it('may set what ClinicaDL reads from a file only', () => {
    const { options } = run('train classification c j t m --label_code sMCI=0 --label_code pMCI=1 --size_reduction');
    expect(options).toMatchObject({ label_code: { sMCI: 0, pMCI: 1 }, size_reduction: true });
  });

  it('with a configuration file is checked as a whole only when the file is known', () => {
    expect(run('train classification c j t m -c a.toml -s 3').options).toMatchObject({ config_file: 'a.toml', split: [3] });
    expect(errorOf('train classification c j t m -s 3').where).toBe('Cross_validation.split');
  });
});

describe('a line that cannot be run', () => {
  it.each([
    ['train classification c j t m --learning-rat 1', 'option-unknown', '--learning_rate'],
    ['train classification c j t m --lr 1', 'option-unknown', '-lr'],
    ['train clasification c j t m', 'command-unknown', 'train classification'],
    ['trian classification c j t m', 'command-unknown', 'perhaps "train" was meant'],
    ['fly m g', 'command-unknown', 'Check the spelling: "clinicadl --help" lists the commands.'],
    ['predit m g', 'command-unknown', 'predict'],
    ['train regresion c j t m', 'command-unknown', 'train regression'],
    ['clinicadl generate trivial caps out', 'option-needed', '--preprocessing'],
    ['clinicadl generate trivial caps out --preprocessing t1-extensive', 'option-not-available', 't1-linear or pet-linear'],
    ['hugging-face push organisation model maps', 'command-not-available', 'Python'],
    ['quality-check dir name', 'command-unknown', 'quality-check'],
    ['train classification c j t', 'argument-missing', 'OUTPUT_MAPS_DIRECTORY'],
    ['train classification c j t m --diagnoses AD CN', 'argument-unexpected', 'OUTPUT_MAPS_DIRECTORY'],
    ['train classification c j t m --epochs', 'option-value-missing', '--epochs'],
    ['train classification c j t m --epochs --seed 3', 'option-value-missing', '--epochs'],
    ['train classification c j t m --epochs ten', 'option-value', 'epochs'],
    ['train classification c j t m --no-gpu=false', 'option-value', '--no-gpu'],
    [
      'train classification c j t m --architecture RandomArchitecture',
      'option-not-available',
      'Conv4_FC3, Conv5_FC3, Conv5_FC3_SSDA, ResNet3D, SqueezeExcitationCNN, Stride_Conv5_FC3 or resnet18',
    ],
    [
      'train regression c j t m --architecture Conv5_FC3 --ssda_network',
      'option-not-available',
      'false, as only classes of two domains are told',
    ],
    ['prepare-data image caps t1-linear --tracer 18FFDG', 'option-of-modality', '--tracer'],
    ["predict 'maps g", 'quote-open', 'quotation'],
  ])('%o is refused as %s', (line, code, hint) => {
    const error = errorOf(line);
    expect(error.code).toBe(code);
    expect(error.hint).toContain(hint);
  });

  it('names the option in the message and the place in where', () => {
    const error = errorOf('train classification c j t m --epochs ten');
    expect(error.message).toBe('epochs is "ten"; a whole number from 1 was expected.');
    expect(error.where).toBe('Optimization.epochs');
  });
});

describe('help', () => {
  it('of everything lists every command, of a group its own', () => {
    for (const name of commandNames) expect(textOf('clinicadl --help')).toContain(name);
    expect(textOf('clinicadl')).toBe(textOf('clinicadl -h'));
    expect(textOf('clinicadl train')).toContain('train resume');
    expect(textOf('clinicadl train')).not.toContain('predict');
  });

  it.each(commandNames)('of %s names every option within 100 columns', (name) => {
    const text = textOf(`${name} -h`);
    const needsArguments = Object.keys(commandOf(name).schema.positionals).length > 0;
    if (needsArguments) expect(textOf(`clinicadl ${name}`)).toBe(text);
    expect(text).toMatch(/^Usage: clinicadl /);
    expect(
      text
        .split('\n')
        .slice(1)
        .filter((line) => line.length > 100),
    ).toEqual([]);
    for (const flag of flagsOf(name)) expect(text).toContain(flag);
  });

  it('shows flags, bounds and defaults', () => {
    const text = textOf('clinicadl train classification --help').replace(/\s+/g, ' ');
    expect(text).toContain('-lr, --learning_rate Size of one update. A number from 0; default 0.0001.');
    expect(text).toContain('--gpu / --no-gpu');
  });

  it('marks what is not available here: options, values, arguments, commands', () => {
    const plain = (line: string): string => textOf(line).replace(/\s+/g, ' ');
    const train = plain('clinicadl train classification --help');
    expect(train).toContain('--fully_sharded_data_parallel Share the network among several GPUs. Not available here yet.');
    expect(train).toMatch(
      /One of default, Conv4_FC3, Conv5_FC3, Conv5_FC3_SSDA, ResNet3D, SqueezeExcitationCNN, Stride_Conv5_FC3, resnet18, or a file \.json; default default\. Not available here yet: RandomArchitecture\./,
    );
    expect(train).toMatch(/A list of loss, BA, .*, MCC, MK; default loss\. Not available here yet: LR_plus, LR_minus\./);
    expect(errorOf('train classification c j t m --track_exp else').message).not.toContain('""');
    expect(plain('prepare-data image -h')).toMatch(
      /MODALITY [^.]*\. One of t1-linear, t2-linear, t1-extensive, t1-volume, dwi-dti, pet-linear, flair-linear, custom\./,
    );
    expect(plain('clinicadl --help')).toMatch(/Not available here: .*hugging-face Use this line with ClinicaDL in Python/);
    expect(plain('clinicadl tsvtools')).toMatch(/tsvtools get-labels Choose the sessions/);
    expect(errorOf('train classification c j t m --architecture RandomArchitectur').message).not.toContain('RandomArchitecture ');
  });

  it('--version tells which ClinicaDL the files follow', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
    expect(textOf('clinicadl --version')).toBe(`clinicadl-web, version ${version} (commands and files of ClinicaDL 1.6.1)`);
  });
});

describe('a line that begins in another folder', () => {
  it('has its paths, and no other words, below it; what was typed stays typed', () => {
    const line = lineInFolder(
      'clinicadl train classification caps image.json ../tsv out -c a.toml --epochs 20 --label age',
      'my study/a',
    );
    const { options, typed } = run(line);
    expect(options).toMatchObject({
      caps_directory: 'my study/a/caps',
      preprocessing_json: 'image.json',
      tsv_directory: 'my study/tsv',
      output_maps_directory: 'my study/a/out',
      config_file: 'my study/a/a.toml',
      label: 'age',
    });
    expect([...typed].sort()).toEqual(['config_file', 'epochs', 'label']);
  });

  it('stays as it is at the top, and out of it', () => {
    expect(lineInFolder('predict m g', '')).toBe('predict m g');
    expect(pathInFolder('a', '../../b')).toBe('../../b');
    expect(pathInFolder('a', '/b')).toBe('/b');
    expect(pathInFolder('a/b', './.')).toBe('a/b');
    expect(pathInFolder('a', '..')).toBe('.');
  });
});

describe('the printed line', () => {
  it('gives only what differs from the defaults, and quotes blanks', () => {
    const { options } = run('train classification "my caps" image tsv maps --epochs 20 -lr 0.01 --no-gpu --split 0');
    expect(printCommandLine('train classification', options)).toBe(
      "clinicadl train classification 'my caps' image tsv maps --no-gpu --split 0 --learning_rate 0.01",
    );
  });

  it('gives what differs from a configuration file when there is one', () => {
    const values = { ...run('train classification c j t m -c a.toml').options, epochs: 20, normalize: true, split: [] };
    const line = printCommandLine('train classification', values, { epochs: 50, normalize: false, split: [1], batch_size: 2 });
    expect(line).toBe(
      "clinicadl train classification c j t m --config_file a.toml --batch_size 8 --normalize --split '' --epochs 20",
    );
    expect(run(line).typed).toContain('split');
  });

  it('words that every object of JavaScript knows are words like others', () => {
    expect(run('interpret toString constructor valueOf gradients -d toString').options).toMatchObject({
      name: 'valueOf',
      diagnoses: ['toString'],
    });
    const older = parseCommandLine(
      'train classification c j t m --transfer_learning_selection constructor --transfer_learning_path a',
    );
    expect(older).toMatchObject({ kind: 'older', lines: [expect.stringContaining('constructor')] });
  });

  it('shows arguments that are not filled in by their names', () => {
    expect(printCommandLine('predict', { input_maps_directory: 'maps' })).toBe('clinicadl predict maps DATA_GROUP');
  });

  it.each(commandNames)('of %s, read again, gives the same options', (name) => {
    fc.assert(
      fc.property(optionsOf(name), (options) => {
        const parsed = run(printCommandLine(name, options));
        expect(parsed.command).toBe(name);
        expect(parsed.options).toEqual(options);
      }),
      { numRuns: 60 },
    );
  });
});

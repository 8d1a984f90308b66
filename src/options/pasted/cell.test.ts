/** @file Texts that people paste into the console: one line, cells of the public tutorials, transcripts of terminals. */
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../derive/argv';
import { type CellStep, readCell } from './cell';

const kinds = (text: string) => readCell(text).map(({ kind, at }) => `${at} ${kind}`);
const told = (step: CellStep | undefined): string =>
  step?.kind === 'refused' ? `${step.error.message} ${step.error.hint}` : step?.kind === 'answer' ? step.text : '';

describe('lines in order', () => {
  it('comments, blank lines, continuations, quotes, signs of prompts, two commands on a line', () => {
    const steps = readCell(`# first
!clinicadl prepare-data image caps t1-linear \\
    --extract_json 'a
b' # comment

$ clinicadl tsvtools split labels.tsv && clinicadl tsvtools kfold split/train.tsv; predict m g
(base) me@host:~/study$ clinicadl --version`);
    expect(steps.map(({ kind, at, line }) => [kind, at, line])).toEqual([
      ['command', 2, "clinicadl prepare-data image caps t1-linear \\\n    --extract_json 'a\nb'"],
      ['command', 6, 'clinicadl tsvtools split labels.tsv'],
      ['command', 6, 'clinicadl tsvtools kfold split/train.tsv'],
      ['command', 6, 'predict m g'],
      ['command', 7, 'clinicadl --version'],
    ]);
    expect(parseCommandLine(steps[0].line)).toMatchObject({ options: { extract_json: 'a\nb' } });
  });

  it('nothing but comments is no step', () => {
    expect(readCell('# !pip install clinicadl==0.2.1\n\n#!clinicadl train slice cnn c\n')).toEqual([]);
    expect(readCell('%%bash\n# nothing')).toEqual([]);
  });

  it('%%bash is a shell, %%time and %%capture change nothing, other languages are refused by name', () => {
    expect(kinds('%%bash\ncd study\nclinicadl predict m g')).toEqual(['2 folder', '3 command']);
    expect(kinds('\n%%time\n!clinicadl predict m g')).toEqual(['3 command']);
    expect(told(readCell('%%writefile a.py\nimport torch')[0])).toContain('%%writefile');
    expect(kinds('%%R\nlibrary(x)')).toEqual(['1 refused']);
  });

  it('an option on a line of its own: the command before it does not run without it', () => {
    const steps = readCell('clinicadl train classification c j t m\n  --n_splits 4\nclinicadl predict m g');
    expect(steps.map(({ kind, at }) => [kind, at])).toEqual([
      ['refused', 1],
      ['command', 3],
    ]);
    expect(told(steps[0])).toMatch(/Line 2 begins with the option --n_splits/);
  });

  it('a quote that is never closed is told of its own line', () => {
    expect(kinds("clinicadl predict 'maps g\nclinicadl --version")).toEqual(['1 refused', '2 command']);
  });
});

describe('what only a shell or Python knows is refused by name', () => {
  it.each([
    ['clinicadl predict $MAPS g', '$MAPS'],
    ['clinicadl predict "$'.concat('{MAPS}/a" g'), '$'.concat('{MAPS}')],
    ['!clinicadl predict {maps} g', '{maps}'],
    ['clinicadl predict $(ls -d maps*) g', '$(ls -d maps*)'],
    ['clinicadl predict `pwd`/maps g', '`pwd`'],
    ['clinicadl predict ~/maps g', '~'],
    ['MAPS=results/maps', 'variable MAPS'],
    ['export CUDA_VISIBLE_DEVICES=0', 'variable CUDA_VISIBLE_DEVICES'],
    ['%env CAPS=x', 'variable CAPS'],
    ['clinicadl predict <maps> g', '<maps>'],
    ['clinicadl train classification [OPTIONS] c j t m', '[OPTIONS]'],
    ['clinicadl train classification ...', '...'],
    ['clinicadl predict m g > log.txt', '>'],
    ['clinicadl predict m g 2>&1 | tee log', '2>&1'],
    ['clinicadl predict m g | tee log', '|'],
    ['clinicadl predict m g &', '&'],
    ['for f in 0 1; do clinicadl predict m g$f; done', '"for"'],
    ['CUDA_VISIBLE_DEVICES=0 clinicadl predict m g', 'CUDA_VISIBLE_DEVICES'],
    ['for mode in modes:\n    !clinicadl prepare-data $mode caps t1-linear', '"for"'],
  ])('%o', (text, name) => {
    const [step] = readCell(text);
    expect(step.kind).toBe('refused');
    expect(told(step)).toContain(name);
  });

  it('but not in single quotes, nor a lone sign inside of a word', () => {
    expect(kinds("clinicadl predict 'a$b {c} > d' g#1")).toEqual(['1 command']);
  });
});

describe('cells of the public tutorials', () => {
  it('pip, curl, tar, tree, import and print get answers of their own, and what follows goes on', () => {
    const texts = [
      '# Uncomment this cell if running in Google Colab\n!pip install clinicadl==1.6.1',
      '!curl -k https://example.org/CAPS_example.tar.gz -o oasisCaps.tar.gz\n!tar xf oasisCaps.tar.gz',
      '!tree -L 3 data_oasis/CAPS_example/subjects/sub-OASIS10*/ses-M000/deeplearning_prepare_data/',
      "import torch\n\n# Check if a GPU is available\nprint('GPU is available: ', torch.cuda.is_available())",
      'import pandas as pd\nmetrics = pd.read_csv("maps/split-0/best-loss/test/t.tsv", sep="\\t")\nmetrics.head()',
      'll data',
      'from clinicadl import MapsManager\nmaps = MapsManager("/path/to/MAPS")',
      '!git clone https://example.org/x.git',
      '%matplotlib inline\n%load_ext tensorboard',
      'cat maps/maps.json',
      'print("hello")',
    ];
    const answers = texts.flatMap((text) => readCell(text));
    expect(answers.map(({ kind }) => kind)).toEqual(answers.map(() => 'answer'));
    expect(answers.map(({ at }) => at)).toEqual([2, 1, 2, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1]);
    const [pip, curl, tar, tree, cuda, table, ll, manager] = answers.map(told);
    expect(pip).toContain('installs programs');
    expect(curl).toMatch(/open https:\/\/example.org\/CAPS_example.tar.gz in a new tab/i);
    expect(tar).toContain('oasisCaps.tar.gz');
    expect(tree).toContain('"tree"');
    expect(cuda).toContain('graphics card');
    expect(table).toContain('maps/split-0/best-loss/test/t.tsv');
    expect(ll).toContain('"ll"');
    expect(manager).toContain('MapsManager');
    expect(new Set(answers.map(told)).size).toBe(answers.length);
  });

  it('older tutorials name the version that they install', () => {
    expect(told(readCell('pip install clinicadl==1.1.1')[0])).toContain('ClinicaDL 1.1.1');
  });

  it('what later lines would need stops: programs, moved files, Clinica itself', () => {
    for (const line of [
      'python train.py',
      'rm -r maps',
      'clinica run t1-linear a b',
      'docker run x',
      'sudo clinicadl --version',
    ]) {
      const [step] = readCell(`${line}\nclinicadl predict m g`);
      expect(step.kind, line).toBe('refused');
      expect(told(step)).toContain(line.split(' ')[0]);
    }
  });

  it('help and training in one cell, older lines with signs of a manual, and an unknown word', () => {
    const text = `# 2D-slice single-CNN training
!clinicadl train classification -h
!clinicadl train classification data_oasis/CAPS_example slice_t1 data_oasis/split/4_fold/ maps --n_splits 4 --architecture resnet18 `;
    expect(kinds(text)).toEqual(['2 command', '3 command']);
    expect(kinds('clinicadl train roi cnn <caps_directory> t1-linear <tsv_path> <output_directory> Conv4_FC3')).toEqual([
      '1 command',
    ]);
    expect(kinds('fly away')).toEqual(['1 command']);
  });
});

describe('cd', () => {
  it('is a change of folder; with "!" it changes nothing, as in a notebook', () => {
    expect(readCell('cd data/study\n%cd ..\ncd')).toMatchObject([
      { kind: 'folder', path: 'data/study' },
      { kind: 'folder', path: '..' },
      { kind: 'folder', path: '/' },
    ]);
    expect(kinds('!cd data')).toEqual(['1 answer']);
  });
});

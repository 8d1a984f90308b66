/** @file Hints about command lines and configuration files. */
import { config, inOrder, oneTensor, predict, prepare, reconstruction, type Step, training, write } from './step';

export const lines: Readonly<Record<string, Step>> = {
  'option-value': { line: training('--dropout 7'), says: 'Change the value of dropout', next: training('--dropout 0.5') },
  'option-commas': {
    line: training('-sm loss,BA'),
    says: '-sm loss -sm BA',
    next: training('-sm loss -sm BA'),
  },
  'option-not-available': { line: training('--fully_sharded_data_parallel'), says: 'Choose false', next: training() },
  'save-unfit': { line: predict('--save_tensor'), says: 'Leave out --save_tensor', next: predict() },
  'loss-unfit': {
    line: reconstruction('--loss VAEGaussianLoss'),
    says: 'Choose L1Loss',
    next: reconstruction('--loss L1Loss'),
  },
  'pretrained-unused': {
    before: write('w.pth', oneTensor),
    line: training('--pretrained w.pth'),
    says: 'Leave --pretrained away',
    next: training(),
  },
  'option-needed': {
    line: 'clinicadl prepare-data roi caps t1-linear --extract_json r',
    says: 'Give a value for --roi_list',
    next: 'clinicadl prepare-data roi caps t1-linear --extract_json r --roi_list box',
  },
  'option-unknown': { line: training('--batchsize 2'), says: '--batch_size', next: training('--batch_size 2') },
  'option-value-missing': { line: training('--seed'), says: 'Write the value after --seed', next: training('--seed 3') },
  'argument-missing': {
    line: 'clinicadl prepare-data image caps',
    says: 'CAPS_DIRECTORY MODALITY',
    next: prepare(),
  },
  'argument-unexpected': { line: prepare('--extract_json new one'), says: 'CAPS_DIRECTORY MODALITY', next: prepare() },
  'command-unknown': { line: prepare().replace('prepare-data', 'prepare-dat'), says: 'prepare-data', next: prepare() },
  'command-not-available': {
    line: 'clinicadl hugging-face push organisation model maps',
    says: 'Use this line with ClinicaDL in Python',
    next: training(),
  },
  'quote-open': { line: prepare('--extract_json "new'), says: 'Close the quotation mark', next: prepare('--extract_json "new"') },
  'config-file-kind': {
    before: inOrder(write('o.yaml', 'a: 1'), write('o.toml', '[Architecture]\ndropout = 0.5\n')),
    line: training('-c o.yaml'),
    says: 'Choose a TOML file',
    next: training('-c o.toml'),
  },
  'toml-damaged': {
    ...config('[Architecture]\ndropout = True\n', '[Architecture]\ndropout = 0.5\n'),
    says: 'lower case',
  },
  'search-file-missing': {
    line: 'clinicadl random-search . drawn --seed 0',
    says: 'Write it with a section [Random_Search]',
    follow: write(
      'random_search.toml',
      `[Random_Search]
network_task = "classification"
caps_directory = "caps"
tsv_path = "tsv/single"
preprocessing_json = "image"
n_convblocks = 1
first_conv_width = [2, 3]
n_fcblocks = 1
[Optimization]
epochs = 1
`,
    ),
  },
  'config-section-unknown': {
    ...config('[Architectur]\ndropout = 0.5\n', '[Architecture]\ndropout = 0.5\n'),
    says: 'Architecture',
  },
  'config-key-unknown': {
    ...config('[Architecture]\ndropot = 0.5\n', '[Architecture]\ndropout = 0.5\n'),
    says: 'dropout',
  },
  'config-key-outside': {
    ...config('dropout = 0.5\n', '[Architecture]\ndropout = 0.5\n'),
    says: 'Write dropout below the line [Architecture]',
  },
};

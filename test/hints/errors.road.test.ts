/**
 * @file Every error that ClinicaDL 1.6.1 shows to a person, by where it comes up there: what the same mistake says here, with a way out,
 * and that the open folder is byte for byte as it was before the line. Those that are not provoked here stand below with the reason.
 */
import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../src/base/errors';
import { memoryFolder } from '../../src/folders/memory-folder';
import { askMaps, type MapsQuestion } from '../../src/jobs/maps-manager';
import { testContext } from '../job-context';
import { type Road, road } from '../road';
import { contentOf } from '../road-files';
import { tensorPath, tinyRoad, tinyTraining } from '../road-study';
import { followed } from './followed';
import { edit, inOrder, interpret, predict, reconstruction, remove, type Step, training, write } from './step';

type Mistake = Pick<Step, 'before' | 'line'> & { readonly code: string };

/** The line of the table of hints for a code. */
const known = (code: string): Mistake => ({ ...followed[code]!, code });
const line = (code: string, line: string, before?: Step['before']): Mistake => ({ code, line, ...(before && { before }) });
const table = 'tsv/single/train.tsv';
const toml = (text: string, more = ''): Pick<Step, 'before' | 'line'> => ({
  before: write('o.toml', text),
  line: training(`-c o.toml ${more}`),
});
const search = (text: string): Pick<Step, 'before' | 'line'> => ({
  before: write('random_search.toml', text),
  line: 'clinicadl random-search . drawn --seed 0',
});
const searchOf = (text: string): string =>
  `[Random_Search]\nnetwork_task = "classification"\ncaps_directory = "caps"\ntsv_path = "tsv/single"\npreprocessing_json = "image"\n${text}`;

const mistakes: Readonly<Record<string, Readonly<Record<string, Mistake>>>> = {
  'command line': {
    'a missing argument': known('argument-missing'),
    'a wrong choice': line('option-value', training('--optimizer LBFGS')),
    'a wrong type': line('option-value', training('--epochs many')),
    'no MAPS there': line('maps-missing', predict().replace(' maps ', ' nowhere ')),
    'no TSV_DIRECTORY there': line('folder-missing', training().replace('tsv/single', 'nowhere')),
    'no --config_file there': line('file-missing', training('-c nowhere.toml')),
    'no --caps_directory there': line('caps-missing', predict().replace('directory caps', 'directory nowhere')),
    'no --participants_tsv there': line('file-missing', predict().replace('tsv/test.tsv', 'nowhere.tsv')),
    'level_grad_cam below 1': line('option-value', interpret('grad-cam --level_grad_cam 0')),
  },
  configuration: {
    'an unknown section': known('config-section-unknown'),
    'an unknown key': known('config-key-unknown'),
    'a file of another kind': known('config-file-kind'),
    'a damaged TOML file': known('toml-damaged'),
    'an array of mixed types': { code: 'option-value', ...toml('[Classification]\nselection_metrics = ["loss", 1]\n') },
    'a network_task that is none': line(
      'option-value',
      'clinicadl train from_json other.json maps_new',
      inOrder(
        ({ workspace }) => workspace.read('maps/maps.json').then((bytes) => workspace.write('other.json', new Uint8Array(bytes))),
        edit('other.json', '"network_task": "classification"', '"network_task": "segmentation"'),
      ),
    ),
  },
  train: {
    'no extraction JSON': known('extraction-missing'),
    'amp without a GPU': line('amp-unavailable', training('--amp')),
    'an output folder that is not empty': known('maps-not-empty'),
    'a .tsv without multi_cohort': known('tsv-folder-expected'),
    'multi-network with one element': known('multi-network-single'),
    'a selection metric of another task': line('option-value', training('-sm R2_score')),
    'a wrong compensation': line('option-value', training('--compensation luck')),
    'a wrong size_reduction_factor': { code: 'option-value', ...toml('[Data]\nsize_reduction_factor = 6\n') },
    'multi-cohort without tables': known('cohort-table-expected'),
    'a loss of another task': line('option-value', training('--loss MSELoss')),
    'a table of cohorts without a column': known('cohort-table'),
    'no train.tsv': line('file-missing', training().replace('tsv/single', 'caps')),
    'diagnoses that the cohorts do not have': known('cohort-diagnoses'),
    'a split that is not there': line('option-value', training('--n_splits 2 --split 2').replace('tsv/single', 'tsv/2_fold')),
    'a split of a single one': line('option-value', training('--split 1')),
    'no label column': line('column-missing', training('--label weight')),
    'no participant_id': line('column-missing', training(), edit(table, 'participant_id', 'participant')),
    'no session_id': line('column-missing', training(), edit(table, 'session_id', 'session')),
    'no update in an epoch': known('accumulation-too-large'),
    'a selection metric without an optimum': line('option-not-available', training('-sm LR_plus')),
    'a weighted sampler for reconstruction': line('option-not-available', reconstruction('--sampler weighted')),
    'an unknown sampler': line('option-value', training('--sampler even')),
    'an unknown mode': known('extraction-key'),
    'default ROI': known('option-needed'),
    'an unknown architecture': line('option-value', training().replace('Conv4_FC3', 'Conv9_FC3')),
    'an image too small for BatchNorm': line(
      'network-input-small',
      'clinicadl train list_models --architecture Conv5_FC3 --input_size 1@8x8x8',
    ),
    'no image of a session': line('tensors-missing', training(), remove(tensorPath('sub-P02'))),
  },
  transfer: {
    'no MAPS there': line('maps-missing', training('--transfer_path nowhere')),
    'no metric of that name': known('transfer-split'),
    'weights that do not fit': known('transfer-mismatch'),
    'no split trained': line('transfer-split', training('--transfer_path maps'), remove('maps/split-0')),
  },
  predict: {
    'tensors of a classification': known('save-unfit'),
    'NIfTI files of a classification': line('save-unfit', predict('--save_nifti')),
    'a group that exists, with data': known('group-exists'),
    'a group that does not, without': known('group-definition'),
    'amp without a GPU': line('amp-unavailable', predict('--amp')),
    'to overwrite a group of the training': line('group-protected', predict('--overwrite').replace(' new ', ' validation ')),
    'a split that is not trained': known('split-untrained'),
    'participants of the training': known('data-leakage'),
    'no column diagnosis': line('column-missing', predict(), edit('tsv/test.tsv', 'diagnosis', 'group')),
    'no row of the diagnoses': line('group-empty', predict('--diagnoses MCI')),
    'a table of cohorts without multi_cohort': line(
      'cohort-table-unasked',
      predict().replace('tsv/test.tsv', 'cohorts.tsv'),
      write('cohorts.tsv', 'cohort\tpath\tdiagnoses\nA\ttsv/test.tsv\tAD CN\n'),
    ),
    'a label without a code': line(
      'label-unknown',
      predict('--diagnoses AD --diagnoses CN --diagnoses MCI'),
      edit('tsv/test.tsv', 'AD', 'MCI'),
    ),
  },
  interpret: {
    'an unknown method': line('option-value', interpret('saliency')),
    'grad-cam of what is no CNN': known('interpret-unfit'),
    'a name that exists': known('interpretation-exists'),
  },
  resume: {
    'a training that is over': known('resume-nothing'),
  },
  'random-search': {
    'no random_search.toml': known('search-file-missing'),
    'no [Random_Search]': { code: 'option-needed', ...search('[Optimization]\nepochs = 1\n') },
    'a mandatory key absent': { code: 'option-needed', ...search(searchOf('n_convblocks = 1\nfirst_conv_width = [2]\n')) },
    'a wrong d_reduction': {
      code: 'option-value',
      ...search(searchOf('n_convblocks = 1\nfirst_conv_width = [2]\nn_fcblocks = 1\nd_reduction = "mean"\n')),
    },
    'a wrong normalisation': {
      code: 'option-value',
      ...search(searchOf('n_convblocks = 1\nfirst_conv_width = [2]\nn_fcblocks = 1\nnetwork_normalization = "Layer"\n')),
    },
  },
  list_models: {
    'a size that is no number': line(
      'input-size-text',
      'clinicadl train list_models --architecture Conv5_FC3 --input_size axbxc',
    ),
  },
};

type Call = readonly [code: string, method: MapsQuestion['method'], args?: Record<string, unknown>, path?: string];
const of = (more: Record<string, unknown>): Record<string, unknown> => ({ data_group: 'validation', ...more });

const calls: Readonly<Record<string, Call>> = {
  'no maps.json': ['maps-missing', 'get_parameters', {}, 'tsv'],
  'splits that exist': ['splits-exist', 'train'],
  'splits that were not begun': ['split-not-begun', 'resume', { split_list: [0] }],
  'a split that is not trained': ['split-untrained', 'get_state_dict', { split: 4 }],
  'an undefined group': ['group-undefined', 'get_group_info', { data_group: 'other' }],
  'a group of the training without its split': ['option-needed', 'get_group_info', { data_group: 'train' }],
  'no prediction': ['prediction-missing', 'get_prediction', { data_group: 'other' }],
  'no metrics': ['prediction-missing', 'get_metrics', { data_group: 'other' }],
  'no interpretation': ['interpretation-missing', 'get_interpretation', of({ name: 'other' })],
  'a metric that is not there': ['metric-untrained', 'get_best_epoch', { selection_metric: 'BA' }],
  'one id alone': ['option-needed', 'get_interpretation', of({ name: 'n', session_id: 'ses-M000' })],
};

/** The rest, by where ClinicaDL shows them: what cannot come up here, with the reason, and what has its test elsewhere. */
const others: Readonly<Record<string, string>> = {
  'train: GPU requested but none': 'no error here: the page itself chooses what computes, and --gpu is a record of the wish',
  'train: PSNR range': 'no error here: of images outside of −1 to 1 the range is that of their own values',
  'train, a warning: evaluation steps too large': 'no error: each epoch ends with an evaluation all the same',
  'train, a warning: NaN values replaced': 'test/bad-input.road.test.ts',
  'transfer: network number missing': 'test/transfer.road.test.ts',
  'transfer: incompatible classes': 'src/networks/transfer-state.test.ts',
  'predict: GPU requested but none': 'no error here: as for train',
  'interpret: multi-network not implemented': 'no error here: each network is explained',
  'interpret: a batch that is not 4D or 5D': 'cannot come up: batches are made of tensors whose rank was checked',
  'resume: training.tsv absent, or without rows of the epoch': 'no error here: the training goes on, with a new log',
  'list_models: a class without size argument': 'cannot come up: every network here takes a size',
  'MAPS API: several metrics and none chosen': 'src/jobs/maps-manager.test.ts',
  'MAPS API: network number missing': 'src/jobs/maps-manager.test.ts',
};

let whole: Readonly<Record<string, string>>;
beforeAll(async () => {
  const made = await tinyRoad();
  await made.must(tinyTraining('maps', '--epochs 1'));
  whole = await contentOf(made.workspace);
});

async function freshStudy(): Promise<Road> {
  const workspace = memoryFolder('study');
  for (const [path, bytes] of Object.entries(whole)) await workspace.write(path, new Uint8Array(Buffer.from(bytes, 'hex')));
  return road(workspace, 'wasm');
}

describe.each(Object.entries(mistakes))('%s', (_where, rows) => {
  it.each(Object.entries(rows))('%s', async (_name, { before, line, code }) => {
    const study = await freshStudy();
    await before?.(study);
    const earlier = await contentOf(study.workspace);
    const kept = (await study.checkpoints.list()).map(({ runId }) => runId);
    const { status, error, issues, written } = await study.run(line);
    const told = [...(error === undefined ? [] : [error]), ...issues].find((found) => found.code === code);
    expect([status, told?.code ?? error?.code], `${error?.code}: ${error?.message}`).toEqual(['failed', code]);
    expect(told!.hint).toMatch(/^[A-Z].{8}/);
    expect(written).toEqual([]);
    expect(Object.keys(await contentOf(study.workspace))).toEqual(Object.keys(earlier));
    expect(await contentOf(study.workspace)).toEqual(earlier);
    expect((await study.checkpoints.list()).map(({ runId }) => runId)).toEqual(kept);
  });
});

describe('MapsManager', () => {
  it.each(Object.entries(calls))('%s', async (_name, [code, method, args = {}, path = 'maps']) => {
    const { workspace } = await freshStudy();
    const error: unknown = await askMaps({ path, method, arguments: args }, testContext(workspace).context).catch(
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code, hint: expect.stringMatching(/^[A-Z].{8}/) });
    expect(await contentOf(workspace)).toEqual(whole);
  });
});

it('the others have their test in a file that is there, or a reason', () => {
  for (const [name, reason] of Object.entries(others))
    expect(reason.endsWith('.test.ts') ? existsSync(reason) : /^(no error|cannot)/.test(reason), name).toBe(true);
});

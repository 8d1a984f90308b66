/** @file The commandline.json of ClinicaDL 0.2 as the parameters of a MAPS. */
import { appError } from '../base/errors';
import { product } from '../base/shape';
import type { JsonObject, PythonObject, PythonValue } from '../formats/json';
import type { PredictionLevel } from '../maps/layout';
import { accepts, expectedOf, shown } from '../options/derive/check';
import { fieldsInFile } from '../options/derive/fields';
import { trainSchema } from '../options/train';
import { greyMatterSuffix } from '../vocabulary/preprocessings';
import { parseInputSize } from './list-models';

export interface OlderTraining {
  readonly mode: PredictionLevel;
  readonly network: string;
  readonly dropout: number;
  /** Channel first. */
  readonly inputSize: readonly number[];
  /** Of maps.json, but for what the networks tell. */
  readonly parameters: PythonObject;
  /** The diagnosis of an old label; null where several share it. */
  labelOf(label: string): string | null;
  /** Sentences about what is not the same. */
  readonly notes: readonly string[];
}

/** What each diagnosis was called. */
const oldCode: Readonly<Record<string, 0 | 1>> = { CN: 0, sMCI: 0, AD: 1, BV: 1, pMCI: 1, MCI: 1 };
/** Of whole images, by what made them. */
const imageSizes: Readonly<Record<string, readonly number[]>> = {
  't1-linear': [169, 208, 179],
  't1-extensive': [121, 145, 121],
  't1-volume': [121, 145, 121],
};
const usualDropout: Readonly<Record<string, number>> = { image: 0.5, slice: 0.8 };

/** Options of today that a training of 0.2 had, too, by their names there. */
const sameOptions: Readonly<Record<string, string>> = {
  selection_threshold: 'selection_threshold',
  nproc: 'n_proc',
  evaluation_steps: 'evaluation_steps',
  transfer_learning_path: 'transfer_path',
  multi_cohort: 'multi_cohort',
  baseline: 'baseline',
  data_augmentation: 'data_augmentation',
  sampler: 'sampler',
  epochs: 'epochs',
  learning_rate: 'learning_rate',
  weight_decay: 'weight_decay',
  patience: 'patience',
  tolerance: 'tolerance',
  accumulation_steps: 'accumulation_steps',
  dropout: 'dropout',
  n_splits: 'n_splits',
};
const switches: readonly string[] = [
  'use_cpu',
  'unnormalize',
  'use_extracted_patches',
  'use_extracted_roi',
  'use_extracted_slices',
  'uncropped_roi',
];
const sizes: Readonly<Record<string, number>> = { patch_size: 1, stride_size: 1, slice_direction: 0 };

/** Throws `older-results-value` for a value that no training had. */
function checkValues(json: JsonObject, results: string, where: string): void {
  const check = (key: string, isRight: (value: unknown) => boolean, expected: string): void => {
    const value = json[key] ?? null;
    if (value === null || isRight(value)) return;
    throw appError('older-results-value', { results, key, found: shown(value), expected }, { where });
  };
  const fields = fieldsInFile(trainSchema('classification'));
  for (const [old, today] of Object.entries(sameOptions)) {
    const field = fields.find(({ key }) => key === today)?.field;
    if (field !== undefined) check(old, (value) => accepts(field, value), expectedOf(field));
  }
  for (const key of switches) check(key, (value) => typeof value === 'boolean', 'true or false');
  for (const [key, least] of Object.entries(sizes))
    check(key, (value) => Number.isInteger(value) && Number(value) >= least, `a whole number from ${least}`);
  for (const key of ['caps_dir', 'tsv_path']) check(key, (value) => typeof value === 'string', 'text');
  check('diagnoses', (value) => Array.isArray(value) && value.length > 0, 'a list of diagnoses');
}

/**
 * Throws `older-results-kind` for what has no counterpart, `older-results-value` for damage, `older-network-size` where the size of the
 * input is not told.
 */
export function olderTraining(json: JsonObject, results: string, typedSize: string | null): OlderTraining {
  const where = `${results}/commandline.json`;
  const refuse = (key: string, expected: string): Error =>
    appError('older-results-kind', { results, key, found: JSON.stringify(json[key]) ?? 'nothing', expected }, { where });
  const { mode, network_type, preprocessing } = json;
  if (network_type !== 'cnn' && network_type !== 'multicnn') throw refuse('network_type', 'cnn or multicnn');
  if (mode !== 'image' && mode !== 'patch' && mode !== 'roi' && mode !== 'slice')
    throw refuse('mode', 'image, patch, roi or slice');
  if (typeof preprocessing !== 'string' || !Object.hasOwn(imageSizes, preprocessing))
    throw refuse('preprocessing', Object.keys(imageSizes).join(', '));
  if (typeof json.model !== 'string') throw refuse('model', 'the name of a network');
  checkValues(json, results, where);
  const diagnoses = Array.isArray(json.diagnoses) ? json.diagnoses.map(String) : ['AD', 'CN'];
  const strange = diagnoses.find((name) => !Object.hasOwn(oldCode, name));
  if (strange !== undefined) throw refuse('diagnoses', Object.keys(oldCode).join(', '));
  const dropout = typeof json.dropout === 'number' ? json.dropout : (usualDropout[mode] ?? 0);
  const { extraction, size } = extractionIn(json, mode, preprocessing);
  const inputSize = typedSize === null ? size : parseInputSize(typedSize);
  if (inputSize === undefined || product(inputSize) === 0) throw appError('older-network-size', { results }, { where });
  const given = (names: Readonly<Record<string, string>>): Record<string, PythonValue> =>
    Object.fromEntries(
      Object.entries(names).flatMap(([old, today]) => {
        const value = json[old];
        return value === undefined || value === null ? [] : [[today, value as PythonValue]];
      }),
    );
  const node = (name: string): number => 1 - oldCode[name];
  const parameters: PythonObject = {
    multi_network: network_type === 'multicnn',
    dropout,
    selection_metrics: ['loss', 'BA'],
    label: 'diagnosis',
    label_code: Object.fromEntries([...diagnoses].sort((a, b) => node(a) - node(b)).map((name) => [name, node(name)])),
    ...given({ selection_threshold: 'selection_threshold', nproc: 'n_proc', evaluation_steps: 'evaluation_steps' }),
    ...(typeof json.use_cpu === 'boolean' ? { gpu: !json.use_cpu } : {}),
    ...given({ transfer_learning_path: 'transfer_path', multi_cohort: 'multi_cohort' }),
    diagnoses,
    ...given({ baseline: 'baseline' }),
    normalize: json.unnormalize !== true,
    ...given({ data_augmentation: 'data_augmentation', sampler: 'sampler' }),
    n_splits: typeof json.n_splits === 'number' ? json.n_splits : 0,
    optimizer: 'Adam',
    ...given({ epochs: 'epochs', learning_rate: 'learning_rate', weight_decay: 'weight_decay' }),
    ...given({ patience: 'patience', tolerance: 'tolerance', accumulation_steps: 'accumulation_steps' }),
    network_task: 'classification',
    caps_directory: typeof json.caps_dir === 'string' ? json.caps_dir : '',
    tsv_path: typeof json.tsv_path === 'string' ? json.tsv_path : '',
    preprocessing_dict: extraction,
    mode,
    split: [],
    validation: typeof json.n_splits === 'number' && json.n_splits > 0 ? 'KFoldSplit' : 'SingleSplit',
    input_size: [...inputSize],
  };
  return {
    mode,
    network: json.model,
    dropout,
    inputSize,
    parameters,
    labelOf: (label) => {
      const names = diagnoses.filter((name) => oldCode[name] === Number(label));
      return names.length === 1 ? names[0] : null;
    },
    notes: notesOf(mode, json),
  };
}

interface Extracted {
  readonly extraction: PythonObject;
  /** Of the input, channel first; undefined where it is not told. */
  readonly size: readonly number[] | undefined;
}

function extractionIn(json: JsonObject, mode: PredictionLevel, preprocessing: string): Extracted {
  const isVolume = preprocessing === 't1-volume';
  const common = {
    preprocessing: isVolume ? 'custom' : preprocessing,
    mode,
    use_uncropped_image: false,
    prepare_dl: json[`use_extracted_${mode === 'roi' ? 'roi' : mode === 'patch' ? 'patches' : 'slices'}`] === true,
    ...(isVolume ? { custom_suffix: greyMatterSuffix } : {}),
  };
  const whole = [1, ...imageSizes[preprocessing]];
  const number = (key: string, usual: number): number => (typeof json[key] === 'number' ? json[key] : usual);
  switch (mode) {
    case 'image':
      return { extraction: common, size: whole };
    case 'patch': {
      const patch_size = number('patch_size', 50);
      const size = [1, patch_size, patch_size, patch_size];
      return { extraction: { ...common, patch_size, stride_size: number('stride_size', 50) }, size };
    }
    case 'roi': {
      const named = Array.isArray(json.roi_list) ? json.roi_list.map(String) : [];
      const isUncropped = json.uncropped_roi === true;
      const roi_list = named.length > 0 ? named : ['rightHippocampusBox', 'leftHippocampusBox'];
      const family = isVolume ? 'Ixi549Space' : '';
      const size = isUncropped ? whole : named.length > 0 ? undefined : [1, 50, 50, 50];
      const own = { roi_list, uncropped_roi: isUncropped, roi_custom_template: family, roi_custom_mask_pattern: family };
      return { extraction: { ...common, ...own }, size };
    }
    case 'slice': {
      const axis = number('slice_direction', 0);
      const ends = Array.isArray(json.discarded_slices) ? json.discarded_slices.map(Number) : [number('discarded_slices', 20)];
      const extraction = { ...common, slice_direction: axis, slice_mode: 'rgb', discarded_slices: ends };
      return { extraction, size: [3, 224, 224] };
    }
  }
}

function notesOf(mode: PredictionLevel, json: JsonObject): string[] {
  const isDefault = mode === 'roi' && (!Array.isArray(json.roi_list) || json.roi_list.length === 0);
  return [
    ...(isDefault
      ? [
          'Its regions are rightHippocampusBox (0) and leftHippocampusBox (1); prepare-data roi makes their masks where a CAPS lacks them.',
        ]
      : []),
    ...(mode === 'slice'
      ? ['Its slices were made 224 × 224 voxels of 8 bits, which is no longer done: nothing can be predicted with it.']
      : []),
    ...(json.multi_cohort === true ? ['It was trained on several cohorts; their names are not told by the results.'] : []),
  ];
}

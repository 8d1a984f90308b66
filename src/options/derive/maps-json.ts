/** @file The parameters of a training in `maps.json`: written as ClinicaDL 1.6.1 does, read from any of its versions since 0.3. */
import { appError } from '../../base/errors';
import type { PythonObject, PythonValue } from '../../formats/json';
import { type TrainClassificationOptions, trainClassification } from '../train';
import { accepts, checkAvailable, checkValue } from './check';
import { defaultsOf } from './defaults';
import { fieldsOf } from './fields';
import { pythonValue } from './toml';

type Parameters = Readonly<Record<string, unknown>>;

/** What a training finds out beside its options. */
export interface MapsExtras {
  readonly network_task: 'classification';
  /** Never `default`. */
  readonly architecture: string;
  /** Label → output node, complete. */
  readonly label_code: Readonly<Record<string, number>>;
  /** The content of the extraction JSON. */
  readonly preprocessing_dict: Parameters;
  readonly mode: string;
  readonly validation: 'KFoldSplit' | 'SingleSplit';
  /** Elements per image. */
  readonly num_networks: number;
  readonly output_size: number;
  /** Channel first. */
  readonly input_size: readonly number[];
}

/**
 * The object for `printPythonJson(…, { indent: 4 })`, keys in ClinicaDL's order. `split` is always empty, as there: which splits
 * were trained is seen from the folders.
 */
export function mapsJsonOf(options: TrainClassificationOptions, extras: MapsExtras): PythonObject {
  const { architecture, label_code, network_task, mode, validation, num_networks, output_size, input_size } = extras;
  const values: Parameters = { ...options, architecture, label_code };
  const fromOptions = fieldsOf(trainClassification)
    .filter(({ section, key }) => section !== 'Options' && key !== 'split')
    .map(({ key, field }) => [key, pythonValue(field, values[key])] as const);
  const { preprocessing_dict } = extras;
  const isRoi = mode === 'roi' && preprocessing_dict.roi_background_value === undefined;
  return {
    ...Object.fromEntries(fromOptions),
    network_task,
    caps_directory: options.caps_directory,
    tsv_path: options.tsv_directory,
    preprocessing_dict: (isRoi ? { ...preprocessing_dict, roi_background_value: 0 } : preprocessing_dict) as PythonObject,
    mode,
    split: [],
    validation,
    num_networks,
    output_size,
    input_size,
  } satisfies Record<string, PythonValue>;
}

const renamed: Readonly<Record<string, string>> = {
  model: 'architecture',
  multi: 'multi_network',
  minmaxnormalization: 'normalize',
  num_workers: 'n_proc',
};
const negated: Readonly<Record<string, string>> = { use_cpu: 'gpu', nondeterministic: 'deterministic' };

/** Keys that older versions kept beside the others; now they are in `preprocessing_dict`. */
const preprocessingKeys = [
  'preprocessing',
  'use_uncropped_image',
  'prepare_dl',
  'custom_suffix',
  'tracer',
  'suvr_reference_region',
  'patch_size',
  'stride_size',
  'slice_direction',
  'slice_mode',
  'discarded_slices',
  'roi_list',
  'uncropped_roi',
  'roi_custom_suffix',
  'roi_custom_template',
  'roi_custom_mask_pattern',
];

/**
 * The content of a `maps.json` with the names and keys of 1.6.1, all options present. A missing `file_type` stays missing: it
 * follows from the preprocessing.
 */
export function modernMapsJson(json: Parameters): Parameters {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(json)) {
    if (negated[key] !== undefined) result[negated[key]] = !value;
    else result[renamed[key] ?? key] = value;
  }
  if (result.preprocessing_dict === undefined) {
    const moved: Record<string, unknown> = { mode: result.mode };
    for (const key of preprocessingKeys) {
      if (result[key] !== undefined) moved[key] = result[key];
      delete result[key];
    }
    result.preprocessing_dict = moved;
  }
  result.preprocessing_dict = withPreprocessingDefaults(result.preprocessing_dict as Parameters);
  for (const [key, value] of Object.entries(defaultsOf(trainClassification))) {
    if (key !== 'config_file' && result[key] === undefined) result[key] = value;
  }
  return result;
}

function withPreprocessingDefaults(dictionary: Parameters): Parameters {
  return {
    ...dictionary,
    use_uncropped_image: dictionary.use_uncropped_image ?? false,
    prepare_dl: dictionary.prepare_dl ?? false,
    ...(dictionary.mode === 'slice' ? { slice_mode: dictionary.slice_mode ?? 'rgb' } : {}),
  };
}

/** The options of a training that a `maps.json` sets, for a configuration file; unchecked. Keys without a value are left out. */
export function configOfMapsJson(json: Parameters): Parameters {
  const parameters = modernMapsJson(json);
  const entries = fieldsOf(trainClassification)
    .filter(({ section }) => section !== 'Options')
    .map(({ key }) => [key, parameters[key]] as const)
    .filter(([, value]) => value !== null);
  return Object.fromEntries(entries);
}

/** What a prediction depends on: refused when it cannot be used. The other options only tell how the network was trained. */
const predictionKeys = [
  'architecture',
  'multi_network',
  'ssda_network',
  'dropout',
  'label',
  'label_code',
  'selection_threshold',
  'multi_cohort',
  'diagnoses',
  'normalize',
  'size_reduction',
  'size_reduction_factor',
];

/**
 * The options of the training that wrote a MAPS; `maps` is its path. Throws `option-not-available` for tasks and networks that
 * cannot be used here and `option-value` for damaged values; values that a prediction does not need are replaced by their
 * defaults when they cannot be read.
 */
export function optionsOfMapsJson(json: Parameters, maps: string): TrainClassificationOptions {
  const { network_task = 'classification' } = json;
  if (network_task !== 'classification') {
    throw appError(
      'option-not-available',
      { option: 'network_task', value: String(network_task), available: 'a MAPS of classification' },
      { where: maps },
    );
  }
  const parameters = modernMapsJson(json);
  const { extract_json } = parameters.preprocessing_dict as Parameters;
  const values: Record<string, unknown> = {
    caps_directory: String(parameters.caps_directory ?? ''),
    preprocessing_json: String(extract_json ?? ''),
    tsv_directory: String(parameters.tsv_path ?? ''),
    output_maps_directory: maps,
  };
  for (const placed of fieldsOf(trainClassification)) {
    const { key, field } = placed;
    const value = parameters[key] ?? field.default;
    if (predictionKeys.includes(key)) {
      checkValue(placed, value);
      checkAvailable(placed, value);
    }
    values[key] = accepts(field, value) ? value : field.default;
  }
  return values as TrainClassificationOptions;
}

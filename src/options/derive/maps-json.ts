/** @file The parameters of a training in `maps.json`: written as ClinicaDL 1.6.1 does, read and checked from any version since 0.3. */
import { appError } from '../../base/errors';
import type { PythonObject, PythonValue } from '../../formats/json';
import type { TaskName } from '../../vocabulary/losses';
import { dropoutOf } from '../../vocabulary/networks';
import type { SearchRecord } from '../../vocabulary/random-design';
import { type AnyField, choice, int, ints } from '../field';
import { isTask, type TrainOptions, trainSchema } from '../train';
import { accepts, expectedOf, shown, told } from './check';
import { fieldsInFile } from './fields';
import { modernKey, modernMapsJson } from './maps-json-versions';
import { randomDesignOf, withSearch } from './random-design';
import { pythonValue } from './toml';

type Parameters = Readonly<Record<string, unknown>>;

/** What a training finds out beside its options. */
export interface MapsExtras {
  readonly network_task: TaskName;
  /** Never `default`. */
  readonly architecture: string;
  /** Label → output node, complete; null for other tasks. */
  readonly label_code: Readonly<Record<string, number>> | null;
  /** The content of the extraction JSON. */
  readonly preprocessing_dict: Parameters;
  readonly mode: string;
  readonly validation: 'KFoldSplit' | 'SingleSplit';
  /** Elements per image. */
  readonly num_networks: number;
  /** Outputs of the network; of a reconstruction the size of its input. */
  readonly output_size: number | readonly number[];
  /** Channel first. */
  readonly input_size: readonly number[];
}

/**
 * The object for `printPythonJson(…, { indent: 4 })`, keys in ClinicaDL's order. `split` is always empty, as there: which splits
 * were trained is seen from the folders.
 */
export function mapsJsonOf(options: TrainOptions, extras: MapsExtras): PythonObject {
  const { architecture, label_code, network_task, mode, validation, num_networks, output_size, input_size } = extras;
  // Made here: in the order of the nodes, also where labels are whole numbers, which objects put first.
  const isMade = Object.keys(options.label_code).length === 0;
  const code = label_code !== null && isMade ? new Map(Object.entries(label_code).sort(([, a], [, b]) => a - b)) : label_code;
  const values: Parameters = { ...options, architecture, dropout: dropoutOf(architecture, options.dropout), label_code: code };
  const fields = fieldsInFile(trainSchema(network_task));
  const foreign = ofOtherTasks.filter((key) => !fields.some((field) => field.key === key));
  const fromOptions = fields
    .filter(({ key }) => key !== 'split')
    .map(({ key, field }) => [key, pythonValue(field, values[key])] as const);
  const { preprocessing_dict } = extras;
  const isRoi = mode === 'roi' && preprocessing_dict.roi_background_value === undefined;
  const parameters = {
    ...Object.fromEntries(fromOptions),
    network_task,
    caps_directory: options.caps_directory,
    tsv_path: options.tsv_directory,
    preprocessing_dict: (isRoi ? { ...preprocessing_dict, roi_background_value: 0 } : preprocessing_dict) as PythonObject,
    mode,
    split: [],
    validation,
    ...Object.fromEntries(foreign.map((key) => [key, null])),
    num_networks,
    output_size,
    input_size,
  } satisfies Record<string, PythonValue>;
  const { convolutions_dict } = options;
  if (convolutions_dict === undefined) return parameters;
  return withSearch(
    parameters,
    options as SearchRecord,
    fields.map(({ key }) => key),
  );
}

/** What a task has and others do not: null there, in this order. */
const ofOtherTasks: readonly string[] = ['label', 'selection_threshold', 'label_code'];

/** What each version writes for each training, so that its lack is damage; `help` and `default` are not used. */
const always: Readonly<Record<string, AnyField>> = {
  mode: choice(['image', 'patch', 'roi', 'slice'], { default: 'image', help: '' }),
  input_size: ints({ default: [], min: 1, help: '' }),
};
const outputSize: Readonly<Record<TaskName, AnyField>> = {
  classification: int({ default: 2, min: 1, help: '' }),
  regression: int({ default: 1, min: 1, help: '' }),
  reconstruction: ints({ default: [], min: 1, help: '' }),
};

/** What a network is built from besides; older versions left other options out, which then have their defaults. */
const needed = (task: TaskName): readonly string[] =>
  task === 'classification' ? ['architecture', 'label_code'] : ['architecture'];

/** Options that a prediction depends on, its loss included; the others only tell how the network was trained. */
const predictionKeys: readonly string[] = [
  'architecture',
  'multi_network',
  'ssda_network',
  'dropout',
  'label',
  'label_code',
  'selection_threshold',
  'loss',
  'multi_cohort',
  'diagnoses',
  'normalize',
  'size_reduction',
  'size_reduction_factor',
];

const isObject = (value: unknown): value is Parameters => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The options of the training that wrote a MAPS; `maps` is its path, `json` the content of its maps.json as it stands there, or at `path`.
 * Options that an older version did not have get their defaults. Throws `maps-not-available` for what cannot be done here with such
 * a MAPS (to resume it needs every option, to predict only some), and `maps-value` for each value that cannot be read.
 */
export function optionsOfMapsJson(
  json: Parameters,
  maps: string,
  use: 'predict' | 'resume',
  path = `${maps}/maps.json`,
): TrainOptions {
  const elsewhere = (option: string, value: string, available: string): Error =>
    appError('maps-not-available', { maps, option, value, available }, { where: path });
  const damaged = (key: string, value: unknown, expected: string): Error =>
    appError('maps-value', { maps, key, found: shown(value), expected }, { where: path });
  const { network_task = 'classification' } = json;
  if (typeof network_task !== 'string') throw damaged('network_task', network_task, 'text');
  if (!isTask(network_task)) throw elsewhere('network_task', network_task, 'one of the three tasks');
  for (const [key, value] of Object.entries(json)) {
    if (modernKey(key).negated && typeof value !== 'boolean') throw damaged(key, value, 'true or false');
  }
  if (json.preprocessing_dict !== undefined && !isObject(json.preprocessing_dict)) {
    throw damaged('preprocessing_dict', json.preprocessing_dict, 'an object');
  }
  for (const key of ['caps_directory', 'tsv_path']) {
    if (typeof (json[key] ?? '') !== 'string') throw damaged(key, json[key], 'a path');
    // Without it, the opened folder itself would be taken.
    if (use === 'resume' && (json[key] ?? '') === '') throw damaged(key, json[key], 'a path');
  }
  const parameters = modernMapsJson(json);
  for (const [key, field] of Object.entries({ ...always, output_size: outputSize[network_task] })) {
    if (!accepts(field, parameters[key])) throw damaged(key, parameters[key], expectedOf(field));
  }
  const { mode } = parameters.preprocessing_dict as Parameters;
  if (typeof mode === 'string' && mode !== parameters.mode)
    throw damaged('mode', parameters.mode, `${shown(mode)}, as in preprocessing_dict,`);
  for (const key of needed(network_task)) {
    if (!Object.keys(json).some((name) => modernKey(name).key === key)) throw damaged(key, undefined, 'a value');
  }
  const values: Record<string, unknown> = {
    label: null,
    label_code: {},
    selection_threshold: null,
    caps_directory: parameters.caps_directory ?? '',
    preprocessing_json: String((parameters.preprocessing_dict as Parameters).extract_json ?? ''),
    tsv_directory: parameters.tsv_path ?? '',
    output_maps_directory: maps,
  };
  for (const placed of fieldsInFile(trainSchema(network_task))) {
    const { key, field } = placed;
    // Versions before the choice of a loss wrote null.
    const value = key === 'loss' && parameters.loss === null ? field.default : parameters[key];
    if (!accepts(field, value)) throw damaged(key, value, expectedOf(field));
    const isDrawn = key === 'architecture' && value === 'RandomArchitecture';
    if ((use === 'resume' || predictionKeys.includes(key)) && field.notYet?.(value) && !isDrawn) {
      throw elsewhere(key, told(value), field.available ?? 'another value');
    }
    values[key] = value;
  }
  const { label_code } = values;
  const { output_size } = parameters;
  if (
    typeof output_size === 'number' &&
    Object.values(label_code as Record<string, number>).some((node) => node >= output_size)
  ) {
    throw damaged('label_code', label_code, `numbers below output_size, ${output_size},`);
  }
  if (values.architecture === 'RandomArchitecture') Object.assign(values, randomDesignOf(json, damaged));
  const ofCommandLine = { config_file: null, pretrained: null, watts: null, grams_per_kwh: null };
  return { ...values, ...ofCommandLine, network_task } as TrainOptions;
}

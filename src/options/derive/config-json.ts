/**
 * @file A `maps.json` as configuration file, checked as strictly as a TOML one: it is flat, each key is one that a version of
 * ClinicaDL writes, and each value one that the option takes.
 */
import { appError } from '../../base/errors';
import { nearNames } from '../../base/neighbours';
import { PyFloat } from '../../base/python-number';
import { type PythonValue, readPythonJson } from '../../formats/json';
import type { TaskName } from '../../vocabulary/losses';
import { type AnyField, choice, int, ints, text } from '../field';
import { trainSchema } from '../train';
import { accepts, checkValue, expectedOf, shown } from './check';
import { fieldsInFile, type PlacedField } from './fields';
import { modernKey, preprocessingKeys } from './maps-json-versions';
import { valueInFile } from './toml';

type Values = Readonly<Record<string, unknown>>;

/** Keys of a training beside its options: the command line, the data and the extraction JSON decide them anew. */
const foundOf = (task: TaskName): Readonly<Record<string, AnyField>> => ({
  network_task: choice([task], { default: task, help: '' }),
  caps_directory: text({ default: '', help: '' }),
  tsv_path: text({ default: '', help: '' }),
  mode: choice(['image', 'patch', 'roi', 'slice'], { default: 'image', help: '' }),
  validation: choice(['KFoldSplit', 'SingleSplit'], { default: 'SingleSplit', help: '' }),
  num_networks: int({ default: 1, min: 1, help: '' }),
  output_size: task === 'reconstruction' ? ints({ default: [], min: 1, help: '' }) : int({ default: 2, min: 1, help: '' }),
  input_size: ints({ default: [], min: 1, help: '' }),
});
const ofExtraction = 'preprocessing_dict';

/** What a random search adds; `randomDesignOf` reads it where a training is repeated. */
const ofSearch: readonly string[] = ['convolutions_dict', 'n_fcblocks', 'network_normalization', 'channels_limit', 'wd_bool'];

/** ClinicaDL writes null where a task has no such option. */
const mayBeNull: readonly string[] = ['label', 'label_code', 'selection_threshold', 'loss'];

/**
 * The options that a `maps.json` of any version since 0.3 sets; keys with null are left out. Throws `config-file-kind` and
 * `config-json-…` (where = the file), `option-value` (where = `Section.key`), and what `readPythonJson` throws.
 */
export function readConfigJson(bytes: Uint8Array, path: string, task: TaskName = 'classification'): Values {
  const json = plain(readPythonJson(bytes, { where: path }));
  if (!isObject(json)) throw appError('config-file-kind', { path, found: 'JSON without keys' }, { where: path });
  const fields = new Map(fieldsInFile(trainSchema(task)).map((placed) => [placed.key, placed]));
  const options: Record<string, unknown> = {};
  const seen = new Map<string, string>();
  for (const [key, value] of Object.entries(json)) {
    const modern = modernKey(key);
    const twin = seen.get(modern.key);
    if (twin !== undefined) throw appError('config-json-twice', { path, key, twin }, { where: path });
    seen.set(modern.key, key);
    const placed = fields.get(modern.key);
    if (placed === undefined) checkOther(key, value, { json, path, task, known: [...fields.keys()] });
    else if (value !== null || !mayBeNull.includes(modern.key)) options[modern.key] = optionOf(placed, value, modern.negated);
  }
  return options;
}

function optionOf(placed: PlacedField, value: unknown, negated: boolean): unknown {
  if (!negated) return valueInFile(placed, value);
  checkValue(placed, value);
  return value !== true;
}

interface Surroundings {
  readonly json: Values;
  readonly path: string;
  readonly task: TaskName;
  readonly known: readonly string[];
}

/** Throws unless the key is one of a `maps.json` that is no option, with a value as it stands there. */
function checkOther(key: string, value: unknown, { json, path, task, known }: Surroundings): void {
  if (value === null && mayBeNull.includes(key)) return;
  const found = foundOf(task);
  const field = Object.hasOwn(found, key) ? found[key] : undefined;
  if (field !== undefined) {
    if (accepts(field, value)) return;
    throw appError('option-value', { option: key, found: shown(value), expected: expectedOf(field) }, { where: path });
  }
  if (key === ofExtraction) {
    if (isObject(value)) return;
    throw appError('option-value', { option: key, found: shown(value), expected: 'an object' }, { where: path });
  }
  if (ofSearch.includes(key) && json.architecture === 'RandomArchitecture') return;
  if (preprocessingKeys.includes(key) && !Object.hasOwn(json, ofExtraction)) return;
  if (isObject(value)) throw appError('config-json-section', { path, section: key }, { where: path });
  throw appError(
    'config-json-key',
    { path, key, near: nearNames(key, known, `"clinicadl train ${task} --help" lists them`) },
    { where: path },
  );
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Floats as numbers; integers beyond 2⁵³ stay bigint, which no option takes. */
function plain(value: PythonValue): unknown {
  if (value instanceof PyFloat) return value.value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

/**
 * @file `random_search.toml`: what a random search draws, and from what. Beside `[Random_Search]` it has the sections of a training; a
 * key may stand in either, and its value may be a list to draw from.
 */
import { appError } from '../../base/errors';
import { nearNames } from '../../base/neighbours';
import { decodeText } from '../../formats/decode-text';
import { maxTomlBytes, readToml } from '../../formats/toml';
import { type DrawRule, drawRules } from '../../vocabulary/random-design';
import { type AnyField, choice, flag, int, text } from '../field';
import { trainSchema } from '../train';
import { accepts, expectedOf, shown } from './check';
import { fieldsInFile } from './fields';
import { eachConfigKey, isTable, searchSection } from './toml';

export type SearchTask = 'classification' | 'regression';

export interface SearchSpace {
  readonly task: SearchTask;
  readonly caps_directory: string;
  readonly preprocessing_json: string;
  readonly tsv_path: string;
  /** By key: what the file gives; of `network` those of RandomArchitecture and `wd_bool`, of `training` options. */
  readonly network: Readonly<Record<string, unknown>>;
  readonly training: Readonly<Record<string, unknown>>;
  /** Keys of `[Random_Search]` that stand in another section, too, whose value is taken. */
  readonly twice: readonly string[];
}

// `default` of the fields: what is taken where the file gives nothing; without `help`, they are in no form.
const networkFields: Readonly<Record<string, AnyField>> = {
  n_convblocks: int({ default: 1, min: 1, max: 1000, help: '' }),
  first_conv_width: int({ default: 1, min: 1, max: 1_000_000, help: '' }),
  n_fcblocks: int({ default: 1, min: 1, max: 1000, help: '' }),
  d_reduction: choice(['MaxPooling', 'stride'], { default: 'MaxPooling', help: '' }),
  network_normalization: choice(['BatchNorm', 'InstanceNorm', 'None'], { default: 'BatchNorm', help: '' }),
  channels_limit: int({ default: 512, min: 1, max: 1_000_000, help: '' }),
  n_conv: int({ default: 1, min: 1, max: 1000, help: '' }),
  wd_bool: flag({ default: true, help: '' }),
};
/** How a list of these becomes a value; the others are in `drawRules`. */
const convolutionRules: Readonly<Record<string, DrawRule>> = {
  n_convblocks: 'randint',
  first_conv_width: 'choice',
  d_reduction: 'choice',
  n_conv: 'choice',
};
const placeFields: Readonly<Record<string, AnyField>> = {
  network_task: choice(['classification', 'regression'], { default: 'classification', help: '' }),
  caps_directory: text({ default: '', help: '' }),
  tsv_path: text({ default: '', help: '' }),
  preprocessing_json: text({ default: '', help: '' }),
};
const mandatory = [...Object.keys(placeFields), 'n_convblocks', 'first_conv_width', 'n_fcblocks'];

/** The exponents of ClinicaDL's defaults, 10⁻⁴; its search takes the defaults themselves for exponents and trains with 1. */
const defaultExponents = { learning_rate: 4, weight_decay: 4 };

export const ruleOf = (key: string): DrawRule =>
  convolutionRules[key] ?? (drawRules as Readonly<Record<string, DrawRule>>)[key] ?? 'fixed';

/** 10⁻ˣ is a number that a training can have. */
const isExponent = (value: unknown): boolean => typeof value === 'number' && Math.abs(value) <= 300;

function isRange(value: readonly unknown[], each: (item: unknown) => boolean): boolean {
  const [from, to] = value;
  return value.length === 2 && value.every(each) && Number(from) <= Number(to);
}

/** What a key may be in the file; throws `option-value`. */
function checkDrawable(key: string, field: AnyField, value: unknown, where: string): void {
  const rule = ruleOf(key);
  const single = (item: unknown): boolean => (rule === 'exponent' ? isExponent(item) : accepts(field, item));
  const one = rule === 'exponent' ? 'the x of 10⁻ˣ, a number' : expectedOf(field);
  if (!Array.isArray(value) || rule === 'fixed') {
    if (single(value)) return;
    throw appError('option-value', { option: key, found: shown(value), expected: one }, { where });
  }
  const fits = rule === 'choice' ? value.length > 0 && value.every(single) : isRange(value, single);
  if (fits) return;
  const list = rule === 'choice' ? 'a list of such values' : 'a list of the least and the largest';
  throw appError('option-value', { option: key, found: shown(value), expected: `${one}, or ${list},` }, { where });
}

/**
 * Reads the file at `path`. Throws `config-section-unknown`, `config-key-unknown`, `option-needed` for what every search must give,
 * `option-value`, and what `readToml` throws.
 */
export function readSearchSpace(bytes: Uint8Array, path: string): SearchSpace {
  const toml = readToml(decodeText(bytes, { format: 'TOML', maxBytes: maxTomlBytes, where: path }), path);
  const { [searchSection]: own } = toml;
  if (!isTable(own))
    throw appError(
      'option-needed',
      { option: `[${searchSection}]`, reason: 'it says what a random search draws' },
      { where: path },
    );
  for (const key of mandatory)
    if (own[key] === undefined)
      throw appError(
        'option-needed',
        { option: key, reason: `every [${searchSection}] has it` },
        { where: `${searchSection}.${key}` },
      );
  for (const [key, field] of Object.entries(placeFields))
    if (!accepts(field, own[key]))
      throw appError(
        'option-value',
        { option: key, found: shown(own[key]), expected: expectedOf(field) },
        { where: `${searchSection}.${key}` },
      );
  const task = own.network_task as SearchTask;
  const placed = fieldsInFile(trainSchema(task));
  const trainingFields = new Map(placed.map(({ key, field }) => [key, field]));
  const network: Record<string, unknown> = Object.fromEntries(
    Object.entries(networkFields).map(([key, field]) => [key, field.default]),
  );
  const training: Record<string, unknown> = { ...defaultExponents };
  const given = new Map<string, number>();
  const take = (key: string, value: unknown, section: string): void => {
    // n_conv of [Architecture] is that of the blocks, too, as ClinicaDL reads it.
    const ofNetwork = networkFields[key];
    const field = ofNetwork ?? trainingFields.get(key);
    if (field === undefined) {
      const known = [...Object.keys(networkFields), ...Object.keys(placeFields), ...trainingFields.keys()];
      throw appError('config-key-unknown', { section, key, near: nearNames(key, known, known.join(', ')) }, { where: path });
    }
    checkDrawable(key, field, value, `${section}.${key}`);
    (ofNetwork === undefined ? training : network)[key] = value;
    given.set(key, (given.get(key) ?? 0) + 1);
  };
  for (const [key, value] of Object.entries(own)) if (!Object.hasOwn(placeFields, key)) take(key, value, searchSection);
  eachConfigKey(trainSchema(task), toml, path, ({ key, section }, value) => take(key, value, section));
  const { caps_directory, preprocessing_json, tsv_path } = own as Readonly<Record<string, string>>;
  const twice = [...given].filter(([, times]) => times > 1).map(([key]) => key);
  return { task, caps_directory, preprocessing_json, tsv_path, network, training, twice };
}

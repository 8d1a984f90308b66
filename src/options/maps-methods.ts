/**
 * @file The methods of ClinicaDL's `MapsManager`: arguments in Python's order with Python's defaults, and the command of those that run
 * one. Scripts of the page and pasted cells of Python call them alike.
 */
import { appError } from '../base/errors';
import { nearNames } from '../base/neighbours';
import type { CommandName } from './commands';
import { checkOptions } from './derive/check';
import { fieldsOf } from './derive/fields';
import { choice, define, type Field, flag, int, ints, type Schema, type Section, text } from './field';
import { interpret } from './interpret';
import type { MapsMethod } from './maps-method-names';
import { predict } from './predict';

type Values = Readonly<Record<string, unknown>>;

export interface MapsMethodRow {
  /** Positionals have no default. */
  readonly schema: Schema;
  /** What runs, with arguments whose names differ there. */
  readonly command?: CommandName;
  readonly renamed?: Readonly<Record<string, string>>;
  /** Arguments without an option of the command: their only value is what it does. */
  readonly implied?: readonly string[];
}

/** The same option, but Python's default is None. */
const orNone = <T>(field: Field<T>): Field<T | null> => ({ ...field, default: null, nullable: true }) as Field<T | null>;

const dataGroup = { data_group: { kind: 'text', help: 'Name of the group.' } } as const;
const split = int({ default: 0, min: 0, help: 'Fold, counted from 0.' });
const split_list = orNone(ints({ default: [], min: 0, help: 'Folds, counted from 0; None: all.' }));
const selection_metric = text<string | null>({ default: null, help: 'Of the best model; None: the only one there is.' });
const network = int<number | null>({ default: null, help: 'Where each element has a network of its own, its number.' });
const verbose = (usual: boolean): Field<boolean> => flag({ default: usual, help: 'Accepted only: the result is given back.' });
const mode = choice(['image', 'patch', 'roi', 'slice'], { default: 'image', help: 'Level of the table.' });

const method = (positionals: Schema['positionals'], fields: Section): MapsMethodRow => ({
  schema: define({ positionals, sections: { Arguments: fields } }),
});

const p = predict.sections.Options;
const i = interpret.sections.Options;
const shared = { tsv_path: 'participants_tsv', split_list: 'split' };

export const mapsMethods = {
  train: {
    ...method(
      {},
      { split_list, overwrite: flag({ default: false, help: 'Train folds anew that are there; what they hold is replaced.' }) },
    ),
    command: 'train resume',
    renamed: shared,
  },
  resume: { ...method({}, { split_list }), command: 'train resume', renamed: shared },
  predict: {
    ...method(dataGroup, {
      caps_directory: p.caps_directory,
      tsv_path: p.participants_tsv,
      split_list,
      selection_metrics: orNone(p.selection_metrics),
      multi_cohort: p.multi_cohort,
      diagnoses: p.diagnoses,
      use_labels: p.use_labels,
      batch_size: orNone(p.batch_size),
      n_proc: orNone(p.n_proc),
      gpu: orNone(p.gpu),
      amp: p.amp,
      overwrite: p.overwrite,
      label: p.label,
      label_code: choice(['default'], { default: 'default', help: 'That of the training.' }),
      save_tensor: p.save_tensor,
      save_nifti: p.save_nifti,
      save_latent_tensor: p.save_latent_tensor,
      skip_leak_check: p.skip_leak_check,
    }),
    command: 'predict',
    renamed: shared,
    implied: ['label_code'],
  },
  interpret: {
    ...method(
      { ...dataGroup, name: interpret.positionals.name, method: interpret.positionals.method },
      {
        caps_directory: i.caps_directory,
        tsv_path: i.participants_tsv,
        split_list,
        selection_metrics: orNone(i.selection_metrics),
        multi_cohort: i.multi_cohort,
        diagnoses: i.diagnoses,
        target_node: i.target_node,
        save_individual: i.save_individual,
        batch_size: orNone(i.batch_size),
        n_proc: orNone(i.n_proc),
        gpu: orNone(i.gpu),
        amp: i.amp,
        overwrite: i.overwrite,
        overwrite_name: i.overwrite_name,
        level: i.level_grad_cam,
        save_nifti: i.save_nifti,
        // Of this app.
        as_published: i.as_published,
        steps: i.steps,
        occlusion_size: i.occlusion_size,
        occlusion_stride: i.occlusion_stride,
        tested_method: i.tested_method,
        skip_leak_check: i.skip_leak_check,
      },
    ),
    command: 'interpret',
    renamed: { ...shared, level: 'level_grad_cam' },
  },
  get_parameters: method({}, {}),
  get_group_info: method(dataGroup, { split: orNone(split) }),
  get_state_dict: method(
    {},
    {
      split,
      selection_metric,
      network,
      map_location: text<string | null>({ default: null, help: 'Accepted only: weights come as arrays.' }),
    },
  ),
  get_best_epoch: method({}, { split, selection_metric, network }),
  get_model: method({}, { split, selection_metric, network }),
  get_prediction: method(dataGroup, { split, selection_metric, mode, verbose: verbose(false) }),
  get_metrics: method(dataGroup, { split, selection_metric, mode, verbose: verbose(true) }),
  get_interpretation: method(
    { ...dataGroup, name: { kind: 'text', help: 'Name of the interpretation.' } },
    {
      split,
      selection_metric,
      verbose: verbose(true),
      participant_id: text<string | null>({
        default: null,
        help: 'Of the map of one element, with session_id; None: the mean map.',
      }),
      session_id: text<string | null>({ default: null, help: 'See participant_id.' }),
      mode_id: int({ default: 0, min: 0, help: 'Number of the patch, slice or region; of a mean map its place, from 0.' }),
    },
  ),
} as const satisfies Readonly<Record<MapsMethod, MapsMethodRow>>;

const rowOf = (name: MapsMethod): MapsMethodRow => mapsMethods[name];

/** Names of the arguments, in order. */
export const argumentNames = (name: MapsMethod): string[] => {
  const { schema } = rowOf(name);
  return [...Object.keys(schema.positionals), ...fieldsOf(schema).map(({ key }) => key)];
};

/** `predict(data_group, caps_directory, …)` */
const usageOfMethod = (name: MapsMethod): string => `${name}(${argumentNames(name).join(', ')})`;

/**
 * The arguments of a call by name, complete and checked. Throws `option-unknown` for a name that the method does not have, `method-argument`
 * for one that is missing, given twice or too many, and what `checkOptions` throws.
 */
export function methodArguments(name: MapsMethod, positionals: readonly unknown[], named: Values): Values {
  const names = argumentNames(name);
  const wrong = (problem: string): Error => appError('method-argument', { method: name, problem, usage: usageOfMethod(name) });
  if (positionals.length > names.length) throw wrong(`takes ${names.length} arguments, and ${positionals.length} were given`);
  const given: Record<string, unknown> = Object.fromEntries(positionals.map((value, n) => [names[n], value]));
  for (const [key, value] of Object.entries(named)) {
    if (!names.includes(key)) {
      const near = nearNames(key, names, `the arguments are ${names.join(', ')}`);
      throw appError('option-unknown', { option: key, command: `MapsManager.${name}`, near }, { where: key });
    }
    if (key in given) throw wrong(`was given ${key} twice`);
    given[key] = value;
  }
  const missing = Object.keys(rowOf(name).schema.positionals).find((key) => given[key] === undefined);
  if (missing !== undefined) throw wrong(`needs ${missing}`);
  return checkOptions(rowOf(name).schema, given) as Values;
}

/** Those that are paths, from the workspace. */
export function placedArguments(name: MapsMethod, values: Values, place: (path: string) => string): Values {
  const paths = new Set(fieldsOf(rowOf(name).schema).flatMap(({ key, field }) => (field.kind === 'path' ? [key] : [])));
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, paths.has(key) && typeof value === 'string' ? place(value) : value]),
  );
}

/** Arguments that say something, by the names of the command. */
export function optionsOfMethod(name: MapsMethod, values: Values): Record<string, unknown> {
  const { renamed = {}, implied = [] } = rowOf(name);
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) =>
      value === null || implied.includes(key) ? [] : [[renamed[key] ?? key, value]],
    ),
  );
}

/** @file What a form shows for each option: a label, a control, bounds, choices. Plain data; the page draws it. */
import { type CommandName, commandOf } from '../commands';
import type { Field, Positional } from '../field';
import { type Choice, choicesOf, isLocked, missingNote } from './availability';
import { fieldsOf, mainFlag } from './fields';

/** `switch`: boolean; `select`: one of the choices; `checks`: several of them; `list`: several texts or numbers; `table`: name = number. */
export type Control = 'switch' | 'integer' | 'number' | 'text' | 'path' | 'select' | 'checks' | 'list' | 'table';

export interface FormRow {
  /** Key in the options object. */
  readonly key: string;
  /** The `where` of errors about this row. */
  readonly where: string;
  readonly label: string;
  readonly help: string;
  readonly control: Control;
  readonly min?: number;
  readonly max?: number;
  readonly unit?: string;
  /** The value may also be the path of a file with this ending. */
  readonly orFile?: string;
  /** Of the file that the value names, or may name: one can be chosen or dropped. */
  readonly ending?: string;
  readonly choices: readonly Choice[];
  /** What is not available here yet, as a sentence; '' when all is. */
  readonly missing: string;
  /** The only value is the default: shown and locked. */
  readonly locked: boolean;
  readonly required: boolean;
  /** May be empty, which stands for null or false. */
  readonly nullable: boolean;
  readonly default: unknown;
  readonly advanced: boolean;
  /** Spelling on the command line; '' for arguments by position. */
  readonly flag: string;
  /** False when the row has no meaning with the other values. */
  isShown(values: Readonly<Record<string, unknown>>): boolean;
}

export interface FormSection {
  /** `Arguments`, or the name of the section in the configuration file. */
  readonly name: string;
  readonly title: string;
  readonly rows: readonly FormRow[];
}

const acronyms: Readonly<Record<string, string>> = {
  amp: 'AMP',
  bids: 'BIDS',
  caps: 'CAPS',
  dti: 'DTI',
  gpu: 'GPU',
  json: 'JSON',
  kl: 'KL',
  maps: 'MAPS',
  nifti: 'NIfTI',
  roi: 'ROI',
  ssda: 'SSDA',
  suvr: 'SUVR',
  toml: 'TOML',
  tsv: 'TSV',
};

/** `learning_rate` → `Learning rate`, `caps_directory` → `CAPS directory`. */
export function labelOf(key: string): string {
  const words = key
    .toLowerCase()
    .split('_')
    .map((word) => acronyms[word] ?? word)
    .join(' ');
  return words[0].toUpperCase() + words.slice(1);
}

const controls = {
  int: 'integer',
  number: 'number',
  flag: 'switch',
  choice: 'select',
  text: 'text',
  path: 'path',
  ints: 'list',
  numbers: 'list',
  texts: 'list',
  choices: 'checks',
  table: 'table',
} as const satisfies Record<Field<unknown>['kind'], Control>;

/** Arguments first, then the sections in the order of the schema; sections without rows are left out. */
export function formModel(name: CommandName): FormSection[] {
  const { schema } = commandOf(name);
  const argumentRows = Object.entries(schema.positionals).map(([key, positional]) => positionalRow(key, positional));
  const rows = fieldsOf(schema).map(({ section, key, field, where }) => ({ section, row: fieldRow(key, where, field) }));
  const sections = Object.keys(schema.sections).map((section) => ({
    name: section,
    title: labelOf(section),
    rows: rows.filter((placed) => placed.section === section).map(({ row }) => row),
  }));
  return [{ name: 'Arguments', title: 'Arguments', rows: argumentRows }, ...sections].filter(({ rows }) => rows.length > 0);
}

function positionalRow(key: string, positional: Positional): FormRow {
  const { kind, help } = positional;
  return {
    key,
    where: key,
    label: labelOf(key),
    help,
    control: kind === 'choice' ? 'select' : kind,
    choices: choicesOf(positional),
    missing: missingNote(positional),
    locked: false,
    required: true,
    nullable: false,
    default: '',
    advanced: false,
    flag: '',
    isShown: () => true,
  };
}

function fieldRow(key: string, where: string, field: Field<unknown>): FormRow {
  return {
    key,
    where,
    label: labelOf(key),
    help: field.help,
    control: controls[field.kind],
    ...(field.min === undefined ? {} : { min: field.min }),
    ...(field.max === undefined ? {} : { max: field.max }),
    ...(field.unit === undefined ? {} : { unit: field.unit }),
    ...(field.orFile === undefined ? {} : { orFile: field.orFile, ending: field.orFile }),
    ...(field.ending === undefined ? {} : { ending: field.ending }),
    choices: choicesOf(field),
    missing: missingNote(field),
    locked: isLocked(field),
    required: false,
    nullable: field.nullable || (field.default === false && field.kind !== 'flag'),
    default: field.default,
    advanced: field.advanced === true,
    flag: mainFlag(field),
    isShown: (values) => field.when?.(values) !== false,
  };
}

/** @file Options as ClinicaDL's configuration file, both ways. */
import { appError } from '../../base/errors';
import { nearNames, neighbours } from '../../base/neighbours';
import { PyFloat } from '../../base/python-number';
import type { JsonValue, PythonValue } from '../../formats/json';
import { printToml, readToml } from '../../formats/toml';
import type { Field, Schema, Section } from '../field';
import { checkValue } from './check';
import type { PlacedField } from './fields';

/** In a file of a random search beside the training sections, which are read without it. */
export const searchSection = 'Random_Search';

/** Sections that a file may have: those of the schema but `Options`, and those of other tasks. */
function sectionsOf(schema: Schema): Readonly<Record<string, Section>> {
  const { Options: _commandOnly, ...sections } = schema.sections;
  return sections;
}

/**
 * Calls for each key of the sections of the schema in a file; sections of other tasks are checked for their names and left out. Throws
 * `config-section-unknown`, `config-key-unknown`, `config-key-outside` (where = the file).
 */
export function eachConfigKey(
  schema: Schema,
  toml: Readonly<Record<string, JsonValue>>,
  where: string,
  found: (placed: PlacedField, value: JsonValue) => void,
): void {
  const sections = sectionsOf(schema);
  const legal = { ...sections, ...schema.otherSections };
  for (const [section, table] of Object.entries(toml)) {
    if (section === searchSection) continue;
    if (!isTable(table)) throw outside(section, legal, where);
    if (!Object.hasOwn(legal, section)) {
      throw appError('config-section-unknown', { section, near: nearOf(section, Object.keys(legal)) }, { where });
    }
    for (const [key, value] of Object.entries(table)) {
      if (!Object.hasOwn(legal[section], key)) throw unknownKey(section, key, legal, where);
      if (Object.hasOwn(sections, section))
        found({ section, key, field: sections[section][key], where: `${section}.${key}` }, value);
    }
  }
}

/**
 * The options that a file sets, checked for type and bounds. Throws as `eachConfigKey` does, `option-value` (where = `Section.key`), and
 * what `readToml` throws.
 */
export function readConfigToml(schema: Schema, text: string, where: string): Readonly<Record<string, unknown>> {
  const options: Record<string, unknown> = {};
  eachConfigKey(schema, readToml(text, where), where, (placed, value) => {
    options[placed.key] = valueInFile(placed, value);
  });
  return options;
}

export function isTable(value: JsonValue): value is Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value in the file, checked. ClinicaDL writes an empty text for "no path". Throws `option-value`. */
export function valueInFile(placed: PlacedField, value: unknown): unknown {
  const { field } = placed;
  const meant = field.kind === 'path' && field.default === false && value === '' ? false : value;
  checkValue(placed, meant);
  return meant;
}

function homeOf(key: string, legal: Readonly<Record<string, Section>>): string | undefined {
  return Object.keys(legal).find((section) => Object.hasOwn(legal[section], key));
}

function outside(key: string, legal: Readonly<Record<string, Section>>, where: string): Error {
  const names = Object.values(legal).flatMap((fields) => Object.keys(fields));
  const nearest = neighbours(key, names).at(0);
  if (nearest === undefined) {
    return appError('config-section-unknown', { section: key, near: nearOf(key, Object.keys(legal)) }, { where });
  }
  return appError('config-key-outside', { key, nearest, section: homeOf(nearest, legal) ?? '' }, { where });
}

function unknownKey(section: string, key: string, legal: Readonly<Record<string, Section>>, where: string): Error {
  const home = homeOf(key, legal);
  const near = home === undefined ? nearOf(key, Object.keys(legal[section])) : `perhaps ${key} in [${home}] was meant`;
  return appError('config-key-unknown', { section, key, near }, { where });
}

function nearOf(name: string, names: readonly string[]): string {
  return nearNames(name, names, `there are ${names.join(', ')}`);
}

/** The text of a configuration file with all options, in ClinicaDL's order of sections and keys. */
export function printConfigToml(schema: Schema, options: Readonly<Record<string, unknown>>): string {
  const tables = Object.entries(sectionsOf(schema)).map(([section, fields]) => {
    // TOML has no null: what is not given stands in no line.
    const lines = Object.entries(fields).flatMap(([key, field]) => {
      const value = options[key] ?? field.default;
      return value === null ? [] : [`${key} = ${tomlValue(field, value)}`];
    });
    return `[${section}]\n${lines.join('\n')}\n`;
  });
  return tables.join('\n');
}

function tomlValue(field: Field<unknown>, value: unknown): string {
  if (field.kind === 'table') {
    const entries = Object.entries(value as Readonly<Record<string, number>>);
    return entries.length === 0 ? '{}' : `{ ${entries.map(([name, code]) => printToml({ [name]: code }).trim()).join(', ')} }`;
  }
  const meant = field.kind === 'path' && value === false ? '' : pythonValue(field, value);
  return printToml({ key: meant }).trim().slice('key = '.length);
}

/** The value with the Python type that ClinicaDL gives it: numbers of `number` fields are floats. */
export function pythonValue(field: Field<unknown>, value: unknown): PythonValue {
  const isFloat = field.kind === 'number' && !(field.wholeAsInt === true && Number.isInteger(value));
  return isFloat && typeof value === 'number' ? new PyFloat(value) : (value as PythonValue);
}

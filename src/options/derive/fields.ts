/** @file Walking over a schema, and how its parts are named in messages. */
import type { AnyField, Field, Schema } from '../field';

export interface PlacedField {
  readonly section: string;
  readonly key: string;
  readonly field: Field<unknown>;
  /** `Section.key`: the `where` of errors about it. */
  readonly where: string;
}

/** All fields in the order of the schema. */
export function fieldsOf(schema: Schema): PlacedField[] {
  return Object.entries(schema.sections).flatMap(([section, fields]) =>
    Object.entries(fields).map(([key, field]: [string, AnyField]) => ({ section, key, field, where: `${section}.${key}` })),
  );
}

/** Those that a configuration file and maps.json hold: not those of the command line alone. */
export const fieldsInFile = (schema: Schema): PlacedField[] => fieldsOf(schema).filter(({ section }) => section !== 'Options');

/** The spelling shown to people: the first long one. */
export function mainFlag({ flags }: Field<unknown>): string {
  return flags.find((flag) => flag.startsWith('--')) ?? flags[0] ?? '';
}

/** A positional as click shows it: `CAPS_DIRECTORY`. */
export function metavar(positional: string): string {
  return positional.toUpperCase();
}

/** True for plain values that print the same: numbers, texts, lists, tables, null. */
export function sameValue(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** @file The default of every option of a schema. */
import type { Schema } from '../field';
import { fieldsOf } from './fields';

/** Key → default; positionals have none and are left out. */
export function defaultsOf(schema: Schema): Readonly<Record<string, unknown>> {
  return Object.fromEntries(fieldsOf(schema).map(({ key, field }) => [key, field.default]));
}

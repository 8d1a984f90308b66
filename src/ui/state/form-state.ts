/** @file The values of a form, the command line they stand for, and what is wrong with them. Pure functions; the page keeps the values. */
import { AppError } from '../../base/errors';
import { type CommandName, commandOf } from '../../options/commands';
import { printCommandLine } from '../../options/derive/argv';
import { accepts, checkCommand, expectedOf } from '../../options/derive/check';
import { defaultsOf } from '../../options/derive/defaults';
import { fieldsOf } from '../../options/derive/fields';

export type FormValues = Readonly<Record<string, unknown>>;

/**
 * Defaults of the schema, then what the open study suggests, then what the person typed. An undefined value counts as none; so does that of
 * an option which has no meaning with the others, and which the form does not show: a file of weights for another network.
 */
export function formValues(command: CommandName, suggested: FormValues, edited: FormValues): FormValues {
  const values: Record<string, unknown> = { ...defaultsOf(commandOf(command).schema) };
  for (const layer of [suggested, edited]) {
    for (const [key, value] of Object.entries(layer)) if (value !== undefined) values[key] = value;
  }
  const all = { ...values };
  for (const { key, field } of fieldsOf(commandOf(command).schema)) if (field.when?.(all) === false) values[key] = field.default;
  return values;
}

/** The line that the form stands for; arguments that are still empty are shown by their names in capitals. */
export function formLine(command: CommandName, values: FormValues): string {
  const filled = Object.entries(values).filter(([, value]) => value !== '');
  return printCommandLine(command, Object.fromEntries(filled));
}

/** By `where` (`Section.key`, or the key of an argument): what the value should be. What is
 * merely missing is not told before `isSubmitted`. */
export function formProblems(command: CommandName, values: FormValues, isSubmitted: boolean): ReadonlyMap<string, string> {
  const { schema } = commandOf(command);
  const problems = new Map<string, string>();
  for (const key of Object.keys(schema.positionals)) {
    if (isSubmitted && (values[key] ?? '') === '') problems.set(key, 'Fill this in.');
  }
  for (const { key, field, where } of fieldsOf(schema)) {
    if (!accepts(field, values[key])) problems.set(where, `Give ${expectedOf(field)}.`);
  }
  if (problems.size > 0) return problems;
  try {
    checkCommand(command, values);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (isSubmitted || error.code !== 'option-needed') problems.set(error.where ?? '', `${error.message} ${error.hint}`);
  }
  return problems;
}

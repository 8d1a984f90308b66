/** @file Random options of a command, for tests of round trips: every value is one that can be used here. */
import fc from 'fast-check';
import { type CommandName, commandOf } from '../src/options/commands';
import { checkCommand } from '../src/options/derive/check';
import { fieldsOf } from '../src/options/derive/fields';
import type { Field, Positional } from '../src/options/field';

/** Keys that the reader of TOML files takes for an attack. */
const refusedByToml: readonly string[] = ['__proto__', 'constructor', 'prototype'];

const word = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }),
  fc.constantFrom('a b', "it's", '--seed', '-s', '#x', 'a=b', '$HOME', '"', '\\', 'caps/übung', '100%'),
);

function arbitraryOf(field: Field<unknown>): fc.Arbitrary<unknown> {
  const { min = 0, max = min + 1000, choices = [] } = field;
  const whole = fc.integer({ min, max });
  const real = fc.double({ min, max, noNaN: true }).map((x) => (x === 0 ? 0 : x));
  const withDefault = (others: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => fc.oneof(fc.constant(field.default), others);
  switch (field.kind) {
    case 'int':
      return withDefault(whole);
    case 'number':
      return withDefault(real);
    case 'flag':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...choices);
    case 'text':
    case 'path':
      return withDefault(word);
    case 'ints':
      return fc.array(whole, { maxLength: 4 });
    case 'numbers':
      // Ranges are ascending pairs, and so are whole shares that sum up to 1: what was drawn freely would hardly ever pass.
      return withDefault(fc.tuple(whole, whole).map((pair) => [...pair].sort((x, y) => x - y)));
    case 'texts':
      return fc.array(word, { maxLength: 4 });
    case 'choices':
      return withDefault(fc.subarray([...choices], { minLength: 1 }));
    case 'table':
      return fc.dictionary(
        word.filter((name) => !refusedByToml.includes(name)),
        whole,
        { maxKeys: 3, noNullPrototype: true },
      );
  }
}

function positionalOf({ choices, notYet = [] }: Positional): fc.Arbitrary<string> {
  return choices === undefined ? word : fc.constantFrom(...choices.filter((choice) => !notYet.includes(choice)));
}

function passes(name: CommandName, values: Readonly<Record<string, unknown>>): boolean {
  try {
    checkCommand(name, values);
    return true;
  } catch {
    return false;
  }
}

/** Complete options that pass `checkCommand`. */
export function optionsOf(name: CommandName): fc.Arbitrary<Record<string, unknown>> {
  const { schema } = commandOf(name);
  const positionals = Object.entries(schema.positionals).map(([key, positional]) => [key, positionalOf(positional)] as const);
  const fields = fieldsOf(schema).map(({ key, field }) => {
    const usable = arbitraryOf(field).filter((value) => field.notYet?.(value) !== true);
    // Folds that exist, and no configuration file: it would change what the line means.
    const isFolds = key === 'split' && field.kind === 'ints';
    return [key, isFolds ? fc.constantFrom([], [0]) : key === 'config_file' ? fc.constant(null) : usable] as const;
  });
  return fc.record(Object.fromEntries([...positionals, ...fields])).filter((values) => passes(name, values));
}

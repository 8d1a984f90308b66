/**
 * @file The vocabulary of options: each option is declared once, and everything else is derived from the declaration.
 *
 * Keys are ClinicaDL's own names (snake_case), sections its TOML tables. Outside `options/` no option has a default, a bound or
 * a help text.
 */

interface Common<T> {
  readonly default: T;
  /** One sentence for the form, the console and the guide. */
  readonly help: string;
  /** Command line spellings, e.g. `['-lr', '--learning_rate']`; empty: settable from a file only. */
  readonly flags: readonly string[];
  /** Spellings that switch a boolean off, e.g. `['--no-gpu']`. */
  readonly offFlags?: readonly string[];
  readonly unit?: string;
  /** Values that exist in ClinicaDL but not here yet: refused by name with `option-not-available`. */
  readonly notYet?: (value: T) => boolean;
  /** What to choose instead, for the message of `option-not-available`. */
  readonly available?: string;
  /** Shown only when this holds for the other values (form only). */
  readonly when?: (values: Readonly<Record<string, unknown>>) => boolean;
  /** Rarely needed: folded away in the form. */
  readonly advanced?: boolean;
  /** ClinicaDL sets it from a configuration file only; the command line spelling is this app's. */
  readonly fileOnly?: boolean;
  /** A whole number is written without a point, as ClinicaDL writes this one (`number` only). */
  readonly wholeAsInt?: boolean;
}

export type Settings<T> = Partial<Common<T>> & { readonly default: T; readonly help: string };

export interface Field<T> extends Common<T> {
  readonly kind: 'int' | 'number' | 'flag' | 'choice' | 'text' | 'path' | 'ints' | 'numbers' | 'texts' | 'choices' | 'table';
  readonly choices?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  /** A `choice` may also be the path of a file with this ending. */
  readonly orFile?: string;
  /** A `path` of a file with this ending, which the form can bring into the folder. */
  readonly ending?: string;
  /** The value may be null: "not given". */
  readonly nullable: boolean;
}

interface Range {
  readonly min?: number;
  readonly max?: number;
}

function make<T>(
  kind: Field<T>['kind'],
  settings: Settings<T> & Range & { choices?: readonly string[]; orFile?: string; ending?: string },
): Field<T> {
  return { flags: [], ...settings, kind, nullable: settings.default === null };
}

// NoInfer: the type of a value is that of all values allowed, not of the default. Where null is allowed, name the type.
export const int = <T extends number | null = number>(settings: Settings<NoInfer<T>> & Range): Field<T> =>
  make<T>('int', settings);
export const number = <T extends number | null = number>(settings: Settings<NoInfer<T>> & Range): Field<T> =>
  make<T>('number', settings);
export const flag = (settings: Settings<boolean>): Field<boolean> => make('flag', settings);
/** `notYet` of a switch that cannot be switched on here. */
export const isOn = (value: boolean): boolean => value;
export const text = <T extends string | null = string>(settings: Settings<NoInfer<T>>): Field<T> => make<T>('text', settings);
/** A path inside the workspace; false or null where ClinicaDL writes `false` for "none". */
export const path = <T extends string | null | false = string>(
  settings: Settings<NoInfer<T>> & { readonly ending?: string },
): Field<T> => make<T>('path', settings);
export const choice = <const C extends string, T extends C | null = C>(
  choices: readonly C[],
  settings: Settings<NoInfer<T>>,
): Field<T> => make<T>('choice', { ...settings, choices });
/** One of the words, or the path of a file with an ending such as `.json`. */
export const choiceOrFile = (choices: readonly string[], orFile: string, settings: Settings<string>): Field<string> =>
  make('choice', { ...settings, choices, orFile });
export const ints = (settings: Settings<readonly number[]> & Range): Field<readonly number[]> => make('ints', settings);
export const numbers = (settings: Settings<readonly number[]> & Range): Field<readonly number[]> => make('numbers', settings);
export const texts = (settings: Settings<readonly string[]>): Field<readonly string[]> => make('texts', settings);
/** Several of the allowed words; false where ClinicaDL writes `false` for "none". */
export const choices = <const C extends string, T extends readonly C[] | false = readonly C[]>(
  allowed: readonly C[],
  settings: Settings<NoInfer<T>>,
): Field<T> => make<T>('choices', { ...settings, choices: allowed });
/** Names with whole numbers, e.g. the label code. */
export const table = (settings: Settings<Readonly<Record<string, number>>>): Field<Readonly<Record<string, number>>> =>
  make('table', settings);

/** An argument given by position. */
export interface Positional {
  readonly kind: 'path' | 'text' | 'choice';
  readonly help: string;
  readonly choices?: readonly string[];
  /** Choices that ClinicaDL knows and this app does not have yet. */
  readonly notYet?: readonly string[];
}

// biome-ignore lint/suspicious/noExplicitAny: a field of any value type
export type AnyField = Field<any>;
export type Section = Readonly<Record<string, AnyField>>;

export interface Schema {
  /** In the order of the command line. */
  readonly positionals: Readonly<Record<string, Positional>>;
  /** Section (TOML table) → key → field. The section `Options` is in no TOML file: its keys belong to the command line alone. */
  readonly sections: Readonly<Record<string, Section>>;
  /** Legal in a configuration file and without effect here: the sections of other tasks. */
  readonly otherSections?: Readonly<Record<string, Section>>;
}

export function define<const S extends Schema>(schema: S): S {
  return schema;
}

type UnionToIntersection<U> = (U extends unknown ? (value: U) => void : never) extends (value: infer I) => void ? I : never;
type Flat<T> = { readonly [K in keyof T]: T[K] };
type SectionValues<F> = { [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** The plain, flat object of option values of a schema: positionals (text) and every field by its key. */
export type Values<S extends Schema> = Flat<
  { [K in keyof S['positionals']]: string } & UnionToIntersection<
    { [K in keyof S['sections']]: SectionValues<S['sections'][K]> }[keyof S['sections']]
  >
>;

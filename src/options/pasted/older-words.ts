/** @file The words of a line of an older interface, read by what its options mean today. */
import { quoteWord } from '../derive/words';

/** What became of a line, or of a part of it. */
export interface Meaning {
  /** Words that followed: none, one, or all up to the next option. */
  readonly takes: 'nothing' | 'one' | 'several';
  readonly mean: (values: readonly string[]) => Meant;
}

export interface Meant {
  /** Words of today, with the command that they go to: the extraction or the last one. */
  readonly prepare?: readonly string[];
  readonly main?: readonly string[];
  /** A sentence: what is done otherwise, which does not keep the line from running. */
  readonly note?: string;
  /** A sentence: what cannot be said today. */
  readonly lost?: string;
}

export type Meanings = ReadonlyMap<string, Meaning>;

/** Several spellings of one option. */
export function spelled(flags: string, meaning: Meaning): readonly (readonly [string, Meaning])[] {
  return flags.split(' ').map((flag) => [flag, meaning] as const);
}

/** Goes on under a name of today, once for each value. `values`: words that are said otherwise now. */
export function becomes(
  flag: string,
  takes: Meaning['takes'] = 'one',
  {
    into = 'main',
    values = new Map(),
  }: { readonly into?: 'prepare' | 'main'; readonly values?: ReadonlyMap<string, string> } = {},
): Meaning {
  const said = (value: string): string => `${flag} ${shownWord(values.get(value) ?? value)}`;
  return { takes, mean: (given) => ({ [into]: takes === 'nothing' ? [flag] : given.map(said) }) };
}

export function isNoted(note: string, takes: Meaning['takes'] = 'nothing'): Meaning {
  return { takes, mean: () => ({ note }) };
}

export function isLost(lost: string, takes: Meaning['takes'] = 'one'): Meaning {
  return { takes, mean: () => ({ lost }) };
}

/** How much is told: the console tells all. */
export const verbosity = spelled(
  '-v -vv -vvv --verbose',
  isNoted('How much a command tells cannot be chosen: -v has no effect.'),
);

export interface OldWords {
  readonly positionals: readonly string[];
  /** As typed. */
  readonly flags: ReadonlySet<string>;
  readonly prepare: readonly string[];
  readonly main: readonly string[];
  readonly notes: readonly string[];
  readonly lost: readonly string[];
  readonly asksHelp: boolean;
  /** A name of a manual in place of a value, such as `<caps_directory>` or `[OPTIONS]`. */
  readonly placeholder: string | undefined;
}

const isPlaceholder = (word: string): boolean => /^(<[^<>]*>|\[+[A-Za-z].*\]+|\.{3}|…)$/.test(word);

/** Never throws: what is not known is among the lost. */
export function readOldWords(words: readonly string[], known: Meanings): OldWords {
  const [positionals, prepare, main, notes, lost]: string[][] = [[], [], [], [], []];
  const flags = new Set<string>();
  let asksHelp = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === '-h' || word === '--help') asksHelp = true;
    else if (!/^-[^\d]/.test(word)) positionals.push(word);
    else {
      const equals = word.startsWith('--') ? word.indexOf('=') : -1;
      const flag = equals < 0 ? word : word.slice(0, equals);
      const meaning = known.get(flag);
      const values = equals < 0 ? [] : [word.slice(equals + 1)];
      const most = meaning === undefined ? 0 : { nothing: 0, one: 1, several: Infinity }[meaning.takes];
      while (equals < 0 && values.length < most && at + 1 < words.length && !/^-[^\d]/.test(words[at + 1]))
        values.push(words[++at]);
      flags.add(flag);
      if (meaning === undefined) lost.push(`${flag} was no option of it.`);
      else if (meaning.takes !== 'nothing' && values.length === 0) lost.push(`${flag} has no value.`);
      else {
        const meant = meaning.mean(values);
        prepare.push(...(meant.prepare ?? []));
        main.push(...(meant.main ?? []));
        if (meant.note !== undefined && !notes.includes(meant.note)) notes.push(meant.note);
        if (meant.lost !== undefined) lost.push(`${flag}: ${meant.lost}`);
      }
    }
  }
  const placeholder = words.find(isPlaceholder);
  return { positionals, flags, prepare, main, notes, lost, asksHelp, placeholder };
}

/** `<caps_directory>` of a tutorial stays as it is. */
export function shownWord(word: string): string {
  return isPlaceholder(word) ? word : quoteWord(word);
}

/** The arguments under their names: those given, then the names in capitals. */
export function shownArguments(found: readonly string[], names: readonly string[]): string[] {
  return names.map((name, i) => (found[i] === undefined ? name : shownWord(found[i])));
}

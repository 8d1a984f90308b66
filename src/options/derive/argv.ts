/** @file A command line, as pasted from a tutorial or a terminal, to options and back. */
import { AppError, appError } from '../../base/errors';
import { nearNames } from '../../base/neighbours';
import { type CommandName, commandNames, commandOf, commands, type OptionsOf, unavailableCommands } from '../commands';
import type { Field, Schema } from '../field';
import { elsewhere } from '../pasted/elsewhere';
import { type OlderLine, olderLine } from '../pasted/older';
import { isPython, pythonAnswer } from '../pasted/python';
import { checkCommand, checkOptions } from './check';
import { fieldsOf, mainFlag, metavar, type PlacedField, sameValue } from './fields';
import { groupHelp, helpOf, usageOf, version } from './help';
import { isRepeated, valueOfWords, wordsOfValue } from './value-text';
import { quoteWord, splitWords } from './words';

/** A line that runs a command. Union over all commands, told apart by `command`. */
export type ParsedCommand = {
  readonly [N in CommandName]: {
    readonly kind: 'run';
    readonly command: N;
    /** Complete and checked; keys that were not typed have their defaults. */
    readonly options: OptionsOf<N>;
    /** Keys that stood on the line: they win over a configuration file. */
    readonly typed: ReadonlySet<string>;
  };
}[CommandName];

/** A line of an older interface, said in today's words. */
export interface ParsedOlder {
  readonly kind: 'older';
  /** What was typed, which lines run in its place, and what they do otherwise. */
  readonly text: string;
  /** In order; each can be run. */
  readonly lines: readonly string[];
}

/** Or a line that asks for help or the version. */
export type ParsedLine = ParsedCommand | ParsedOlder | { readonly kind: 'text'; readonly text: string };

/**
 * What a line means. Accepts the signs of notebooks and terminals before the command (`!`, `%`, `$`, `>`, a first line
 * `%%bash`), the word `clinicadl` or none, continued lines, quotes, comments, `--option=value`, repeated options, `-h` and
 * `--version`; a command that needs arguments asks for its help without any. Throws OptionsError: `command-…` (also for programs other than
 * ClinicaDL and for lines of its older interfaces that cannot run), `argument-…`, `option-…`,
 * `quote-open`. Rules that join options are checked unless a configuration file is named, whose values are not known here
 * (see `resolveOptions`).
 */
export function parseCommandLine(line: string): ParsedLine {
  const typed = line.replace(/^\s*(?:%%\w+[^\n]*\n\s*)?[!%$>]?\s*/, '');
  const words = splitWords(typed);
  const isOurs = words[0] === 'clinicadl';
  if (isOurs) words.shift();
  while (words[0] === '-v' || words[0] === '--verbose') words.shift();
  if (words[0] === '--version') return { kind: 'text', text: `clinicadl-web, version ${version}` };

  const older = olderLine(words);
  if (older !== undefined) return parsedOlder(older);
  const name = commandNames.find((candidate) => candidate.split(' ').every((part, i) => part === words[i]));
  if (name === undefined) {
    const other = isOurs ? undefined : isPython(typed) ? pythonAnswer(typed) : elsewhere(words);
    if (other !== undefined) throw appError('command-elsewhere', { told: other.told, instead: other.instead });
    return { kind: 'text', text: groupHelp(groupOf(words)) };
  }
  const rest = words.slice(name.split(' ').length);
  const { schema } = commandOf(name);
  const asksForHelp = rest.length === 0 && Object.keys(schema.positionals).length > 0;
  const given = asksForHelp ? 'help' : readWords(name, schema, rest);
  if (given === 'help') return { kind: 'text', text: helpOf(name) };

  const values = { ...positionalsOf(name, schema, given.positionals), ...given.values };
  const isConfigured = typeof given.values.config_file === 'string';
  const options = isConfigured ? checkOptions(schema, values) : checkCommand(name, values);
  return { kind: 'run', command: name, options, typed: new Set(Object.keys(given.values)) } as ParsedCommand;
}

/** The group whose help is asked for, '' for all commands. Throws `command-unknown` and `command-not-available`. */
function groupOf(words: readonly string[]): string {
  const firstOption = words.findIndex((word) => word.startsWith('-'));
  const path = firstOption < 0 ? words : words.slice(0, firstOption);
  const isGroup = path.length < 2 && commandNames.some((name) => path.every((word, i) => name.split(' ')[i] === word));
  if (isGroup) return path.join(' ');
  for (const [name, instead] of Object.entries(unavailableCommands)) {
    if (name.split(' ').every((part, i) => part === path[i])) throw appError('command-not-available', { command: name, instead });
  }
  const names = [...commandNames, ...commandNames.map((name) => name.split(' ')[0])];
  const command = path.slice(0, names.some((name) => name.startsWith(`${path[0]} `)) ? 2 : 1).join(' ');
  throw appError('command-unknown', { command, near: nearNames(command, names, '"clinicadl --help" lists the commands') });
}

/**
 * What a line of an older interface means today. Throws `command-older-…`, for what has no meaning today, for what is not available
 * here, and for arguments and values that are missing or wrong.
 */
function parsedOlder(older: OlderLine): ParsedLine {
  const { version, command, lines, notes, lost, asksHelp, placeholder, missing, unexpected } = older;
  const told = lines.map((line) => `"${line}"`).join(', then ');
  const intro = `"${command}" is of ${version}.`;
  if (asksHelp) {
    const helps = lines.map((line) => helpOfLine(line));
    const now = lines.length === 0 ? lost : [`${lines.length === 1 ? "Today's line" : "Today's lines"}:`, ...lines];
    return { kind: 'text', text: [intro, ...now, ...notes, ...helps.flatMap((help) => ['', help])].join('\n') };
  }
  if (lines.length === 0) throw appError('command-older-gone', { version, command, lost: lost.join(' ') });
  if (placeholder !== undefined) throw appError('command-older-manual', { version, command, lines: told, name: placeholder });
  if (missing !== undefined) throw appError('command-older-short', { version, command, lines: told, name: missing });
  if (lost.length > 0) throw appError('command-older-lost', { version, command, lost: lost.join(' '), lines: told });
  if (unexpected !== undefined) throw appError('command-older-long', { version, command, word: unexpected, lines: told });
  for (const line of lines) checkToday(line, { version, command, told });
  const head = lines.length === 1 ? "Today's line" : "Today's lines";
  return { kind: 'older', text: [`${intro} ${head}:`, ...lines, ...notes].join('\n'), lines };
}

/** Of a command or, without its mode, of the group. */
function helpOfLine(line: string): string {
  const words = splitWords(line).slice(1);
  const name = commandNames.find((candidate) => candidate.split(' ').every((part, i) => part === words[i]));
  if (name !== undefined) return helpOf(name);
  const isGroup = commandNames.some((candidate) => candidate.startsWith(`${words[0]} `));
  return isGroup ? groupHelp(words[0]) : `"${words[0]}" is not available here.`;
}

function checkToday(line: string, { version, command, told }: Readonly<Record<'version' | 'command' | 'told', string>>): void {
  try {
    parseCommandLine(line);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const help = `clinicadl ${line.split(' ').slice(1, 3).join(' ')} --help`;
    const values = { version, command, lines: told, reason: error.message, help, remedy: error.hint };
    const isMissing = /^(option|command)-not-available$/.test(error.code);
    throw appError(isMissing ? 'command-older-missing' : 'command-older-wrong', values, { cause: error });
  }
}

interface Given {
  readonly positionals: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
}

function readWords(name: CommandName, schema: Schema, words: readonly string[]): Given | 'help' {
  const byFlag = new Map<string, { readonly placed: PlacedField; readonly off: boolean }>();
  for (const placed of fieldsOf(schema)) {
    for (const flag of placed.field.flags) byFlag.set(flag, { placed, off: false });
    for (const flag of placed.field.offFlags ?? []) byFlag.set(flag, { placed, off: true });
  }
  const positionals: string[] = [];
  const values: Record<string, unknown> = {};
  const wordsOf = new Map<PlacedField, string[]>();
  let isOptions = true;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (isOptions && word === '--') isOptions = false;
    else if (!isOptions || !/^-./.test(word)) positionals.push(word);
    else if (word === '-h' || word === '--help') return 'help';
    else {
      const { flag, attached } = divide(word, byFlag);
      const found = byFlag.get(flag);
      if (found === undefined) {
        throw appError(
          'option-unknown',
          {
            option: flag,
            command: name,
            near: nearNames(flag, [...byFlag.keys()], `"clinicadl ${name} --help" lists the options`),
          },
          { where: flag },
        );
      }
      const { placed, off } = found;
      const { key, field, where } = placed;
      if (field.kind === 'flag' && (attached === undefined || off)) {
        if (attached !== undefined)
          throw appError('option-value', { option: flag, found: word, expected: 'no value' }, { where });
        values[key] = !off;
        continue;
      }
      const value = attached ?? words[++at];
      if (value === undefined || (attached === undefined && byFlag.has(value))) {
        throw appError('option-value-missing', { option: flag, found: value ?? 'the end of the line' }, { where });
      }
      const all = isRepeated(field) ? [...(wordsOf.get(placed) ?? []), value] : [value];
      wordsOf.set(placed, all);
      values[key] = valueOfWords(placed, all);
    }
  }
  return { positionals, values };
}

/** `--option=value`, and `-s0` for flags of one letter. */
function divide(word: string, flags: ReadonlyMap<string, unknown>): { readonly flag: string; readonly attached?: string } {
  const equals = word.indexOf('=');
  if (equals > 0) return { flag: word.slice(0, equals), attached: word.slice(equals + 1) };
  if (!flags.has(word) && !word.startsWith('--') && flags.has(word.slice(0, 2)) && /^-\w\d/.test(word)) {
    return { flag: word.slice(0, 2), attached: word.slice(2) };
  }
  return { flag: word };
}

function positionalsOf(name: CommandName, schema: Schema, found: readonly string[]): Record<string, string> {
  const keys = Object.keys(schema.positionals);
  const usage = usageOf(name);
  if (found.length < keys.length) {
    const key = keys[found.length];
    throw appError(
      'argument-missing',
      { argument: metavar(key), found: found.length, expected: keys.length, usage },
      { where: key },
    );
  }
  if (found.length > keys.length) {
    throw appError('argument-unexpected', { argument: found[keys.length], expected: keys.length, usage });
  }
  return Object.fromEntries(keys.map((key, i) => [key, found[i]]));
}

/**
 * The shortest line that gives these options: arguments, then what differs from the defaults, or from `base`, the values of the
 * configuration file that the options name. A positional that is undefined is shown by its name in capitals.
 */
export function printCommandLine(
  command: CommandName,
  options: Readonly<Record<string, unknown>>,
  base: Readonly<Record<string, unknown>> = {},
): string {
  const { schema } = commandOf(command);
  const positionals = Object.keys(schema.positionals).map((key) => String(options[key] ?? metavar(key)));
  const words = fieldsOf(schema).flatMap(({ key, field }) => {
    const value = options[key];
    const usual = base[key] === undefined ? field.default : base[key];
    return value === undefined || sameValue(value, usual) ? [] : optionWords(field, value);
  });
  return joinLine(command, positionals, words);
}

function joinLine(command: CommandName, positionals: readonly string[], words: readonly string[]): string {
  const isDashed = positionals.some((word) => word.startsWith('-'));
  const all = isDashed ? [...words, '--', ...positionals.map(quoteWord)] : [...positionals.map(quoteWord), ...words];
  return ['clinicadl', command, ...all].join(' ');
}

function optionWords(field: Field<unknown>, value: unknown): string[] {
  const flag = mainFlag(field);
  if (field.kind === 'flag') return [value === true ? flag : (field.offFlags?.[0] ?? `${flag}=false`)];
  return wordsOfValue(field, value).map((word) =>
    word.startsWith('-') ? `${flag}=${quoteWord(word)}` : `${flag} ${quoteWord(word)}`,
  );
}

/** The line with its paths, which begin in a folder of the workspace, from the workspace itself. Throws as `parseCommandLine` does. */
export function lineInFolder(line: string, folder: string): string {
  const parsed = parseCommandLine(line);
  if (folder === '' || parsed.kind !== 'run') return line;
  const { schema } = commandOf(parsed.command);
  const values: Readonly<Record<string, unknown>> = parsed.options;
  const placed = (kind: string, value: unknown): unknown =>
    kind === 'path' && typeof value === 'string' && value !== '' ? pathInFolder(folder, value) : value;
  const positionals = Object.entries(schema.positionals).map(([key, { kind }]) => String(placed(kind, values[key])));
  const words = fieldsOf(schema)
    .filter(({ key }) => parsed.typed.has(key))
    .flatMap(({ key, field }) => optionWords(field, placed(field.kind, values[key])));
  return joinLine(parsed.command, positionals, words);
}

/** A path that begins in `folder`, from the workspace; one that leads out of the workspace, or is absolute, stays as it is. */
export function pathInFolder(folder: string, path: string): string {
  if (/^([/\\]|[A-Za-z]:)/.test(path)) return path;
  const parts = folder.split('/').filter(Boolean);
  for (const part of path.split('/')) {
    if (part === '..' && parts.pop() === undefined) return path;
    if (part !== '..' && part !== '.' && part !== '') parts.push(part);
  }
  return parts.length === 0 ? '.' : parts.join('/');
}

/** Every spelling of a command's options, for completion. */
export function flagsOf(command: CommandName): string[] {
  return fieldsOf(commands[command].schema).flatMap(({ field }) => [...field.flags, ...(field.offFlags ?? [])]);
}

/** @file Help texts of the console, laid out as the command line of ClinicaDL lays out its own. */
import { type CommandName, commandNames, commandOf, unavailableCommands } from '../commands';
import type { Field } from '../field';
import { olderNames } from '../pasted/older-names';
import { availableChoices, isLocked, missingNote } from './availability';
import { expectedOf, shown } from './check';
import { fieldsOf, metavar } from './fields';
import { isRepeated } from './value-text';

/** Of the app, as `--version` tells it. */
export const version = '0.1.0 (commands and files of ClinicaDL 1.6.1)';

const width = 100;
const indent = 30;

/** `clinicadl train resume [OPTIONS] INPUT_MAPS_DIRECTORY` */
export function usageOf(name: CommandName): string {
  return ['clinicadl', name, '[OPTIONS]', ...Object.keys(commandOf(name).schema.positionals).map(metavar)].join(' ');
}

/** The help text of a command: usage, summary, arguments, options by section. */
export function helpOf(name: CommandName): string {
  const { schema, summary } = commandOf(name);
  const argumentLines = Object.entries(schema.positionals).map(([key, positional]) => {
    const choices = positional.choices === undefined ? '' : `One of ${availableChoices(positional)}.`;
    return entry(metavar(key), sentences(positional.help, choices, missingNote(positional)));
  });
  const lines = [`Usage: ${usageOf(name)}`, '', `  ${summary}`, '', 'Arguments:', ...argumentLines];
  let section = '';
  for (const placed of fieldsOf(schema)) {
    if (placed.section !== section) lines.push('', `${placed.section === 'Options' ? 'Options' : `Options, ${placed.section}`}:`);
    section = placed.section;
    lines.push(entry(spellings(placed.field), describe(placed.field)));
  }
  return [...lines, '', entry('-h, --help', 'Show this message.')].join('\n');
}

/** The commands of a group (`train`), or all (''), and those of ClinicaDL that are not here. */
export function groupHelp(group: string): string {
  const inGroup = (name: string): boolean => group === '' || name.split(' ')[0] === group;
  const usage = `Usage: clinicadl ${group === '' ? '' : `${group} `}COMMAND [OPTIONS] [ARGUMENTS]…`;
  const commandLines = commandNames.filter(inGroup).map((name) => entry(name, commandOf(name).summary));
  const missing = Object.entries(unavailableCommands).filter(([name]) => inGroup(name));
  const missingLines = missing.map(([name, instead]) => entry(name, `Use ${instead}.`));
  const rest = missing.length === 0 ? [] : ['', 'Not available here:', ...missingLines];
  const older = group === '' ? Object.entries(olderNames).map(([name, now]) => entry(name, `Now ${now}.`)) : [];
  const oldRest = older.length === 0 ? [] : ['', 'Lines of older versions run as the lines of today:', ...older];
  return [usage, '', 'Commands:', ...commandLines, ...rest, ...oldRest].join('\n');
}

/** `-sm, --selection_metrics`, `--gpu / --no-gpu` */
export function spellings({ flags, offFlags = [] }: Field<unknown>): string {
  return [flags.join(', '), offFlags.join(', ')].filter((part) => part !== '').join(' / ');
}

function describe(field: Field<unknown>): string {
  const expected = expectedOf(field);
  if (isLocked(field)) return sentences(field.help, missingNote(field));
  return sentences(
    field.help,
    field.kind === 'flag' ? '' : `${expected[0].toUpperCase()}${expected.slice(1)}; default ${shownDefault(field)}.`,
    missingNote(field),
    isRepeated(field) ? 'May be repeated.' : '',
    field.fileOnly === true ? "In ClinicaDL's configuration file only." : '',
  );
}

function sentences(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}

/** The default for people: `none` for what stands for nothing. */
export function shownDefault({ default: value }: Pick<Field<unknown>, 'default'>): string {
  const isNothing = value === null || value === false || value === '' || shown(value) === '[]' || shown(value) === '{}';
  if (isNothing) return 'none';
  return Array.isArray(value) ? value.join(', ') : String(value);
}

function entry(name: string, text: string): string {
  const lines = wrap(text, width - indent);
  const head = `  ${name}`.padEnd(indent);
  const rest = lines.map((line) => ' '.repeat(indent) + line);
  return name.length + 4 > indent ? [head, ...rest].join('\n') : [head + lines[0], ...rest.slice(1)].join('\n');
}

function wrap(text: string, limit: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.length - 1;
    if (last >= 0 && lines[last].length + 1 + word.length <= limit) lines[last] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}

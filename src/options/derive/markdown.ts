/** @file The reference page of all commands and options, made from the schemas. */
import { commandNames, commandOf, unavailableCommands } from '../commands';
import type { Field } from '../field';
import { availableChoices, missingNote } from './availability';
import { expectedOf } from './check';
import { fieldsOf, metavar } from './fields';
import { shownDefault, spellings, usageOf } from './help';
import { isRepeated } from './value-text';

const intro = `# Commands and options

Every form of the page stands for one of these command lines, and the console accepts them. Names, order and defaults are those of
ClinicaDL 1.6.1. "Key" is the name in the configuration file and in \`maps.json\`; keys marked † can be set in ClinicaDL from a
configuration file only. What is "not available here yet" exists in ClinicaDL and is refused by name here.
Paths are relative to the opened folder.`;

/** The page as Markdown, ending in a newline. */
export function optionsReference(): string {
  const missing = Object.entries(unavailableCommands).map(([name, instead]) => `| \`${name}\` | ${instead} |`);
  const table = ['| command | use instead |', '|---|---|', ...missing].join('\n');
  const parts = [intro, ...commandNames.map(commandPart), '## Commands that are not available', table];
  return `${parts.join('\n\n')}\n`;
}

function commandPart(name: (typeof commandNames)[number]): string {
  const { summary, schema } = commandOf(name);
  const positionals = Object.entries(schema.positionals).map(([key, positional]) => {
    const choices = positional.choices === undefined ? '' : ` One of ${availableChoices(positional)}.`;
    return `| \`${metavar(key)}\` | ${cell(positional.help)}${choices}${after(missingNote(positional))} |`;
  });
  const sections = Object.keys(schema.sections).map((section) => {
    const rows = fieldsOf(schema)
      .filter((placed) => placed.section === section)
      .map(({ key, field }) => fieldLine(key, field));
    const title = section === 'Options' ? 'Options' : `\`[${section}]\``;
    return `### ${title}\n\n| key | command line | value | default | meaning |\n|---|---|---|---|---|\n${rows.join('\n')}`;
  });
  const usage = `\`\`\`\n${usageOf(name)}\n\`\`\``;
  const argumentTable = `| argument | meaning |\n|---|---|\n${positionals.join('\n')}`;
  return [`## ${name}`, summary, usage, argumentTable, ...sections].join('\n\n');
}

function fieldLine(key: string, field: Field<unknown>): string {
  const value = field.kind === 'flag' ? 'switch' : `${expectedOf(field)}${isRepeated(field) ? ', repeatable' : ''}`;
  const standard = field.kind === 'flag' ? (field.default === true ? 'on' : 'off') : shownDefault(field);
  const unit = field.unit === undefined ? '' : ` (${field.unit})`;
  const mark = field.fileOnly === true ? ' †' : '';
  return `| \`${key}\`${mark} | \`${spellings(field)}\` | ${cell(value)}${unit} | ${cell(standard)} | ${cell(field.help)}${after(missingNote(field))} |`;
}

function after(note: string): string {
  return note === '' ? '' : ` ${note}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

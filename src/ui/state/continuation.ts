/** @file The line that goes on with a command whose folder had failed, once it can be reached again. */
import type { Folder } from '../../folders/folder';
import { parseCommandLine, printCommandLine } from '../../options/derive/argv';
import { quoteWord } from '../../options/derive/words';
import { taskOfCommand } from '../../options/train';

async function isFolder(folder: Folder, path: string): Promise<boolean> {
  return (await folder.kindOf(path)) === 'folder';
}

/** A MAPS that was begun is resumed, a group that was written is not defined again; anything else is run as it was. */
export async function continuation(line: string, folder: Folder): Promise<string> {
  const parsed = parseCommandLine(line);
  if (parsed.kind === 'text') return line;
  if (parsed.kind === 'older') {
    // What comes before the last command is not done twice.
    const last = parsed.lines[parsed.lines.length - 1];
    const next = await continuation(last, folder);
    return next === last ? line : next;
  }
  const text = (key: string): string => String((parsed.options as Readonly<Record<string, unknown>>)[key] ?? '');
  if (taskOfCommand(parsed.command) !== undefined) {
    const maps = text('output_maps_directory');
    return (await isFolder(folder, maps)) ? `clinicadl train resume ${quoteWord(maps)}` : line;
  }
  if (parsed.command === 'predict' && (await isFolder(folder, `${text('input_maps_directory')}/groups/${text('data_group')}`))) {
    return printCommandLine('predict', { ...parsed.options, caps_directory: null, participants_tsv: null, overwrite: false });
  }
  return line;
}

/** @file The options of a command that begins a training, for what is asked of it before it runs. */
import { appError } from '../base/errors';
import type { Folder } from '../folders/folder';
import { parseCommandLine } from '../options/derive/argv';
import { configFileOf, readConfigFile, resolveOptions } from '../options/derive/config';
import { type TrainOptions, taskOfCommand, trainOptions } from '../options/train';

/** Throws `estimate-command` for another command, and what reading options and their file throws. */
export async function optionsOfLine(line: string, workspace: Folder): Promise<TrainOptions> {
  const parsed = parseCommandLine(line);
  const asked = parsed.kind === 'run' ? taskOfCommand(parsed.command) : undefined;
  if (parsed.kind !== 'run' || asked === undefined) throw appError('estimate-command', { line });
  const file = configFileOf(parsed);
  const config = file === null ? {} : readConfigFile(parsed.command, file, await workspace.read(file));
  return trainOptions(asked, resolveOptions(parsed, config) as Parameters<typeof trainOptions>[1]);
}

/** @file One command line from text to outcome: parse, check, run, tell. Errors of the person become data; bugs are named as such. */
import { AppError, isAbort } from '../base/errors';
import type { Issue } from '../base/issues';
import { parseCommandLine, printCommandLine } from '../options/derive/argv';
import { configFileOf, readConfigFile, resolveOptions } from '../options/derive/config';
import type { CommandOutcome, OutcomeError } from '../options/outcome';
import { outcomeError } from '../options/outcome';
import type { JobContext } from './job-context';
import { runJob } from './jobs';
import { recordReaders, recordWrites } from './record-writes';

export type DispatchContext = Omit<JobContext, 'commandLine'>;

function describeBug(error: unknown): OutcomeError {
  const message = error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ''}` : String(error);
  return { code: 'bug', message, where: '', hint: 'Copy this text into a report: it is a fault of the program.' };
}

/** Runs one line. Never rejects. */
export async function dispatch(line: string, context: DispatchContext): Promise<CommandOutcome> {
  const issues: Issue[] = [];
  const output: string[] = [];
  const written: string[] = [];
  const log = (text: string): void => {
    output.push(text);
    context.log(text);
  };
  const issue = (found: Issue): void => {
    issues.push(found);
    context.issue(found);
  };
  try {
    const parsed = parseCommandLine(line);
    if (parsed.kind === 'text') {
      for (const text of parsed.text.split('\n')) log(text);
      return { status: 'done', issues, written, result: null, output };
    }
    const told = (path: string): void => {
      if (!written.includes(path)) written.push(path);
    };
    const file = configFileOf(parsed);
    const config = file === null ? {} : readConfigFile(parsed.command, file, await context.workspace.read(file));
    const commandLine = printCommandLine(parsed.command, parsed.options, {});
    const result = await runJob(parsed.command, resolveOptions(parsed, config), {
      commandLine,
      ...context,
      workspace: recordWrites(context.workspace, told),
      readers: recordReaders(context.readers, told),
      issue,
      log,
    });
    return { status: 'done', issues, written, result, output };
  } catch (error) {
    if (isAbort(error)) return { status: 'stopped', issues, written, result: null, output };
    const told = error instanceof AppError ? outcomeError(error) : describeBug(error);
    return { status: 'failed', error: told, issues, written, result: null, output };
  }
}

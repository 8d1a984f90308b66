/** @file One command line from text to outcome: parse, check, run, tell. Errors of the person become data; bugs are named as such. */
import { AppError, appError, isAbort, isStop } from '../base/errors';
import { type Issue, makeIssue } from '../base/issues';
import { lineInFolder, type ParsedCommand, parseCommandLine, printCommandLine } from '../options/derive/argv';
import { configFileOf, readConfigFile, resolveOptions } from '../options/derive/config';
import type { CommandOutcome, OutcomeError } from '../options/outcome';
import { outcomeError } from '../options/outcome';
import { isExtracted } from './extraction-there';
import type { UnwrittenFile } from './held-writes';
import type { JobContext } from './job-context';
import { runJob } from './jobs';
import { Patience } from './patience';
import { patientCheckpoints } from './patient-checkpoints';
import { patientReaders } from './patient-readers';
import { recordReaders, recordWrites } from './record-writes';
import { type SteadyFolder, steadyFolder } from './steady-folder';
import { wayOut } from './what-is-there';

export interface DispatchContext extends Omit<JobContext, 'commandLine'> {
  /** Without it a fault of folder or disk ends the job at once. */
  readonly patience?: Patience;
  /** Gets the folder of the job, which tells of files that lie in memory only, because the disk is full. */
  watch?(folder: Pick<SteadyFolder, 'unwritten'>): void;
  /** Where the paths of a line of an older interface begin, in the workspace; absent: the workspace. */
  readonly folder?: string;
}

const impatient = (signal: AbortSignal): Patience =>
  new Patience({ signal, trials: 0, tell: () => {}, pause: () => Promise.resolve() });

function describeBug(error: unknown): OutcomeError {
  const message = error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ''}` : String(error);
  return { code: 'bug', message, where: '', hint: 'Copy this text into a report: it is a fault of the program.' };
}

function unwrittenIssue(files: readonly UnwrittenFile[]): Issue {
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
  return makeIssue('files-unwritten', { files: files.length, size: (bytes / 1e6).toFixed(1) }, files[0]?.path);
}

/** The error itself, but for an `AbortError` that the person did not ask for: the browser broke off something of its own. */
export function unlessStopped(error: unknown, signal: AbortSignal): unknown {
  if (!isAbort(error) || signal.aborted) return error;
  return appError('browser-broke-off', { message: (error as DOMException).message || 'no reason' }, { cause: error });
}

/** The commands that a line stands for, in order: one, but for a line of an older interface. */
function commandsOf(lines: readonly string[], folder: string): ParsedCommand[] {
  return lines.map((line) => parseCommandLine(lineInFolder(line, folder))).filter((parsed) => parsed.kind === 'run');
}

/** Runs one line. Never rejects. */
export async function dispatch(
  line: string,
  { patience, watch, folder = '', ...context }: DispatchContext,
): Promise<CommandOutcome> {
  const issues: Issue[] = [];
  const output: string[] = [];
  let written: string[] = [];
  let steady: SteadyFolder | undefined;
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
    const removed = (path: string): void => {
      written = written.filter((one) => one !== path && !one.startsWith(`${path}/`));
    };
    if (parsed.kind === 'older') for (const text of parsed.text.split('\n')) log(text);
    const commands = parsed.kind === 'older' ? commandsOf(parsed.lines, folder) : [parsed];
    let result: unknown = null;
    for (const command of commands) {
      const commandLine = printCommandLine(command.command, command.options, {});
      if (commands.length > 1) {
        if (await isExtracted(command, context.workspace)) {
          log(`${commandLine}: has been done.`);
          continue;
        }
        log(commandLine);
      }
      const file = configFileOf(command);
      const config = file === null ? {} : readConfigFile(command.command, file, await context.workspace.read(file));
      const patient = patience ?? impatient(context.signal);
      steady = steadyFolder(recordWrites(context.workspace, told, removed), patient);
      watch?.(steady);
      result = await runJob(command.command, resolveOptions(command, config), {
        commandLine,
        ...context,
        workspace: steady.folder,
        readers: patientReaders(recordReaders(context.readers, told), patient),
        checkpoints: patientCheckpoints(context.checkpoints, patient),
        issue,
        log,
      });
      await steady.settle();
    }
    return { status: 'done', issues, written, result, output };
  } catch (caught) {
    await steady?.trySettling().catch(() => undefined); // told as unwritten
    if (steady !== undefined && steady.unwritten.length > 0) issue(unwrittenIssue(steady.unwritten));
    if (isStop(caught, context.signal)) return { status: 'stopped', issues, written, result: null, output };
    const error = unlessStopped(caught, context.signal);
    const told =
      error instanceof AppError ? { ...outcomeError(error), hint: await wayOut(error, context.workspace) } : describeBug(error);
    return { status: 'failed', error: told, issues, written, result: null, output };
  }
}

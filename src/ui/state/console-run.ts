/** @file Runs what was pasted into the console: the steps of a cell in order, until one fails. */
import { appError } from '../../base/errors';
import { lineInFolder, parseCommandLine, pathInFolder } from '../../options/derive/argv';
import { groupHelp } from '../../options/derive/help';
import { isRunning } from '../../options/maps-method-names';
import { placedArguments } from '../../options/maps-methods';
import type { CommandOutcome, OutcomeError } from '../../options/outcome';
import { type CellStep, readCell } from '../../options/pasted/cell';
import type { MapsCall, PythonNames } from '../../options/pasted/python-maps';
import { answerText } from './answer-text';
import { errorText } from './session';

/** What the console shows beside jobs: lines that ran nothing. */
export interface Told {
  readonly line: string;
  readonly text?: string;
  readonly error?: OutcomeError;
}

export interface ConsoleDoor {
  /** Runs a command, a line of an older interface in a folder of the open one; undefined when it could not begin, which `tell` was told. */
  run(line: string, folder?: string): Promise<CommandOutcome | undefined>;
  /** The answer of a method of MapsManager; of one that runs a command its outcome. */
  maps(call: MapsCall, line: string): Promise<unknown>;
  tell(told: Told): void;
  isFolder(path: string): Promise<boolean>;
  /** Name of the open folder. */
  readonly workspace: string;
  /** What names of Python mean, from cell to cell. */
  readonly names?: PythonNames;
}

/** The folder in which the next lines begin, inside of the open one; '' is the open one itself. */
export async function runCell(text: string, folder: string, door: ConsoleDoor): Promise<string> {
  const names = new Map(door.names);
  const steps = readCell(text, names);
  if (steps.length === 0) door.tell({ line: text, text: 'There is nothing to run: all of it is comment.' });
  let place = folder;
  let isWhole = true;
  for (const [i, step] of steps.entries()) {
    remember(door, step.names);
    const outcome = await runStep(step, place, door);
    if (outcome !== 'failed') {
      place = outcome;
      continue;
    }
    isWhole = false;
    const left = steps.slice(i + 1).filter(({ kind }) => kind !== 'answer').length;
    if (steps.length > 1) {
      const rest =
        left === 0
          ? 'No command was left after it.'
          : `${left === 1 ? '1 line after it was' : `${left} lines after it were`} not run.`;
      door.tell({ line: '', text: `Stopped at line ${step.at}. ${rest}` });
    }
    break;
  }
  // a name given behind a step that failed means nothing: its line was not reached
  if (isWhole) remember(door, names);
  return /^\s*%%/.test(text) ? folder : place;
}

function remember(door: ConsoleDoor, names: PythonNames): void {
  door.names?.clear();
  for (const [name, value] of names) door.names?.set(name, value);
}

/** The folder after the step, or that it failed. */
async function runStep(step: CellStep, folder: string, door: ConsoleDoor): Promise<string | 'failed'> {
  const { line } = step;
  const refuse = (error: unknown): 'failed' => {
    door.tell({ line, error: errorText(error) });
    return 'failed';
  };
  try {
    switch (step.kind) {
      case 'refused':
        return refuse(step.error);
      case 'answer':
        door.tell({ line, text: step.text });
        return folder;
      case 'folder':
        return await changeFolder(step, folder, door);
      case 'maps': {
        const { method, path, arguments: given } = step.call;
        const place = (inner: string): string => pathInFolder(folder, inner);
        const call = { method, path: place(path), arguments: placedArguments(method, given, place) };
        const answer = await door.maps(call, line);
        if (isRunning(method)) return (answer as CommandOutcome).status === 'done' ? folder : 'failed';
        door.tell({ line, text: answerText(answer) });
        return folder;
      }
      case 'command': {
        if (/^(help|\?)$/.test(line)) {
          door.tell({ line, text: groupHelp('') });
          return folder;
        }
        const parsed = parseCommandLine(line);
        if (parsed.kind === 'text') {
          door.tell({ line, text: parsed.text });
          return folder;
        }
        const isOlder = parsed.kind === 'older';
        const outcome = isOlder ? await door.run(line, folder) : await door.run(lineInFolder(line, folder));
        return outcome?.status === 'done' ? folder : 'failed';
      }
    }
  } catch (error) {
    return refuse(error);
  }
}

async function changeFolder(
  { line, path }: CellStep & { readonly kind: 'folder' },
  folder: string,
  door: ConsoleDoor,
): Promise<string> {
  const target = path === '/' ? '' : pathInFolder(folder, path);
  const inside = target === '.' ? '' : target;
  const isOut = /^([/\\~]|[A-Za-z]:|\.\.)/.test(inside);
  if (isOut || (inside !== '' && !(await door.isFolder(inside)))) {
    throw appError('folder-change', {
      path,
      found: isOut ? 'a place outside of it' : 'nothing that is there',
      folder: door.workspace,
    });
  }
  door.tell({ line, text: `Paths now begin in ${inside === '' ? `the open folder "${door.workspace}"` : `"${inside}"`}.` });
  return inside;
}

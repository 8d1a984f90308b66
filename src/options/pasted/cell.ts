/**
 * @file A text pasted into the console, a line or a whole notebook cell, as steps in order: commands, changes of folder, answers to what
 * is not ClinicaDL's, and what cannot go on.
 */
import { AppError, appError } from '../../base/errors';
import { commandNames, unavailableCommands } from '../commands';
import { splitWords } from '../derive/words';
import { type Elsewhere, elsewhere } from './elsewhere';
import { olderLine } from './older';
import { olderFirstWords } from './older-names';
import { isPython, pythonAnswer } from './python';
import { forgetBound, forgetWords } from './python-bindings';
import { type MapsCall, type PythonNames, type PythonPart, pythonParts } from './python-maps';
import { readShellLine, type ShellSign } from './shell-line';

interface Place {
  /** As pasted, without the signs of notebooks. */
  readonly line: string;
  /** 1-based, in the pasted text. */
  readonly at: number;
}

type Step = Place &
  (
    | { readonly kind: 'command' }
    /** A method of MapsManager. */
    | { readonly kind: 'maps'; readonly call: MapsCall }
    /** What follows begins in another folder: a path relative to the present one, or from the open folder (`/`). */
    | { readonly kind: 'folder'; readonly path: string }
    /** Not run, and not needed by what follows. */
    | { readonly kind: 'answer'; readonly text: string }
    | { readonly kind: 'refused'; readonly error: AppError }
  );

/** `names`: what Python's names mean when it has come to this step, whether it ends well or not. */
export type CellStep = Step & { readonly names: PythonNames };

/** `%%bash` and other first lines of cells. */
const shellMagics = /^%%(bash|sh|shell|script\s+(ba)?sh|cmd)\b/;
const plainMagics = /^%%(capture|time|timeit|prun)\b/;
const prompt = /^\s*(?:\(\w+\)\s*)?(?:In\s*\[\d*\]:\s*|[\w.-]+@[\w.-]+:[^$#]*[$#]\s+)?(?:(>>>|\.\.\.)\s+)?([!%$>]?)\s*/;
/** Lines that do not look like Python and may give values to its names: `%time a = 1`, `a=1`, `[a, b] = 1, 2`, `else: a = 1`. */
const bindsAnyway = /^\s*(?:%|(?:for|while|if|elif|else)\b|[\w\s,.()[\]*]+[-+*/%|&^@<>:]*=(?!=))/;
const loops = new Set(['for', 'while', 'until', 'if', 'case', 'function', 'select', 'do', 'then']);
const firstWords = new Set(
  [...commandNames, ...Object.keys(unavailableCommands), ...olderFirstWords].map((name) => name.split(' ')[0]),
);

/**
 * The steps of a text, in order; none for comments and blank lines alone. Never throws. `names` holds what Python's names mean, from cell
 * to cell, and is changed as if the whole cell ran.
 */
export function readCell(text: string, names: PythonNames = new Map()): CellStep[] {
  const lines = text.split(/\r?\n/);
  const first = lines.findIndex((line) => line.trim() !== '');
  const magic = /^%%\S+(\s+(ba)?sh\b)?/.exec(lines[first]?.trim() ?? '')?.[0];
  if (magic === undefined) return stepsOf(lines, 0, false, names);
  const isShell = shellMagics.test(magic);
  if (isShell || plainMagics.test(magic)) return stepsOf(lines, first + 1, isShell, names);
  return [{ kind: 'refused', line: magic, at: first + 1, error: appError('cell-language', { magic }), names: new Map(names) }];
}

function stepsOf(lines: readonly string[], from: number, isShell: boolean, names: PythonNames): CellStep[] {
  const steps: CellStep[] = [];
  for (let i = from; i < lines.length; ) {
    const text = lines[i].trim();
    if (text === '' || text.startsWith('#')) {
      i++;
      continue;
    }
    const end = isShell || !looksPython(lines[i]) ? endOfShellLine(lines, i) : endOfPython(lines, i);
    const part = lines.slice(i, end);
    if (!isShell && looksPython(lines[i])) steps.push(...pythonSteps(part, i + 1, names));
    else {
      const line = part.join('\n');
      if (!isShell && bindsAnyway.test(line)) forgetBound(line, names);
      for (const step of shellSteps(line, i + 1)) joinOption(steps, { ...step, names: new Map(names) });
    }
    i = end;
  }
  return steps;
}

function looksPython(line: string): boolean {
  const { 0: whole, 1: python, 2: sign } = prompt.exec(line) ?? { 0: '', 1: undefined, 2: '' };
  return sign === '' && (python !== undefined || isPython(line.slice(whole.length)));
}

/** The lines of one paragraph of Python: until a line at the margin that is not Python. */
function endOfPython(lines: readonly string[], start: number): number {
  let end = start + 1;
  while (end < lines.length) {
    const line = lines[end];
    const belongs = line.trim() === '' || /^\s/.test(line) || looksPython(line) || line.startsWith('#');
    if (!belongs) break;
    end++;
  }
  return end;
}

function pythonSteps(part: readonly string[], at: number, names: PythonNames): CellStep[] {
  const inner = part.findIndex((line, i) => i > 0 && /^\s+[!%]/.test(line));
  if (inner >= 0) {
    forgetWords(part.join('\n'), names);
    const word = /^\s*\w+/.exec(part[0])?.[0].trim() ?? '';
    return [
      { kind: 'refused', line: part.join('\n').trimEnd(), at, error: appError('line-loop', { word }), names: new Map(names) },
    ];
  }
  const source = part.map((line) => line.replace(/^\s*(>>>|\.\.\.|In\s*\[\d*\]:)\s?/, '')).join('\n');
  const parts = pythonParts(source, names);
  if (parts.every(({ kind }) => kind === 'quiet' || kind === 'other')) {
    const told = quietAnswer(source, parts);
    return [{ ...answer(told, { line: source.trimEnd(), at }), names: new Map(names) }];
  }
  return parts.flatMap((one): CellStep[] => {
    const place = { line: one.text, at: at + one.line, names: one.names };
    if (one.kind === 'call') return [{ kind: 'maps', ...place, call: one.call }];
    if (one.kind === 'refused') return [{ kind: 'refused', ...place, error: one.error }];
    return one.kind === 'quiet' ? [] : [{ ...answer(pythonAnswer(one.text), place), names: one.names }];
  });
}

/** What is said of Python that calls nothing: names that are kept, and the rest. */
function quietAnswer(source: string, parts: readonly PythonPart[]): Elsewhere {
  const last = parts.at(-1);
  const given = parts.flatMap((part) => (part.kind === 'quiet' && part.name !== undefined ? [part.name] : []));
  const kept = [...new Set(given)].filter((name) => last?.names.has(name) === true);
  if (kept.length === 0) return pythonAnswer(source);
  const [are, they] = kept.length === 1 ? ['is', 'it means'] : ['are', 'they mean'];
  const told = `${kept.map((name) => `"${name}"`).join(', ')} ${are} remembered.`;
  const instead = `${they} the same in calls of MapsManager further down and in later cells, such as MapsManager("maps").get_metrics("test")`;
  const others = parts.filter(({ kind }) => kind === 'other').map(({ text }) => text);
  if (others.length === 0) return { told, instead, goesOn: true };
  const rest = pythonAnswer(others.join('\n'));
  return { ...rest, told: `${told} ${rest.told}` };
}

function endOfShellLine(lines: readonly string[], start: number): number {
  for (let end = start + 1; end <= lines.length; end++) {
    if (!readShellLine(lines.slice(start, end).join('\n')).isOpen) return end;
  }
  return start + 1; // a quote that is never closed: the line alone is told
}

function shellSteps(text: string, at: number): Step[] {
  const { 0: whole, 2: sign } = prompt.exec(text) ?? { 0: '', 2: '' };
  const { commands } = readShellLine(text.slice(whole.length));
  return commands.map((command) => shellStep(command.text, command.sign, { at, sign }));
}

interface Context {
  readonly at: number;
  /** `!`, `%`, `$`, `>` or none. */
  readonly sign: string;
}

function shellStep(line: string, found: ShellSign | undefined, { at, sign }: Context): Step {
  const place = { line, at };
  const refused = (error: AppError): Step => ({ kind: 'refused', ...place, error });
  let words: string[];
  try {
    words = splitWords(line);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return refused(error);
  }
  const [name = ''] = words;
  if (words.length === 0) return { kind: 'answer', ...place, text: '' };
  const ours = name === 'clinicadl' || firstWords.has(name);
  if (!ours) {
    if (name === 'cd') return folderStep(words, place, sign, found);
    if (loops.has(name)) return refused(appError('line-loop', { word: name }));
    const assigned = /^(?:export\s+|set\s+|%?env\s+)?([A-Za-z_]\w*)=/.exec(line)?.[1];
    if (assigned !== undefined) return refused(appError('line-assignment', { name: assigned }));
  }
  // An older line with the names of its manual is told in today's words.
  const isTold = found === undefined || found.kind === 'placeholder';
  if (isTold && olderLine(name === 'clinicadl' ? words.slice(1) : words) !== undefined) return { kind: 'command', ...place };
  const isPrepare = name === 'clinica' && words[2] === 'deeplearning-prepare-data';
  const other = ours || isPrepare ? undefined : elsewhere(words);
  if (other !== undefined) return answer(other, place);
  if (found?.kind === 'variable') return refused(appError('line-variable', { name: found.name }));
  if (found?.kind === 'placeholder') return refused(appError('line-placeholder', { name: found.name }));
  if (found?.kind === 'operator') return refused(appError('line-operator', { operator: found.name }));
  return { kind: 'command', ...place };
}

function folderStep(words: readonly string[], place: Place, sign: string, found: ShellSign | undefined): Step {
  if (sign === '!')
    return {
      kind: 'answer',
      ...place,
      text: 'In a notebook "!cd" changes nothing for the lines after it, and neither does it here; "cd" does.',
    };
  if (found !== undefined && found.name !== '~')
    return { kind: 'refused', ...place, error: appError('line-variable', { name: found.name }) };
  return { kind: 'folder', ...place, path: words[1] ?? '/' };
}

function answer({ told, instead, goesOn }: Elsewhere, place: Place): Step {
  if (!goesOn) return { kind: 'refused', ...place, error: appError('command-elsewhere', { told, instead }) };
  return { kind: 'answer', ...place, text: `${told} ${instead[0].toUpperCase()}${instead.slice(1)}.` };
}

/** An option at the beginning of a line belongs to the command before, which then must not run without it. */
function joinOption(steps: CellStep[], step: CellStep): void {
  const option = /^-\S*/.exec(step.line)?.[0];
  const before = steps.at(-1);
  if (option === undefined || before?.kind !== 'command') {
    steps.push(step);
    return;
  }
  const error = appError('line-option-alone', { line: step.at, option });
  steps[steps.length - 1] = { kind: 'refused', line: before.line, at: before.at, error, names: before.names };
}

/** @file Calls of MapsManager in pasted cells of Python: those whose values are written out run as the script interface runs them. */
import { AppError, appError } from '../../base/errors';
import { nearNames } from '../../base/neighbours';
import { type MapsMethod, mapsMethodNames } from '../maps-method-names';
import { methodArguments } from '../maps-methods';
import { parametersRefused } from '../maps-parameters';
import { bareCode, forgetBound, forgetChanged, wordsOf } from './python-bindings';
import { PythonReader, Unreadable } from './python-literal';
import { type Statement, statementsOf } from './python-statements';

/** What names mean in the cells so far: values, and MAPS. */
export type PythonNames = Map<string, unknown>;

class OpenedMaps {
  constructor(readonly path: string) {}
}

export interface MapsCall {
  readonly path: string;
  readonly method: MapsMethod;
  readonly arguments: Readonly<Record<string, unknown>>;
}

type Part =
  | { readonly kind: 'call'; readonly call: MapsCall }
  | { readonly kind: 'refused'; readonly error: AppError }
  /** Gives a value to a name, or loads a package. */
  | { readonly kind: 'quiet'; readonly name?: string }
  | { readonly kind: 'other' };

export type PythonPart = Pick<Statement, 'text' | 'line'> & Part & { /** Names after it. */ readonly names: PythonNames };

const assignment = /^(?!(?:else|try|finally)\s*:)([A-Za-z_]\w*)(?:\s*:\s*[\w.[\], ]+)?\s*=(?!=)\s*/;
const example = 'maps.get_metrics("test", split=0)';

/**
 * The statements, in order. `names` is changed as if all of them ran; a name that a statement may give another meaning, which is not
 * known here, is forgotten.
 */
export function pythonParts(source: string, names: PythonNames): PythonPart[] {
  return statementsOf(source).map((statement) => {
    const { text, line, inner } = statement;
    const part = partOrError(text, inner, names);
    return { text, line, ...part, names: new Map(names) };
  });
}

function partOrError(text: string, inner: boolean, names: PythonNames): Part {
  const target = assignment.exec(text);
  const expression = target === null ? text : text.slice(target[0].length);
  try {
    return partOf(expression, target?.[1], inner, names);
  } catch (error) {
    if (target !== null) names.delete(target[1]);
    if (error instanceof Unreadable) forgetChanged(expression, names);
    forgetBound(expression, names);
    if (error instanceof AppError) return { kind: 'refused', error };
    if (!(error instanceof Unreadable)) throw error;
    return { kind: 'refused', error: appError('python-call', { found: error.message, example }) };
  }
}

function partOf(expression: string, target: string | undefined, inner: boolean, names: PythonNames): Part {
  if (/^(?:import|from)\s/.test(expression)) {
    forgetBound(expression, names);
    return { kind: 'quiet' };
  }
  if (!concernsMaps(expression, names)) {
    const value = target === undefined || inner ? undefined : literal(expression, names);
    if (value === undefined) {
      forgetChanged(expression, names);
      forgetBound(expression, names);
    }
    return bound(target, value, names);
  }
  if (inner) throw new Unreadable('a loop, a condition or a function around it');
  const reader = new PythonReader(expression, names);
  const printed = target === undefined && /^(?:print|display)\s*\(/.test(expression);
  if (printed) {
    reader.name();
    reader.take('(');
  }
  const maps = openedMaps(reader, names);
  end(reader, printed);
  if (maps instanceof OpenedMaps) return bound(target, maps, names);
  if (target !== undefined) names.delete(target);
  return { kind: 'call', call: maps };
}

/** `value` undefined: not known. */
function bound(target: string | undefined, value: unknown, names: PythonNames): Part {
  if (target === undefined) return { kind: 'other' };
  names.delete(target);
  if (value === undefined) return { kind: 'other' };
  names.set(target, value);
  return { kind: 'quiet', name: target };
}

const isName = (names: PythonNames, name: string): boolean => names.get(name) instanceof OpenedMaps;

const concernsMaps = (expression: string, names: PythonNames): boolean =>
  wordsOf(bareCode(expression)).some((word) => word === 'MapsManager' || isName(names, word));

/** A value that is written out; undefined for anything else. */
function literal(expression: string, names: PythonNames): unknown {
  try {
    const reader = new PythonReader(expression, names);
    const value = reader.value();
    return reader.rest === '' ? value : undefined;
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

/** `MapsManager("…")`, a name for one, or a call of a method of either. */
function openedMaps(reader: PythonReader, names: PythonNames): OpenedMaps | MapsCall {
  const name = reader.name() ?? '';
  const parts = name.split('.');
  const at = parts.indexOf('MapsManager');
  let maps: OpenedMaps;
  let method: string | undefined;
  if (at >= 0 && at === parts.length - 1 && reader.take('(')) {
    maps = opened(reader);
    if (!reader.take('.')) return maps;
    method = reader.name();
  } else if (parts.length <= 2 && isName(names, parts[0])) {
    maps = names.get(parts[0]) as OpenedMaps;
    if (parts.length === 1) return maps;
    method = parts[1];
  } else throw new Unreadable(`"${name}"`);
  if (!reader.take('(')) throw new Unreadable(`"${method ?? ''}", which is no call`);
  const known = mapsMethodNames.find((candidate) => candidate === method);
  if (known === undefined)
    throw appError('command-unknown', {
      command: `MapsManager.${method ?? ''}`,
      near: nearNames(method ?? '', mapsMethodNames, `the methods are ${mapsMethodNames.join(', ')}`),
    });
  const { positionals, named } = reader.arguments();
  return { path: maps.path, method: known, arguments: methodArguments(known, positionals, named) };
}

const managerArguments = ['maps_path', 'parameters', 'verbose'];

/** Behind the opening bracket of `MapsManager(`. */
function opened(reader: PythonReader): OpenedMaps {
  const { positionals, named } = reader.arguments();
  const wrong = (problem: string): AppError =>
    appError('method-argument', { method: 'MapsManager', problem, usage: 'MapsManager("maps")' });
  if (positionals.length > managerArguments.length)
    throw wrong(`takes ${managerArguments.length} arguments, and ${positionals.length} were given`);
  for (const key of Object.keys(named)) {
    const place = managerArguments.indexOf(key);
    if (place < 0) throw wrong(`has no argument ${key}`);
    if (place < positionals.length) throw wrong(`was given ${key} twice`);
  }
  const path = positionals[0] ?? named.maps_path;
  if (typeof path !== 'string') throw new Unreadable('a MapsManager without the path of a MAPS');
  const parameters = positionals[1] ?? named.parameters ?? null;
  if (parameters !== null) throw parametersRefused();
  return new OpenedMaps(path);
}

function end(reader: PythonReader, printed: boolean): void {
  if (printed && !reader.take(')')) throw new Unreadable(`"${reader.rest.slice(0, 40)}" behind the call`);
  if (reader.rest !== '') throw new Unreadable(`"${reader.rest.slice(0, 40)}" behind the call`);
}

/** @file Calls of MapsManager in pasted cells of Python: those whose values are written out run as the script interface runs them. */
import { AppError, appError } from '../../base/errors';
import { nearNames } from '../../base/neighbours';
import { type MapsMethod, mapsMethodNames } from '../maps-method-names';
import { methodArguments } from '../maps-methods';
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

export type PythonPart = Pick<Statement, 'text' | 'line'> &
  (
    | { readonly kind: 'call'; readonly call: MapsCall }
    | { readonly kind: 'refused'; readonly error: AppError }
    /** Gives a value to a name, or loads a package. */
    | { readonly kind: 'quiet' }
    | { readonly kind: 'other' }
  );

const assignment = /^([A-Za-z_]\w*)(?:\s*:\s*[\w.[\], ]+)?\s*=(?!=)\s*/;
const example = 'maps.get_metrics("test", split=0)';

/** The statements, in order; names that they give are kept in `names`. */
export function pythonParts(source: string, names: PythonNames): PythonPart[] {
  return statementsOf(source).map((statement) => {
    const { text, line, inner } = statement;
    try {
      return { text, line, ...partOf(text, inner, names) };
    } catch (error) {
      if (error instanceof AppError) return { text, line, kind: 'refused', error };
      if (!(error instanceof Unreadable)) throw error;
      return { text, line, kind: 'refused', error: appError('python-call', { found: error.message, example }) };
    }
  });
}

type Part = { readonly kind: 'call'; readonly call: MapsCall } | { readonly kind: 'quiet' | 'other' };

function partOf(text: string, inner: boolean, names: PythonNames): Part {
  if (/^(?:import|from)\s/.test(text)) return { kind: 'quiet' };
  const target = assignment.exec(text);
  const expression = target === null ? text : text.slice(target[0].length);
  if (!concernsMaps(expression, names)) {
    if (target === null) return { kind: 'other' };
    names.delete(target[1]);
    const value = literal(expression, names);
    if (value === undefined || inner) return { kind: 'other' };
    names.set(target[1], value);
    return { kind: 'quiet' };
  }
  if (inner) throw new Unreadable('a loop, a condition or a function around it');
  const reader = new PythonReader(expression, names);
  const printed = target === null && /^(?:print|display)\s*\(/.test(expression);
  if (printed) for (const word of [reader.name(), '(']) if (word === '(') reader.take('(');
  const maps = openedMaps(reader, names);
  if (maps instanceof OpenedMaps) {
    end(reader, printed);
    if (target === null) return { kind: 'other' };
    names.set(target[1], maps);
    return { kind: 'quiet' };
  }
  end(reader, printed);
  if (target !== null) names.delete(target[1]);
  return { kind: 'call', call: maps };
}

const isName = (names: PythonNames, name: string): boolean => names.get(name) instanceof OpenedMaps;

function concernsMaps(expression: string, names: PythonNames): boolean {
  const words = expression.replace(/("""|'''|"|')(?:\\.|(?!\1)[^\\])*\1/gs, '""').match(/[A-Za-z_]\w*/g) ?? [];
  return words.some((word) => word === 'MapsManager' || isName(names, word));
}

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

/** Behind the opening bracket of `MapsManager(`. */
function opened(reader: PythonReader): OpenedMaps {
  const { positionals, named } = reader.arguments();
  const path = positionals[0] ?? named.maps_path;
  if (typeof path !== 'string') throw new Unreadable('a MapsManager without the path of a MAPS');
  const parameters = positionals[1] ?? named.parameters ?? null;
  if (parameters !== null)
    throw appError('command-elsewhere', {
      told: 'MapsManager with parameters makes a MAPS in Python.',
      instead: 'make it with "clinicadl train", and open it with its path alone',
    });
  return new OpenedMaps(path);
}

function end(reader: PythonReader, printed: boolean): void {
  if (printed && !reader.take(')')) throw new Unreadable(`"${reader.rest.slice(0, 40)}" behind the call`);
  if (reader.rest !== '') throw new Unreadable(`"${reader.rest.slice(0, 40)}" behind the call`);
}

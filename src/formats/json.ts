/**
 * @file JSON as Python's `json` module reads and prints it.
 *
 * Reading accepts NaN, Infinity and -Infinity, as Python does, and refuses nesting deeper than 100, texts over 1 MiB
 * unless told, the key `__proto__` and keys that are there twice (Python takes the last of them in silence). Keys keep their order, except that JavaScript sorts keys that are whole numbers to the front of an object.
 */
import { appError } from '../base/errors';
import { PyFloat, printFloat } from '../base/python-number';
import { decodeText } from './decode-text';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/**
 * A value that knows its Python type: floats are `PyFloat`, integers are numbers, or bigints beyond 2⁵³. A map prints as an object
 * whose keys keep their order, also those that are whole numbers.
 */
export type PythonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PyFloat
  | readonly PythonValue[]
  | PythonObject
  | ReadonlyMap<string, PythonValue>;
export interface PythonObject {
  readonly [key: string]: PythonValue;
}

export interface JsonOptions {
  readonly where?: string;
  /** Most bytes, or UTF-16 units of a text; default 1 MiB, some hundred times what ClinicaDL writes. */
  readonly maxBytes?: number;
}

const defaultMaxBytes = 2 ** 20;
const maxDepth = 100;
/** As Python's limit for whole numbers: reading them takes time that grows with the square of their length. */
const maxNumberLength = 4300;

/** Plain values; every number is a JavaScript number. Throws `json-damaged`, `json-refused`, `text-encoding`, `file-too-large`. */
export function readJson(source: Uint8Array | string, options: JsonOptions = {}): JsonValue {
  return new Parser(textOf(source, options), options.where, Number).document() as JsonValue;
}

/** The same with Python's types kept: `printPythonJson` of the result gives the text that Python wrote. */
export function readPythonJson(source: Uint8Array | string, options: JsonOptions = {}): PythonValue {
  return new Parser(textOf(source, options), options.where, pythonNumber).document();
}

function textOf(source: Uint8Array | string, { where, maxBytes = defaultMaxBytes }: JsonOptions): string {
  if (typeof source !== 'string') return decodeText(source, { format: 'JSON', maxBytes, where });
  if (source.length > maxBytes)
    throw appError('file-too-large', { format: 'JSON', found: source.length, limit: maxBytes }, { where });
  return source;
}

function pythonNumber(token: string): PythonValue {
  if (!/^-?\d+$/.test(token)) return new PyFloat(Number(token));
  const value = Number(token);
  return Number.isSafeInteger(value) ? value : BigInt(token);
}

/** Recursive descent over one text; alive for one document. */
class Parser {
  #at = 0;
  readonly #text: string;
  readonly #where: string | undefined;
  readonly #number: (token: string) => PythonValue;

  constructor(text: string, where: string | undefined, number: (token: string) => PythonValue) {
    this.#text = text;
    this.#where = where;
    this.#number = number;
  }

  document(): PythonValue {
    const value = this.#value(0);
    if (this.#peek() !== '') throw this.#damaged('the end of the text');
    return value;
  }

  #value(depth: number): PythonValue {
    if (depth > maxDepth) throw this.#refused(`it is nested deeper than ${maxDepth} levels`);
    const first = this.#peek();
    if (first === '{') return this.#object(depth);
    if (first === '[') return this.#array(depth);
    if (first === '"') return this.#string();
    return this.#scalar();
  }

  #object(depth: number): PythonValue {
    const result: Record<string, PythonValue> = {};
    this.#at++;
    if (this.#take('}')) return result;
    do {
      if (this.#peek() !== '"') throw this.#damaged('a key in double quotes');
      const key = this.#string();
      if (key === '__proto__') throw this.#refused('it has the key "__proto__"');
      if (Object.hasOwn(result, key)) throw this.#refused(`it has the key ${JSON.stringify(key)} twice`);
      if (!this.#take(':')) throw this.#damaged('a colon after the key');
      result[key] = this.#value(depth + 1);
    } while (this.#take(','));
    if (!this.#take('}')) throw this.#damaged('a comma or }');
    return result;
  }

  #array(depth: number): PythonValue {
    const result: PythonValue[] = [];
    this.#at++;
    if (this.#take(']')) return result;
    do result.push(this.#value(depth + 1));
    while (this.#take(','));
    if (!this.#take(']')) throw this.#damaged('a comma or ]');
    return result;
  }

  #string(): string {
    const text = this.#text;
    let result = '';
    for (let start = ++this.#at; ; ) {
      const code = text.charCodeAt(this.#at);
      if (code === 34) return result + text.slice(start, this.#at++);
      if (Number.isNaN(code) || code < 32) throw this.#damaged('the closing quote of a string');
      if (code !== 92) {
        this.#at++;
        continue;
      }
      result += text.slice(start, this.#at) + this.#escape();
      start = this.#at;
    }
  }

  #escape(): string {
    const letter = this.#text[++this.#at] ?? '';
    if (letter === 'u') {
      const digits = this.#text.slice(this.#at + 1, this.#at + 5);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.#damaged('four hexadecimal digits after \\u');
      this.#at += 5;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const meaning = escapes.get(letter);
    if (meaning === undefined) throw this.#damaged('one of " \\ / b f n r t u after a backslash');
    this.#at++;
    return meaning;
  }

  #scalar(): PythonValue {
    scalarPattern.lastIndex = this.#at;
    const token = scalarPattern.exec(this.#text)?.[0];
    if (token === undefined) throw this.#damaged('a value');
    this.#at += token.length;
    if (token === 'null') return null;
    if (token === 'true' || token === 'false') return token === 'true';
    if (token.length > maxNumberLength) throw this.#refused(`it has a number of ${token.length} characters`);
    return this.#number(token);
  }

  /** The next character that is not a space, '' at the end. */
  #peek(): string {
    spacePattern.lastIndex = this.#at;
    spacePattern.exec(this.#text);
    this.#at = spacePattern.lastIndex;
    return this.#text[this.#at] ?? '';
  }

  #take(mark: string): boolean {
    if (this.#peek() !== mark) return false;
    this.#at++;
    return true;
  }

  #damaged(expected: string): Error {
    const { line, column } = this.#place();
    const character = this.#text[this.#at];
    const found = character === undefined ? 'the end of the text' : JSON.stringify(character);
    return appError('json-damaged', { line, column, found, expected }, { where: this.#where });
  }

  #refused(reason: string): Error {
    return appError('json-refused', { line: this.#place().line, reason }, { where: this.#where });
  }

  #place(): { readonly line: number; readonly column: number } {
    const lines = this.#text.slice(0, this.#at).split('\n');
    return { line: lines.length, column: lines[lines.length - 1].length + 1 };
  }
}

const spacePattern = /[ \t\n\r]*/y;
const scalarPattern = /null|true|false|NaN|-?Infinity|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const escapes = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

export interface PrintJsonOptions {
  /** Spaces per level; absent: everything on one line, as `json.dumps` without `indent`. */
  readonly indent?: number;
  /** Non-ASCII characters as `\uXXXX`; default true, as in Python. */
  readonly ensureAscii?: boolean;
}

/**
 * The text of `json.dumps(value, indent=…, ensure_ascii=…)`, without a final newline. Whole numbers print as Python integers,
 * other numbers and `PyFloat` as Python floats. Throws a TypeError for what JSON cannot say (undefined, functions, cycles are
 * bugs of the caller).
 */
export function printPythonJson(value: PythonValue, { indent, ensureAscii = true }: PrintJsonOptions = {}): string {
  const print = (item: PythonValue, level: number): string => {
    if (item === null) return 'null';
    if (typeof item === 'boolean' || typeof item === 'bigint') return String(item);
    if (typeof item === 'number') return printNumber(item);
    if (typeof item === 'string') return printString(item, ensureAscii);
    if (item instanceof PyFloat) return jsonFloat(item.value);
    if (typeof item !== 'object') throw new TypeError(`JSON cannot hold a value of type ${typeof item}`);
    const list = Array.isArray(item);
    const parts = list
      ? item.map((part: PythonValue) => print(part, level + 1))
      : entriesOf(item as Exclude<typeof item, readonly PythonValue[]>).map(
          ([key, part]) => `${printString(key, ensureAscii)}: ${print(part, level + 1)}`,
        );
    const [open, close] = list ? '[]' : '{}';
    if (parts.length === 0) return open + close;
    if (indent === undefined) return open + parts.join(', ') + close;
    const margin = `\n${' '.repeat(indent * (level + 1))}`;
    return `${open}${margin}${parts.join(`,${margin}`)}\n${' '.repeat(indent * level)}${close}`;
  };
  return print(value, 0);
}

function entriesOf(item: PythonObject | ReadonlyMap<string, PythonValue>): [string, PythonValue][] {
  return item instanceof Map ? [...item] : Object.entries(item);
}

function printNumber(x: number): string {
  return Number.isInteger(x) ? BigInt(x).toString() : jsonFloat(x);
}

function jsonFloat(x: number): string {
  if (Number.isNaN(x)) return 'NaN';
  if (!Number.isFinite(x)) return x > 0 ? 'Infinity' : '-Infinity';
  return printFloat(x);
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

function printString(text: string, ensureAscii: boolean): string {
  // Without the u flag a pattern sees UTF-16 units, so a character beyond the first plane becomes two escapes, as in Python.
  const pattern = ensureAscii ? /["\\]|[^ -~]/g : /["\\]|[^ -\uffff]/g;
  const escaped = (unit: string) => shortEscapes[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `"${text.replace(pattern, escaped)}"`;
}

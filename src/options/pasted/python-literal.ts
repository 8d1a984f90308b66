/** @file Values as they are written out in Python: texts, numbers, lists, tuples, dictionaries, `Path(…)` and names given before. */

/** What stands where a value was expected. */
export class Unreadable extends Error {}

/** A call's arguments. */
interface PythonArguments {
  readonly positionals: readonly unknown[];
  readonly named: Readonly<Record<string, unknown>>;
}

const names = /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/y;
const numbers = /[-+]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[-+]?\d+)?/iy;
const texts = /([rRbBuUfF]{0,2})("""|'''|"|')/y;
const space = /(?:\s|#[^\n]*|\\\n)+/y;
const constants = new Map<string, unknown>([
  ['True', true],
  ['False', false],
  ['None', null],
]);
/** Calls that give back a path of their arguments, joined. */
const pathCalls = new Set(['Path', 'pathlib.Path', 'PurePath', 'PosixPath', 'str', 'os.path.join', 'path.join']);
/** As `os.path.join`: an absolute path takes the place of what is before it. */
const joinPath = (before: string, next: string): string =>
  next.startsWith('/') || before === '' ? next : `${before}${before.endsWith('/') ? '' : '/'}${next}`;
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\n': '',
};
/** A character by its number, behind the backslash: in base 16 or 8. */
const numbered = /x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})/y;

/** Reads values from a text, from left to right. Throws `Unreadable`. */
export class PythonReader {
  readonly #text: string;
  readonly #given: ReadonlyMap<string, unknown>;
  #at = 0;

  constructor(text: string, given: ReadonlyMap<string, unknown>) {
    this.#text = text;
    this.#given = given;
  }

  /** What is left, without blanks and comments before it. */
  get rest(): string {
    this.#match(space);
    return this.#text.slice(this.#at);
  }

  /** A dotted name, if one is next. */
  name(): string | undefined {
    this.#match(space);
    return this.#match(names);
  }

  /** True when the sign was next. */
  take(sign: string): boolean {
    if (!this.rest.startsWith(sign)) return false;
    this.#at += sign.length;
    return true;
  }

  /** Up to the closing bracket, behind the opening one. */
  arguments(): PythonArguments {
    const positionals: unknown[] = [];
    const named: Record<string, unknown> = {};
    while (!this.take(')')) {
      const key = /^([A-Za-z_]\w*)\s*=(?!=)/.exec(this.rest);
      if (key === null) positionals.push(this.value());
      else {
        this.#at += key[0].length;
        named[key[1]] = this.value();
      }
      if (!this.take(',') && !this.rest.startsWith(')')) throw this.#unreadable();
    }
    return { positionals, named };
  }

  value(): unknown {
    let value = this.#single();
    // pathlib joins paths by a slash
    while (typeof value === 'string' && this.take('/')) {
      const next = this.#single();
      if (typeof next !== 'string') throw new Unreadable(`"${value}" / ${String(next)}`);
      value = joinPath(value, next);
    }
    return value;
  }

  #single(): unknown {
    if (this.take('[')) return this.#list(']');
    if (this.take('(')) return this.#tuple();
    if (this.take('{')) return this.#dictionary();
    const text = this.#string();
    if (text !== undefined) return text;
    const number = this.#match(numbers);
    if (number !== undefined) return Number(number.replaceAll('_', ''));
    const before = this.#at;
    const name = this.name();
    if (name === undefined) throw this.#unreadable();
    if (constants.has(name)) return constants.get(name);
    if (pathCalls.has(name) && this.take('(')) return this.#path(name);
    if (this.#given.has(name) && !/^[.[(]/.test(this.rest)) return this.#given.get(name);
    this.#at = before;
    throw this.#unreadable();
  }

  /** Behind the bracket of a call that gives back a path. */
  #path(call: string): string {
    const { positionals, named } = this.arguments();
    const isWhole = call === 'str' && positionals.length === 1 && Number.isInteger(positionals[0]);
    const parts = isWhole ? [String(positionals[0])] : positionals.filter((part) => typeof part === 'string');
    const isKnown = parts.length === positionals.length && Object.keys(named).length === 0;
    if (!isKnown || parts.length === 0 || (call === 'str' && parts.length > 1))
      throw new Unreadable(`"${call}" with other arguments`);
    return parts.reduce(joinPath);
  }

  #list(end: string): unknown[] {
    const items: unknown[] = [];
    while (!this.take(end)) {
      items.push(this.value());
      if (!this.take(',') && !this.rest.startsWith(end)) throw this.#unreadable();
    }
    return items;
  }

  /** `(a)` is `a` itself. */
  #tuple(): unknown {
    const from = this.#at;
    const items = this.#list(')');
    const inside = this.#text.slice(from, this.#at - 1).trim();
    return items.length === 1 && !inside.endsWith(',') ? items[0] : items;
  }

  #dictionary(): Record<string, unknown> {
    const table: Record<string, unknown> = {};
    while (!this.take('}')) {
      const key = String(this.value());
      if (!this.take(':')) throw this.#unreadable();
      table[key] = this.value();
      if (!this.take(',') && !this.rest.startsWith('}')) throw this.#unreadable();
    }
    return table;
  }

  /** Texts beside each other are one. */
  #string(): string | undefined {
    let joined: string | undefined;
    for (;;) {
      this.#match(space);
      texts.lastIndex = this.#at;
      const found = texts.exec(this.#text);
      if (found === null) return joined;
      if (/[bf]/i.test(found[1])) throw this.#unreadable();
      this.#at += found[0].length;
      joined = (joined ?? '') + this.#until(found[2], /r/i.test(found[1]));
    }
  }

  #until(quote: string, raw: boolean): string {
    let text = '';
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined) throw this.#unreadable();
      if (this.#text.startsWith(quote, this.#at)) {
        this.#at += quote.length;
        return text;
      }
      const next = this.#text[this.#at + 1] ?? '';
      if (character === '\\' && raw) {
        text += character + next;
        this.#at += 2;
      } else if (character === '\\') {
        this.#at++;
        text += this.#escaped(next);
      } else {
        text += character;
        this.#at++;
      }
    }
  }

  /** What a backslash and the characters behind it mean; one without a meaning stays, as in Python. */
  #escaped(next: string): string {
    numbered.lastIndex = this.#at;
    const found = numbered.exec(this.#text);
    if (found === null) {
      // by its name, or a number that is cut short
      if (/[NxuU]/.test(next)) throw new Unreadable(`"\\${this.#text.slice(this.#at, this.#at + 10)}"`);
      this.#at++;
      return escapes[next] ?? (/[\\'"]/.test(next) ? next : `\\${next}`);
    }
    this.#at += found[0].length;
    const [, x, u, U, octal] = found;
    const code = octal === undefined ? Number.parseInt(x ?? u ?? U, 16) : Number.parseInt(octal, 8);
    if (code > 0x10ffff) throw new Unreadable(`"\\${found[0]}"`);
    return String.fromCodePoint(code);
  }

  #match(expression: RegExp): string | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#text)?.[0];
    if (found === undefined || found === '') return undefined;
    this.#at += found.length;
    return found;
  }

  #unreadable(): Unreadable {
    const [found] = /^[^\n,)]{0,60}/.exec(this.rest) ?? [''];
    return new Unreadable(found.trim() === '' ? 'nothing' : `"${found.trim()}"`);
  }
}

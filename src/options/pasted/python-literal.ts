/** @file Values as they are written out in Python: texts, numbers, lists, tuples, dictionaries, `Path(…)` and names given before. */

/** What stands where a value was expected. */
export class Unreadable extends Error {}

/** A call's arguments. */
export interface PythonArguments {
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
/** Calls that give back a path of their arguments. */
const pathCalls = new Set(['Path', 'pathlib.Path', 'PurePath', 'PosixPath', 'str', 'os.path.join', 'path.join']);
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\n': '' };

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
    while (typeof value === 'string' && this.take('/')) value = `${value}/${String(this.#single())}`;
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
    if (pathCalls.has(name) && this.take('(')) return this.arguments().positionals.map(String).join('/');
    if (this.#given.has(name) && !/^[.[(]/.test(this.rest)) return this.#given.get(name);
    this.#at = before;
    throw this.#unreadable();
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
      if (/f/i.test(found[1])) throw this.#unreadable();
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
      if (character === '\\') {
        text += raw ? character + next : (escapes[next] ?? (/[\\'"]/.test(next) ? next : character + next));
        this.#at += 2;
      } else {
        text += character;
        this.#at++;
      }
    }
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

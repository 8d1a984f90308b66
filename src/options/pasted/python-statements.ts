/** @file A paragraph of Python, cut into its statements. */

export interface Statement {
  readonly text: string;
  /** Place of its first line, from 0. */
  readonly line: number;
  /** It stands inside of a loop, a condition or a function. */
  readonly inner: boolean;
}

/** In order, without comments and blank lines between them. Statements on one line, divided by `;`, are told apart. */
export function statementsOf(source: string): Statement[] {
  const found: Statement[] = [];
  let [from, line, at, depth] = [0, 0, 0, 0];
  let start = 0;
  const finish = (end: number): void => {
    const text = source.slice(from, end);
    const trimmed = text.trim();
    const first = from + text.length - text.trimStart().length;
    const margin = source[source.lastIndexOf('\n', first) + 1];
    const skipped = source.slice(from, first).split('\n').length - 1;
    if (trimmed !== '' && !trimmed.startsWith('#'))
      found.push({ text: trimmed, line: start + skipped, inner: margin === ' ' || margin === '\t' });
  };
  while (at < source.length) {
    const character = source[at];
    if (character === '#') {
      const end = source.indexOf('\n', at);
      at = end < 0 ? source.length : end;
      continue;
    }
    const quote = /^("""|'''|"|')/.exec(source.slice(at, at + 3))?.[0];
    if (quote !== undefined) {
      const end = endOfText(source, at + quote.length, quote);
      line += source.slice(at, end).split('\n').length - 1;
      at = end;
      continue;
    }
    if ('([{'.includes(character)) depth++;
    if (')]}'.includes(character)) depth--;
    const goesOn = depth > 0 || source[at - 1] === '\\';
    if (character === '\n') line++;
    if ((character === '\n' || character === ';') && !goesOn) {
      finish(at);
      from = at + 1;
      start = line;
    }
    at++;
  }
  finish(source.length);
  return found;
}

function endOfText(source: string, from: number, quote: string): number {
  for (let at = from; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source.startsWith(quote, at)) return at + quote.length;
    else if (source[at] === '\n' && quote.length === 1) return at; // never closed
  }
  return source.length;
}

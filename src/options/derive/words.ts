/** @file A command line as words, by the quoting rules of a shell, and back. */
import { appError } from '../../base/errors';

const continuation = /\\[ \t]*\r?\n/y;

/**
 * Words of a line: blanks and line ends part them, quotes and backslashes protect, a backslash at the end of a line joins it with
 * the next, a word that begins with `#` starts a comment. Nothing is expanded. Throws `quote-open`.
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let at = 0;
  const append = (text: string): void => {
    word = (word ?? '') + text;
  };
  const finish = (): void => {
    if (word !== null) words.push(word);
    word = null;
  };
  while (at < line.length) {
    const character = line[at];
    if (character === "'" || character === '"') {
      const { text, end } = quoted(line, at, character);
      append(text);
      at = end;
    } else if (character === '\\') {
      continuation.lastIndex = at;
      const joined = continuation.exec(line);
      if (joined === null) append(line[at + 1] ?? '');
      at += joined === null ? 2 : joined[0].length;
    } else if (/\s/.test(character)) {
      finish();
      at++;
    } else if (character === '#' && word === null) {
      const end = line.indexOf('\n', at);
      at = end < 0 ? line.length : end;
    } else {
      append(character);
      at++;
    }
  }
  finish();
  return words;
}

/** The text between quotes that open at a position, and the position after the closing one. */
function quoted(line: string, start: number, quote: string): { readonly text: string; readonly end: number } {
  let text = '';
  for (let at = start + 1; at < line.length; at++) {
    if (line[at] === quote) return { text, end: at + 1 };
    if (quote === '"' && line[at] === '\\' && '"\\$`\n'.includes(line[at + 1] ?? ' ')) {
      at++;
      if (line[at] !== '\n') text += line[at];
    } else text += line[at];
  }
  throw appError('quote-open', { quote });
}

/** The word as it is typed in a shell: in single quotes unless every character is plain. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

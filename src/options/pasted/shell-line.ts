/** @file One line of a shell, cut where a shell would: several commands, comments, and what only a shell can do, each by its name. */

/** What a line holds that has no meaning here. */
export interface ShellSign {
  readonly kind: 'variable' | 'placeholder' | 'operator';
  readonly name: string;
}

export interface ShellLine {
  /** The commands, in order, without comments; quotes and continuations are kept. */
  readonly commands: readonly { readonly text: string; readonly sign: ShellSign | undefined }[];
  /** The line goes on: a quote is open, or it ends with a backslash. */
  readonly isOpen: boolean;
}

const variable = /\$(?:\w+|\{[^}]*\}|\([^)]*\)?|[@?*#!$])|`[^`]*`?/y;
const braces = /\{[A-Za-z_][\w.]*(?:\[[^\]]*\])?\}/y;
/** `<caps_directory>`, `[OPTIONS]`, `[[t1-linear|custom]]`, at the beginning of a word. */
const placeholder = /<[A-Za-z][\w ./-]*>|\[+[A-Za-z][^\]\n]*\]+|(?:\.{3}|…)(?=\s|$)/y;
const operator = /&>>?|\d?>&\d|\d?>>?|\|\|?|<<?<?|&(?!&)/y;

/** Cuts a line. Joined lines are given with their line ends. */
export function readShellLine(text: string): ShellLine {
  const commands: { text: string; sign: ShellSign | undefined }[] = [];
  let command = '';
  let sign: ShellSign | undefined;
  let isOpen = false;
  const finish = (): void => {
    if (command.trim() !== '') commands.push({ text: command.trim(), sign });
    [command, sign] = ['', undefined];
  };
  const matchAt = (expression: RegExp, at: number): string | undefined => {
    expression.lastIndex = at;
    return expression.exec(text)?.[0];
  };
  for (let at = 0; at < text.length; ) {
    const character = text[at];
    const isWordStart = command === '' || /\s$/.test(command);
    const found = (kind: ShellSign['kind'], name: string): void => {
      sign ??= { kind, name };
      command += name;
      at += name.length;
    };
    if (character === "'" || character === '"') {
      const end = endOfQuote(text, at);
      const part = text.slice(at, end ?? text.length);
      if (end === undefined) isOpen = true;
      const inner =
        character === '"'
          ? (/\$\w+|\$\{[^}]*\}|\$\([^)]*\)|`[^`]*`/.exec(part)?.[0] ?? /\{[A-Za-z_]\w*\}/.exec(part)?.[0])
          : undefined;
      if (inner !== undefined) sign ??= { kind: 'variable', name: inner };
      command += part;
      at += part.length;
    } else if (character === '\\') {
      if (/^\\[ \t]*$/.test(text.slice(at))) isOpen = true;
      command += text.slice(at, at + 2);
      at += 2;
    } else if (character === '#' && isWordStart) {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
    } else if (character === ';' || text.startsWith('&&', at)) {
      at += character === ';' ? 1 : 2;
      finish();
    } else {
      const value = matchAt(variable, at) ?? matchAt(braces, at);
      const own = isWordStart ? matchAt(placeholder, at) : undefined;
      const joint = matchAt(operator, at);
      if (value !== undefined) found('variable', value);
      else if (isWordStart && /^~(\/|\s|$)/.test(text.slice(at, at + 2))) found('variable', '~');
      else if (own !== undefined) found('placeholder', own);
      else if (joint !== undefined) found('operator', joint);
      else {
        command += character;
        at++;
      }
    }
  }
  finish();
  return { commands, isOpen };
}

/** The position after the closing quote; undefined when there is none. */
function endOfQuote(text: string, start: number): number | undefined {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at++) {
    if (quote === '"' && text[at] === '\\') at++;
    else if (text[at] === quote) return at + 1;
  }
  return undefined;
}

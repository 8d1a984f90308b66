/** @file Name patterns as ClinicaDL searches them. */

/** A set of letters as the source of a class; itself where it is none, such as `[z-a]`. */
function setSource(set: string): string {
  const source = set.replace(/[\\^]/g, '\\$&').replace(/^\[!/, '[^/');
  try {
    new RegExp(source, 'u');
    return source;
  } catch {
    return set.replace(/[.+^${}()|[\]\\*?]/g, '\\$&');
  }
}

/** One part of a pattern, between slashes, as the source of an expression. */
function partSource(part: string): string {
  const body = part.replace(/\[!?[^\]/]+\]|[.+^${}()|[\]\\*?]/g, (found) => {
    if (found.length > 1) return setSource(found);
    return found === '*' ? '[^/]*' : found === '?' ? '[^/]' : `\\${found}`;
  });
  return /^[*?]/.test(part) ? `(?!\\.)${body}` : body;
}

/**
 * A pattern as an expression for a path inside a session folder. `*`, `?`, `[…]` and `[!…]` never match a slash, a leading `*` or `?`
 * no hidden name; all else is literal, letters in either case. Folders above the pattern are allowed, as `**` in front of it.
 */
export function globExpression(pattern: string): RegExp {
  return new RegExp(`^(?:.*/)?${pattern.split('/').map(partSource).join('/')}$`, 'iu');
}

/** A pattern as an expression for a single name, with letters in their own case. */
export function nameExpression(pattern: string): RegExp {
  return new RegExp(`^${partSource(pattern)}$`, 'u');
}

/** The last part of a pattern: what the file's own name has to match. */
export function fileNamePattern(pattern: string): string {
  return pattern.slice(pattern.lastIndexOf('/') + 1);
}

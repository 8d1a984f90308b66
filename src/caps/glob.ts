/** @file Name patterns as ClinicaDL searches them. */

/**
 * A pattern as an expression for a path inside a session folder. `*` and `?` never match a slash, a leading one no hidden name;
 * all else is literal, letters in either case. Folders above the pattern are allowed, as `**` in front of it.
 */
export function globExpression(pattern: string): RegExp {
  const parts = pattern.split('/').map((part) => {
    const body = part
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '[^/]*')
      .replaceAll('?', '[^/]');
    return /^[*?]/.test(part) ? `(?!\\.)${body}` : body;
  });
  return new RegExp(`^(?:.*/)?${parts.join('/')}$`, 'iu');
}

/** The last part of a pattern: what the file's own name has to match. */
export function fileNamePattern(pattern: string): string {
  return pattern.slice(pattern.lastIndexOf('/') + 1);
}

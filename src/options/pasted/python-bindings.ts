/** @file Which names could mean something else after a statement of Python that is not run here: they are forgotten, never kept stale. */

const commentsAndTexts = /#[^\n]*|("""|'''|"|')(?:\\.|(?!\1)[^\\])*\1/gs;
const wordsThatBind =
  /^(?:for|while|if|elif|else|try|except|finally|with|def|class|del|global|nonlocal|async|match|case|import|from)(?!\w)/;
/** What may bind any name. */
const anyName = /\bimport\s*\*|\b(?:exec|globals|locals|vars)\s*\(|^%(?:run|reset)\b/;
/** Shows values, and changes none. */
const shows = /^(?:(?:print|display|len|type)\s*\([\w\s,"=]*\)|\w+)$/;

/** Code without comments, its texts empty. */
export const bareCode = (source: string): string =>
  source.replace(commentsAndTexts, (_, quote: string | undefined) => (quote === undefined ? '' : '""')).trim();

export const wordsOf = (code: string): readonly string[] => code.match(/[A-Za-z_]\w*/g) ?? [];

/** Forgets all names that occur. */
export function forgetWords(source: string, names: Map<string, unknown>): void {
  for (const word of wordsOf(bareCode(source))) names.delete(word);
}

/** Forgets the names in a statement that gives values to names (`split += 1`, `a = b = 2`, `for split in …`, `del`, `with … as`). */
export function forgetBound(statement: string, names: Map<string, unknown>): void {
  const code = bareCode(statement);
  if (anyName.test(code)) names.clear();
  let outer = code;
  for (let before = ''; before !== outer; ) {
    before = outer;
    outer = outer.replace(/\([^()[\]{}]*\)|\[[^()[\]{}]*\]|\{[^()[\]{}]*\}/g, '');
  }
  const binds = wordsThatBind.test(code) || code.includes(':=') || /(?:[^=!<>]|<<|>>)=(?!=)/.test(outer);
  if (binds) forgetWords(code, names);
}

/** Forgets lists and dictionaries that a statement may change (`groups.append("x")`), under all of their names. */
export function forgetChanged(statement: string, names: Map<string, unknown>): void {
  const code = bareCode(statement);
  if (shows.test(code)) return;
  for (const word of wordsOf(code)) {
    const value = names.get(word);
    const isTable = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
    if (Array.isArray(value) || isTable) for (const [name, same] of names) if (same === value) names.delete(name);
  }
}

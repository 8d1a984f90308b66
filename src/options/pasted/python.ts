/** @file Python in pasted notebook cells: told apart from command lines, and answered in words, but for calls of MapsManager (`python-maps.ts`). */
import type { Elsewhere } from './elsewhere';

const beginnings = [
  /^(import|from)\s+[\w.]+/,
  /^(for|while|if|elif|with|def|class|try|except|finally|else|return|assert|raise|del|global|lambda|async|await)\b.*:?\s*(#.*)?$/,
  /^@\w/,
  /^[)\]}]/,
  /^("""|''')/,
  // x = 1, maps.best["loss"] = f(x), a, b = 1, 2; a shell has no blank before its sign
  /^[A-Za-z_][\w.]*(\[[^\]]*\])*(\s*,\s*[A-Za-z_]\w*)*(\s+[-+*/|&]?=(?!=)|=\s)/,
  // print(x), plt.show(), metrics.head(); but not a path with a bracket
  /^[A-Za-z_][\w.]*\(/,
  /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+(\[[^\]]*\])*$/,
];

/** True for a line of Python. `for`, `if` and `while` without a colon at the end belong to a shell. */
export function isPython(line: string): boolean {
  const text = line.trim();
  const first = /^\w+/.exec(text)?.[0] ?? '';
  if (['for', 'while', 'if', 'elif', 'else', 'until'].includes(first)) return /:\s*(#.*)?$/.test(text);
  return beginnings.some((expression) => expression.test(text));
}

const answers: readonly (readonly [RegExp, told: (found: RegExpExecArray) => string, instead: string])[] = [
  [
    /\bMapsManager\b/,
    () => 'MapsManager is the way into a MAPS from Python.',
    'its methods run here, one call on a line with the values written out, such as maps.get_metrics("test"); scripts have them as clinicadl.openMaps("folder") in the developer console of the browser',
  ],
  [
    /\bread_(?:csv|table|json)\(\s*(?:r|f)?(["'])(.*?)\1/,
    ([, , file]) => `Python would show the table "${file}".`,
    'Results shows metrics and predictions of a MAPS, Cohort the other tables of the folder',
  ],
  [/\bcuda\b|\bis_available\b/, () => 'Python would ask for a graphics card.', 'Train tells what computes here, and why'],
  [
    /\b(?:plt|matplotlib|seaborn|sns|nilearn|nibabel|plotting)\b/,
    () => 'Python would read or draw images here.',
    'Data tells what the images are, Results draws curves and ROC; other pictures need Python',
  ],
  [
    /\bprint\s*\(/,
    () => '"print" shows a value in Python, and no Python runs here.',
    'Results and the tables of the MAPS hold the numbers',
  ],
  [
    /^\s*(?:import|from)\s+([\w.]+)/m,
    ([, name]) => `"import ${name}" loads a package of Python, and the page needs none.`,
    'the lines that begin with clinicadl run as they are',
  ],
  [
    /^\s*([A-Za-z_][\w.]*)\s*=(?!=)/m,
    ([, name]) => `"${name}" is a variable of Python, and no Python runs here.`,
    'write its value in its place in the lines that use it',
  ],
];

/** What is said of some lines of Python. */
export function pythonAnswer(source: string): Elsewhere {
  for (const [expression, told, instead] of answers) {
    const found = expression.exec(source);
    if (found !== null) return { told: told(found), instead, goesOn: true };
  }
  const first = source.trim().split('\n')[0];
  return {
    told: `"${first}" is Python, and no Python runs here.`,
    instead: 'the lines that begin with clinicadl run as they are',
    goesOn: true,
  };
}

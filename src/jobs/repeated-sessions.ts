/** @file Sessions that a table names more than once: taken once where the rows agree, refused where they contradict each other. */
import { type AppError, appError } from '../base/errors';
import { someOf } from '../base/some-of';

interface NamedTexts {
  readonly name: string;
  /** One per row. */
  readonly texts: readonly (string | null)[];
}

/** By the key of a session: what its rows say, where they do not say the same. `keys`: `<participant>\t<session>` of each row. */
export function contradictionsIn(keys: readonly string[], columns: readonly NamedTexts[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { name, texts } of columns) {
    const said = new Map<string, Set<string>>();
    texts.forEach((text, i) => {
      said.set(keys[i], (said.get(keys[i]) ?? new Set()).add(text === null ? 'empty' : JSON.stringify(text)));
    });
    for (const [key, values] of said) {
      if (values.size > 1 && !found.has(key))
        found.set(key, `${key.replace('\t', ' | ')} has the ${name} ${[...values].join(' and ')}`);
    }
  }
  return found;
}

/** The error `sessions-contradict`. */
export function contradiction(file: string, found: Iterable<string>): AppError {
  const sessions = [...found];
  return appError('sessions-contradict', { file, count: sessions.length, sessions: someOf(sessions) }, { where: file });
}

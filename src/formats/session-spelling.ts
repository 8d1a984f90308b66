/** @file Are two identifiers the same person or visit in other letters? `ses-M00` and `ses-M000`, `sub-1` and `sub-001`, `M6` and `ses-m06`. */

/** What tables and folders write in front of a name. */
const prefixes = /^(?:sub|ses)[-_]?/;

/**
 * The identifier without its prefix, case, dashes and leading zeros; of sessions also without the M of months, and `bl` or `baseline`
 * as month 0. Equal forms look like one name in two spellings; whether they are is for a person to say.
 */
export function plainId(id: string): string {
  const bare = id
    .toLowerCase()
    .replace(prefixes, '')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/\d+/g, (digits) => digits.replace(/^0+(?=\d)/, ''))
    .replace(/^(?:bl|baseline)$/, '0');
  return bare.replace(/^m(?:onth)?(?=\d+$)/, '');
}

/** Names by their plain form, each list in the order given. */
export function byPlainId(names: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const name of names) {
    const plain = plainId(name);
    const known = found.get(plain);
    if (known === undefined) found.set(plain, [name]);
    else known.push(name);
  }
  return found;
}

/** Two identifiers joined by a tab, each in its plain form. */
function plainKey(key: string): string {
  return key.split('\t').map(plainId).join('\t');
}

/** The first pair of two lists, of names or of names joined by a tab, that are the same in another spelling. */
export function otherSpelling(own: Iterable<string>, others: Iterable<string>): readonly [string, string] | undefined {
  const there = new Set(others);
  const plain = new Map([...there].map((name) => [plainKey(name), name]));
  for (const name of own) {
    const other = there.has(name) ? undefined : plain.get(plainKey(name));
    if (other !== undefined) return [name, other];
  }
  return undefined;
}

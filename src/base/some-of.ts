/** @file A list as messages tell it. */

/** The first names, joined by commas, and how many more there are. */
export function someOf(names: readonly string[], most = 10): string {
  const more = names.length - most;
  return names.slice(0, most).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

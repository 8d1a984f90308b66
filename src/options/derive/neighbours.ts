/** @file The names nearest to a mistyped one. */

/** No name is longer; comparing takes time for each letter. */
const longestCompared = 100;

/** Up to three names, nearest first, joined by commas; at least one. Case, dashes and underscores do not count. */
export function neighbours(name: string, names: readonly string[]): string {
  const target = plain(name);
  const ranked = [...new Set(names)]
    .map((candidate) => ({ candidate, distance: distance(target, plain(candidate)) }))
    .sort((a, b) => a.distance - b.distance);
  const near = ranked.filter((entry, i) => i === 0 || (i < 3 && entry.distance <= Math.max(2, target.length / 3)));
  return near.map((entry) => entry.candidate).join(', ');
}

function plain(name: string): string {
  return name
    .slice(0, longestCompared)
    .toLowerCase()
    .replace(/[-_\s]/g, '');
}

/** Levenshtein's edit distance; 1 when one text is a part of the other. */
function distance(a: string, b: string): number {
  if (a.length >= 3 && b.length >= 3 && a !== b && (a.includes(b) || b.includes(a))) return 1;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}

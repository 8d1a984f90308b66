/** @file The names near a mistyped one. */

const MOST = 3;
/** No name is longer; comparing takes time for each letter. */
const longestCompared = 100;

/**
 * What a message says of the names near to the one found: `perhaps "predict" was meant`, or `otherwise` when none is near. Near are
 * names with at most one mistake in every three letters (a letter more, less, other, or two that changed places), and names that
 * hold the one found. Case, dashes and underscores do not count.
 */
export function nearNames(name: string, names: readonly string[], otherwise: string): string {
  const near = neighbours(name, names).map((neighbour) => `"${neighbour}"`);
  return near.length === 0 ? otherwise : `perhaps ${near.join(' or ')} was meant`;
}

/** Up to three near names, nearest first. */
export function neighbours(name: string, names: readonly string[]): string[] {
  const target = plain(name);
  return [...new Set(names)]
    .map((candidate) => ({ candidate, distance: distance(target, plain(candidate)) }))
    .filter((entry) => entry.distance <= Math.max(1, Math.floor(target.length / 3)) && target.length > 1)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MOST)
    .map((entry) => entry.candidate);
}

function plain(name: string): string {
  return name
    .slice(0, longestCompared)
    .toLowerCase()
    .replace(/[-_\s]/g, '');
}

/** Edit distance (Damerau's, each place changed once); 1 when one text, of four letters or more, is a part of the other. */
function distance(a: string, b: string): number {
  if (Math.min(a.length, b.length) >= 4 && a !== b && (a.includes(b) || b.includes(a))) return 1;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    [before, row] = [row, next];
  }
  return row[b.length];
}

/** @file How a diagnosis goes on: stable, progressive, regressive, unstable or unknown at a time horizon. */
import { appError } from '../base/errors';

export type Progression = 's' | 'p' | 'r' | 'us' | 'uk';

const ranks: Readonly<Record<string, number>> = { CN: 0, MCI: 1, AD: 2, Dementia: 2 };

/** Throws `diagnosis-unranked`. */
export function rankOf(diagnosis: string, participant: string, where: string): number {
  if (!Object.hasOwn(ranks, diagnosis))
    throw appError(
      'diagnosis-unranked',
      { file: where, participant, diagnosis, known: Object.keys(ranks).join(', ') },
      { where },
    );
  return ranks[diagnosis];
}

/** The rank that decides on a visit: the one at the horizon, or of the visits around it. `months` are ordered. */
function rankAt(months: readonly number[], rank: readonly number[], visit: number, horizon: number): number {
  const at = months[visit] + horizon;
  const exact = months.indexOf(at);
  if (exact >= 0) return rank[exact];
  const next = months.findIndex((month) => month > at);
  if (next < 0) return rank[rank.length - 1];
  const before = Math.max(next - 1, 0);
  return rank[before] !== rank[visit] ? rank[before] : rank[next];
}

/**
 * The progression of the visits of one participant in the order of time: at the horizon the diagnosis is worse (`p`), better (`r`) or
 * the same (`s`). Where one participant has both, in whichever order, all visits are unstable (`us`); otherwise the last is unknown.
 */
export function progressionOf(months: readonly number[], rank: readonly number[], horizon: number): Progression[] {
  const found = months.map((_, visit): Progression => {
    const change = rankAt(months, rank, visit, horizon) - rank[visit];
    return change > 0 ? 'p' : change < 0 ? 'r' : 's';
  });
  if (found.includes('p') && found.includes('r')) return found.map(() => 'us');
  return found.map((value, visit) => (visit === found.length - 1 ? 'uk' : value));
}

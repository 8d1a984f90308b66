/** @file Which result of a MAPS is shown: what was asked for, or the nearest that exists. */
import type { MapsResultEntry } from '../../jobs/maps-queries';
import type { PredictionLevel } from '../../maps/layout';

export interface ResultChoice {
  readonly split: number;
  readonly metric: string;
  readonly group: string;
  readonly level: PredictionLevel;
}

/**
 * The entry that agrees with most of the wishes; the group counts most, then the network, then the split. Without a wish the group
 * `test` comes first, then others that were not learned from, then validation; and the level of whole images. Undefined when there is no result.
 */
export function chooseResult(results: readonly MapsResultEntry[], wish: Partial<ResultChoice>): ResultChoice | undefined {
  const unseen = (group: string): number =>
    group === 'train' ? 0 : group === 'validation' ? 1 : group === 'test' ? 4 : group.startsWith('test') ? 3 : 2;
  const score = ({ split, metric, group }: MapsResultEntry): number =>
    (group === wish.group ? 1000 : 0) + (metric === wish.metric ? 100 : 0) + (split === wish.split ? 10 : 0) + unseen(group);
  const best = results.reduce<MapsResultEntry | undefined>(
    (found, entry) => (found === undefined || score(entry) > score(found) ? entry : found),
    undefined,
  );
  if (best === undefined) return undefined;
  const levels = best.levels.map(({ level }) => level);
  const level = [wish.level, 'image' as const, levels[0]].find(
    (candidate) => candidate !== undefined && levels.includes(candidate),
  );
  return level === undefined ? undefined : { split: best.split, metric: best.metric, group: best.group, level };
}

/** @file Rows of tables as people: names that lead to one folder are one person. */
import { participantKey, type SameFolder, type Session } from '../../maps/leakage';
import type { SideRow } from './facts';

const folded = (key: string): string => key.toUpperCase().toLowerCase();

/** What makes rows of sessions; it has to be given all of them, since two spellings of a name may lead to one folder. */
export async function peopleIn(
  all: readonly (readonly Session[])[],
  sameFolder: SameFolder,
): Promise<(rows: readonly Session[]) => SideRow[]> {
  const chosen = new Map<string, string>();
  const byCase = new Map<string, string[]>();
  for (const rows of all)
    for (const row of rows) {
      const key = participantKey(row);
      if (chosen.has(key)) continue;
      const alike = byCase.get(folded(key)) ?? [];
      let person = key;
      for (const other of alike)
        if (await sameFolder(key, other)) {
          person = chosen.get(other)!;
          break;
        }
      chosen.set(key, person);
      byCase.set(folded(key), [...alike, key]);
    }
  return (rows) =>
    rows.map(({ participant_id, session_id }) => {
      const key = participantKey({ participant_id, session_id });
      return { participant_id, session_id, person: chosen.get(key) ?? key };
    });
}

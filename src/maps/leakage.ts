/** @file Who of a group was in the training: people are compared by the folder that their name leads to, not by its spelling. */

export interface Session {
  readonly participant_id: string;
  readonly session_id: string;
}

/**
 * The participant of a row as a CAPS has it: the first name on the way to the images, so that `sub-A/`, `./sub-A` and blanks around
 * it change nothing, in one Unicode form. '' for a row without one.
 */
export function participantKey({ participant_id, session_id }: Session): string {
  const names = `${participant_id}/${session_id}`.split('/').map((name) => name.trim());
  return (names.find((name) => name !== '' && name !== '.') ?? '').normalize('NFC');
}

/** Whether two names that differ in case only lead to one folder, as on the disks of Windows and macOS. */
export type SameFolder = (name: string, other: string) => Promise<boolean>;

const folded = (key: string): string => key.toUpperCase().toLowerCase();

/** Participants of a group that were seen, as the group spells them, sorted. Sessions do not matter: two of one person are not independent. */
export async function sharedParticipants(
  seen: readonly Session[],
  rows: readonly Session[],
  sameFolder: SameFolder,
): Promise<string[]> {
  const exact = new Set(seen.map(participantKey));
  const byCase = new Map<string, string[]>();
  for (const key of exact) byCase.set(folded(key), [...(byCase.get(folded(key)) ?? []), key]);
  const shared = new Map<string, string>();
  for (const row of rows) {
    const key = participantKey(row);
    if (shared.has(key)) continue;
    let found = exact.has(key);
    if (!found) for (const other of byCase.get(folded(key)) ?? []) found ||= await sameFolder(key, other);
    if (found) shared.set(key, row.participant_id);
  }
  return [...shared.values()].sort();
}

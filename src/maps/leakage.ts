/** @file Refuses a group that shares participants with the training. */
import { appError } from '../base/errors';

const SHOWN = 10;

/**
 * Throws `data-leakage`, naming the participants, when a group has anybody in common with train or validation.
 * As the check of ClinicaDL's `predict`; sessions do not matter, since two sessions of one person are not independent.
 */
export function checkLeakage(
  seen: ReadonlySet<string>,
  rows: readonly { readonly participant_id: string }[],
  group: string,
  where: string,
): void {
  const shared = [...new Set(rows.map((row) => row.participant_id))].filter((id) => seen.has(id)).sort();
  if (shared.length === 0) return;
  const more = shared.length > SHOWN ? ` and ${shared.length - SHOWN} more` : '';
  throw appError(
    'data-leakage',
    { group, count: shared.length, participants: shared.slice(0, SHOWN).join(', ') + more },
    { where },
  );
}

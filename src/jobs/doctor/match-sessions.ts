/** @file Which session of a CAPS a row of a table means: its own name first, then the same letters in another spelling, else none. */
import type { SessionKey } from '../../caps/entities';
import { plainId } from '../../formats/session-spelling';
import type { FoundCaps, FoundSession } from './look-at-folders';

export type Match =
  | { readonly kind: 'exact' | 'digits' | 'spelled'; readonly session: FoundSession }
  /** It looks like these, and no rule of spelling says that it is one of them. */
  | { readonly kind: 'unsure'; readonly sessions: readonly FoundSession[] }
  | { readonly kind: 'none' };

const keyOf = ({ participant_id, session_id }: SessionKey): string => `${participant_id}\t${session_id}`;

/** Case, prefix and signs are spelling; digits are not. */
const participantLetters = (id: string): string =>
  id
    .toLowerCase()
    .replace(/^sub[-_ ]?/, '')
    .replace(/[^\p{L}\p{N}]/gu, '');

/** The month of a session as text, whatever its digits and prefix; of other names their letters. */
function sessionLetters(id: string): string {
  const rest = id.toLowerCase().replace(/^ses[-_ ]?/, '');
  const month = /^m?(\d+)$/.exec(rest)?.[1];
  return month === undefined ? rest.replace(/[^\p{L}\p{N}]/gu, '') : `month ${Number(month)}`;
}

const spelledKey = ({ participant_id, session_id }: SessionKey): string =>
  `${participantLetters(participant_id)}\t${sessionLetters(session_id)}`;
const plainKey = ({ participant_id, session_id }: SessionKey): string => `${plainId(participant_id)}\t${plainId(session_id)}`;

function grouped(sessions: readonly FoundSession[], key: (session: SessionKey) => string): ReadonlyMap<string, FoundSession[]> {
  const groups = new Map<string, FoundSession[]>();
  for (const session of sessions) {
    const same = groups.get(key(session));
    if (same === undefined) groups.set(key(session), [session]);
    else same.push(session);
  }
  return groups;
}

/** Finds the sessions of rows in one CAPS. */
export function sessionMatcher({ sessions }: Pick<FoundCaps, 'sessions'>): (row: SessionKey) => Match {
  // What a mended CAPS calls a session is as good as what its folder is called, which comes first.
  const exact = new Map([
    ...sessions.map((one) => [keyOf(one.named), one] as const),
    ...sessions.map((one) => [keyOf(one), one] as const),
  ]);
  const spelled = grouped(sessions, spelledKey);
  const plain = grouped(sessions, plainKey);
  return (row) => {
    const own = exact.get(keyOf(row));
    if (own !== undefined) return { kind: 'exact', session: own };
    const same = spelled.get(spelledKey(row)) ?? [];
    if (same.length === 1) {
      const [session] = same;
      return { kind: session.participant_id === row.participant_id && isMonths(row, session) ? 'digits' : 'spelled', session };
    }
    const alike = same.length > 1 ? same : (plain.get(plainKey(row)) ?? []);
    return alike.length > 0 ? { kind: 'unsure', sessions: alike } : { kind: 'none' };
  };
}

function isMonths(a: SessionKey, b: SessionKey): boolean {
  return [a, b].every(({ session_id }) => /^ses-M\d+$/.test(session_id));
}

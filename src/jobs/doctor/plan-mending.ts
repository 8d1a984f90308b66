/** @file What is mended and who is left out, decided before the first file is written. */
import { type SessionKey, sessionText } from '../../caps/entities';
import type { RepairKind } from '../../options/doctor';
import type { Examination, ExaminedCaps } from './examine';
import type { FoundSession } from './look-at-folders';
import type { FoundKind } from './look-at-images';

export interface LeftOut extends SessionKey {
  readonly caps: string;
  /** Codes of what was found, each once. */
  readonly reasons: readonly string[];
}

export interface CapsPlan {
  readonly caps: ExaminedCaps;
  /** A new CAPS is written; else the old one can be used as it is, without those left out. */
  readonly isNew: boolean;
  readonly sound: readonly FoundSession[];
  /** By kind; of a CAPS without known kinds one list. */
  readonly kinds: readonly { readonly title: string; readonly sessions: readonly FoundSession[] }[];
  /** How a session is called afterwards. */
  nameOf(session: FoundSession): SessionKey;
}

export interface MendingPlan {
  readonly caps: readonly CapsPlan[];
  readonly leftOut: readonly LeftOut[];
  /** Tables that are not written, since what is wrong with them is not mended. */
  readonly refusedTables: ReadonlySet<string>;
}

const keyOf = (caps: string, session: SessionKey): string => `${caps}\t${sessionText(session)}`;

/** `only`: what is mended. */
export function planMending({ findings, places }: Examination, only: readonly RepairKind[]): MendingPlan {
  const reasons = new Map<string, { readonly session: SessionKey; readonly caps: string; readonly codes: Set<string> }>();
  const refusedTables = new Set<string>();
  const lost = new Set<string>();
  for (const { issue, repair, sessions, table, caps } of findings) {
    const isMended = repair !== null && only.includes(repair);
    if (isMended) continue;
    if (table !== undefined && issue.code !== 'doctor-spelling-unsure' && issue.code !== 'doctor-decimals-unsure')
      if (repair !== 'spelling') refusedTables.add(table);
    // Without its folder `subjects` nothing of a CAPS can be used.
    const isLost = repair === 'layout' && caps !== undefined;
    if (isLost) lost.add(caps);
    const all = isLost ? (places.find(({ path }) => path === caps)?.sessions ?? []) : [];
    for (const session of [...sessions, ...all.map((one) => ({ ...one, caps: caps! }))]) {
      const key = keyOf(session.caps, session);
      const known = reasons.get(key) ?? { session, caps: session.caps, codes: new Set() };
      known.codes.add(issue.code);
      reasons.set(key, known);
    }
  }
  const plans = places
    .filter(({ layout, path }) => layout !== 'bids' && !lost.has(path))
    .map((caps) => planCaps(caps, only, (session) => reasons.has(keyOf(caps.path, session))));
  const leftOut = [...reasons.values()].map(
    ({ session: { participant_id, session_id }, caps, codes }): LeftOut => ({
      participant_id,
      session_id,
      caps,
      reasons: [...codes],
    }),
  );
  return { caps: plans, leftOut, refusedTables };
}

function planCaps(caps: ExaminedCaps, only: readonly RepairKind[], isLeftOut: (session: SessionKey) => boolean): CapsPlan {
  const isSpelt = only.includes('spelling');
  const sound = caps.sessions.filter((session) => !isLeftOut(session));
  const isKept = new Set(sound.map(sessionText));
  const soundOf = ({ sessions }: FoundKind): FoundSession[] => {
    const own = new Set(sessions.map(sessionText));
    return sound.filter((session) => own.has(sessionText(session)) && isKept.has(sessionText(session)));
  };
  const { kinds, mended } = caps.images;
  const files = new Set(sound.flatMap((session) => session.files));
  const isMended = [...mended.keys()].some((path) => files.has(path));
  const isRenamed = isSpelt && sound.some((session) => sessionText(session) !== sessionText(session.named));
  const isMoved = caps.findings.some(({ repair }) => repair === 'layout');
  return {
    caps,
    isNew: isMended || isRenamed || isMoved,
    sound,
    kinds:
      kinds.length === 0
        ? [{ title: '', sessions: sound }]
        : kinds.map((kind) => ({ title: kind.title, sessions: soundOf(kind) })),
    nameOf: (session) => (isSpelt ? session.named : session),
  };
}

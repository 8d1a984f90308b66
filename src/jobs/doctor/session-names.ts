/** @file How participants and sessions are called in a mended CAPS: as Clinica writes them today. */
import { isParticipantId, isSessionId } from '../../caps/entities';

const months = /^ses-m(\d+)$/i;

/** The name of a participant's folder in the letters of BIDS; undefined where more than prefix and blanks would have to change. */
export function participantName(name: string): string | undefined {
  const rest = /^\s*sub[-_ ]\s*([A-Za-z0-9]+)\s*$/i.exec(name)?.[1];
  const wanted = rest === undefined ? undefined : `sub-${rest}`;
  return wanted !== undefined && isParticipantId(wanted) ? wanted : undefined;
}

/** The same of a session; `digits`: months with three of them. */
export function sessionName(name: string, digits: boolean): string | undefined {
  const rest = /^\s*ses[-_ ]\s*([A-Za-z0-9]+)\s*$/i.exec(name)?.[1];
  if (rest === undefined || !isSessionId(`ses-${rest}`)) return undefined;
  const month = months.exec(`ses-${rest}`)?.[1];
  if (month === undefined) return `ses-${rest}`;
  return `ses-M${digits ? String(Number(month)).padStart(3, '0') : month}`;
}

/** Sessions of months by their number of digits, when they differ and some have fewer than three: by name they are then out of order. */
export function mixedDigits(sessions: Iterable<string>): { readonly digits: string; readonly examples: string } | undefined {
  const examples = new Map<number, string>();
  for (const session of sessions) {
    const month = months.exec(session)?.[1];
    if (month !== undefined && !examples.has(month.length)) examples.set(month.length, session);
  }
  const lengths = [...examples.keys()].sort((a, b) => a - b);
  if (lengths.length < 2 || lengths[0] >= 3) return undefined;
  return { digits: lengths.join(' and '), examples: lengths.map((length) => examples.get(length)).join(', ') };
}

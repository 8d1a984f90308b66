/** @file Sessions of a table that a CAPS does not have: in another spelling, or not at all; told with what is there. */
import { type AppError, appError } from '../base/errors';
import { type Issue, makeIssue } from '../base/issues';
import { someOf } from '../base/some-of';
import type { Folder } from '../folders/folder';
import { byPlainId, plainId } from '../formats/session-spelling';
import { isParticipantId, isSessionId, type SessionKey, sessionText } from './entities';
import { sessionPath, subjectsPath } from './layout';

/** Names shown of a longer list. */
const shown = 5;

/** Asked for each session whose files were not found: why, when its folder is not there; undefined when it is. */
export type AbsentSessions = (session: SessionKey) => Promise<Issue | undefined>;

/** Lists the participants of the CAPS once, when the first session is asked for. */
export function absentSessions(caps: Folder): AbsentSessions {
  let people: Promise<ReadonlyMap<string, readonly string[]>> | undefined;
  return async (session) => {
    const { participant_id, session_id } = session;
    const where = sessionText(session);
    const named = isParticipantId(participant_id) && isSessionId(session_id);
    if (named && (await caps.kindOf(sessionPath(session))) === 'folder') return undefined;
    people ??= foldersIn(caps, subjectsPath).then(byPlainId);
    const participants = (await people).get(plainId(participant_id)) ?? [];
    const there: SessionKey[] = [];
    for (const participant of participants)
      for (const name of await foldersIn(caps, `${subjectsPath}/${participant}`))
        there.push({ participant_id: participant, session_id: name });
    if (there.some((other) => sessionText(other) === where)) return undefined;
    const alike = there.filter((other) => plainId(other.session_id) === plainId(session_id));
    const tell = (code: 'session-spelled' | 'session-name' | 'session-absent' | 'participant-absent', found: string): Issue =>
      makeIssue(code, { session: where, found }, where, 'error');
    if (alike.length > 0) return tell('session-spelled', alike.map(sessionText).join(' and '));
    if (!named) return makeIssue('session-name', { session: where }, where, 'error');
    if (participants.length === 0) return tell('participant-absent', some([...(await people).values()].flat()));
    return tell('session-absent', some(there.map(sessionText)));
  };
}

/** Throws the error for sessions that were not found, when that is what the problems are; the first of them are in its message. */
export function refuseAbsent(problems: readonly Issue[], total: number, caps: string): void {
  const spelled = problems.filter(({ code }) => code === 'session-spelled');
  const absent = problems.filter(({ code }) => code === 'session-absent' || code === 'participant-absent');
  const refusal = (code: 'sessions-spelled' | 'sessions-absent', found: readonly Issue[]): AppError =>
    appError(
      code,
      {
        count: found.length,
        total,
        first: found
          .slice(0, 3)
          .map(({ message }) => message)
          .join(' '),
      },
      { where: caps },
    );
  if (spelled.length > 0) throw refusal('sessions-spelled', spelled);
  if (absent.length > 0 && absent.length === problems.length) throw refusal('sessions-absent', absent);
}

async function foldersIn(caps: Folder, path: string): Promise<string[]> {
  if ((await caps.kindOf(path)) !== 'folder') return [];
  return (await caps.list(path)).filter(({ kind, name }) => kind === 'folder' && !name.startsWith('.')).map(({ name }) => name);
}

function some(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : someOf(names, shown);
}

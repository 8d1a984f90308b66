/** @file The first session by name (which is taken) is not always the first by number: `ses-M12` stands before `ses-M6`. */
import { type Issue, makeIssue } from '../base/issues';
import { someOf } from '../base/some-of';
import { compareTexts } from '../formats/python-text';
import { column, type Table } from '../formats/tsv';

const shown = 5;

/** A name cut into texts and numbers; a visit called baseline is month 0. */
function partsOf(session: string): readonly string[] {
  const name = session.toLowerCase().replace(/^ses-(?:bl|baseline)$/, 'ses-m0');
  return name.split(/(\d+)/);
}

/** Below 0 when `a` comes before `b` by its numbers; 0 when their numbers cannot be compared. */
export function compareByNumber(a: string, b: string): number {
  const [x, y] = [partsOf(a), partsOf(b)];
  if (x.length !== y.length || x.some((part, i) => i % 2 === 0 && part !== y[i])) return 0;
  const i = x.findIndex((part, at) => at % 2 === 1 && Number(part) !== Number(y[at]));
  return i < 0 ? 0 : Number(x[i]) - Number(y[i]);
}

/** The issue `first-session-by-name` for the participants who have an earlier session by number than by name. */
export function firstSessionIssue(table: Table, where: string): Issue | undefined {
  const sessions = column(table, 'session_id', where).values.map(String);
  const ofPerson = new Map<string, string[]>();
  column(table, 'participant_id', where).values.forEach((participant, i) => {
    ofPerson.set(String(participant), [...(ofPerson.get(String(participant)) ?? []), sessions[i]]);
  });
  const found = [...ofPerson].flatMap(([participant, names]) => {
    const [byName] = [...names].sort(compareTexts);
    const byNumber = names.reduce((first, name) => (compareByNumber(name, first) < 0 ? name : first), byName);
    return byNumber === byName ? [] : [`${participant} ${byName} before ${byNumber}`];
  });
  if (found.length === 0) return undefined;
  return makeIssue('first-session-by-name', { file: where, count: found.length, sessions: someOf(found, shown) }, where);
}

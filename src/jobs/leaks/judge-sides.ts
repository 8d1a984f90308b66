/** @file Leaks that two tables show by themselves: people, sessions, images and elements on both sides. */
import { plainId } from '../../formats/session-spelling';
import type { Facts, Pair, Side, SideRow } from './facts';
import { type Evidence, findingOf, type LeakFinding } from './finding';

export const namesOf = (rows: readonly SideRow[]): string[] => [...new Set(rows.map((row) => row.participant_id))].sort();
const sessionOf = ({ participant_id, session_id }: SideRow): string => `${participant_id} | ${session_id}`;
const peopleOf = (rows: readonly SideRow[]): ReadonlySet<string> => new Set(rows.map(({ person }) => person));

/** Rows of people who are among others, too. */
export function sharedRows(rows: readonly SideRow[], others: readonly SideRow[]): SideRow[] {
  const known = peopleOf(others);
  return rows.filter(({ person }) => known.has(person));
}

const countOf = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;
const filesOf = ({ learnt, judged }: Pair): string[] => [learnt.file, judged.file];

/** What keeps the tables from telling who was on which side. */
function sidesMissing({ isLeftOut, pairs, path }: Facts): Evidence[] {
  return [
    ...(isLeftOut ? [{ sentence: 'The list of the people whom the networks were trained on was left out of this MAPS.' }] : []),
    ...(pairs.length === 0 ? [{ sentence: `"${path}" has no two sets of participants to compare.` }] : []),
  ];
}

/** Pairs of sets told one by one; of more, how many there are. */
const fewPairs = 3;

function lookedAt({ pairs }: Facts): Evidence[] {
  const sizeOf = ({ name, rows }: Side): string => `${name} (${countOf(peopleOf(rows).size, 'participant')})`;
  if (pairs.length <= fewPairs)
    return pairs.map((pair) => ({
      sentence: `${sizeOf(pair.learnt)} and ${sizeOf(pair.judged)} were compared.`,
      files: filesOf(pair),
    }));
  const people = new Set(pairs.flatMap(({ learnt, judged }) => [...peopleOf(learnt.rows), ...peopleOf(judged.rows)]));
  const files = [...new Set(pairs.flatMap(filesOf))].sort();
  return [{ sentence: `${pairs.length} pairs of sets were compared, of ${countOf(people.size, 'participant')} in all.`, files }];
}

/** Names of one side that look like another name of the other: `sub-1` and `sub-001`. */
function lookalikes({ learnt, judged }: Pair): SideRow[] {
  const exact = peopleOf(learnt.rows);
  const plain = new Set(learnt.rows.map(({ person }) => plainId(person)));
  return judged.rows.filter(({ person }) => !exact.has(person) && plain.has(plainId(person)));
}

export function judgeParticipants(facts: Facts): LeakFinding {
  const leaks: Evidence[] = [];
  const missing = sidesMissing(facts);
  for (const pair of facts.pairs) {
    const { learnt, judged, isCertain } = pair;
    const people = namesOf(sharedRows(judged.rows, learnt.rows));
    if (people.length > 0 && isCertain)
      leaks.push({
        sentence: `${countOf(people.length, 'participant')} of ${judged.name} in ${learnt.name}.`,
        people,
        files: filesOf(pair),
      });
    else if (people.length > 0)
      missing.push({
        sentence: `${countOf(people.length, 'participant')} of ${judged.name} in ${learnt.name}, which does not say whether the networks learnt from them.`,
        people,
        files: filesOf(pair),
      });
    const alike = namesOf(lookalikes(pair));
    if (alike.length > 0)
      missing.push({
        sentence: `${countOf(alike.length, 'participant')} of ${judged.name} in ${learnt.name} by a name that differs in zeros, dashes or capitals alone: whether they are the same only you know.`,
        people: alike,
        files: filesOf(pair),
      });
  }
  return findingOf('participants', { leaks, missing, looked: lookedAt(facts) });
}

/** People on both sides with different sessions. */
export function judgeSessions(facts: Facts): LeakFinding {
  const leaks: Evidence[] = [];
  for (const pair of facts.pairs.filter(({ isCertain }) => isCertain)) {
    const { learnt, judged } = pair;
    const known = new Set(learnt.rows.map((row) => `${row.person}\t${plainId(row.session_id)}`));
    const others = sharedRows(judged.rows, learnt.rows).filter((row) => !known.has(`${row.person}\t${plainId(row.session_id)}`));
    if (others.length === 0) continue;
    leaks.push({
      sentence: `${countOf(others.length, 'session')} in ${judged.name} of participants whose other sessions are in ${learnt.name}.`,
      people: namesOf(others),
      sessions: [...new Set(others.map(sessionOf))].sort(),
      files: filesOf(pair),
    });
  }
  return findingOf('sessions', { leaks, missing: sidesMissing(facts), looked: lookedAt(facts) });
}

/** The same voxels on both sides under two names. */
export function judgeTwins(facts: Facts): LeakFinding {
  const { images, pairs } = facts;
  if (typeof images === 'string') return findingOf('twins', { leaks: [], missing: [{ sentence: images }], looked: [] });
  const leaks: Evidence[] = [];
  for (const pair of pairs) {
    const learnt = images.seen.filter(({ side }) => side === pair.learnt);
    const known = new Map(learnt.map((one) => [one.voxels, one]));
    const twins = images.seen
      .filter(({ side, voxels }) => side === pair.judged && known.has(voxels))
      .map((one) => ({ one, other: known.get(one.voxels)! }));
    if (twins.length === 0) continue;
    leaks.push({
      sentence: `${countOf(twins.length, 'image')} of ${pair.judged.name} with the same voxels as an image of ${pair.learnt.name}.`,
      people: namesOf(twins.flatMap(({ one, other }) => [one.row, other.row])),
      sessions: [...new Set(twins.flatMap(({ one, other }) => [sessionOf(one.row), sessionOf(other.row)]))].sort(),
      files: [...new Set(twins.flatMap(({ one, other }) => [one.file, other.file]))].sort(),
    });
  }
  const { unread } = images;
  const missing = [
    ...sidesMissing(facts),
    ...(unread.length === 0
      ? []
      : [
          {
            sentence: `${countOf(unread.length, 'image')} could not be read, or hold one value only.`,
            sessions: [...new Set(unread)].sort(),
          },
        ]),
  ];
  const looked = [
    { sentence: `The voxels of ${countOf(new Set(images.seen.map(({ file }) => file)).size, 'image')} were compared.` },
  ];
  return findingOf('twins', { leaks, missing, looked });
}

/** One image on both sides, with a column that numbers its parts. */
export function judgeCut(facts: Facts): LeakFinding {
  const leaks: Evidence[] = [];
  for (const pair of facts.pairs) {
    const { learnt, judged } = pair;
    const column = learnt.elements ?? judged.elements;
    const people = namesOf(sharedRows(judged.rows, learnt.rows));
    if (column === null || people.length === 0) continue;
    leaks.push({
      sentence: `The tables have the column "${column}", and parts of the images of ${countOf(people.length, 'participant')} on both sides: ${learnt.name} and ${judged.name}.`,
      people,
      files: filesOf(pair),
    });
  }
  const cut = facts.sides.filter(({ elements }) => elements !== null);
  const looked = [
    {
      sentence:
        cut.length === 0
          ? 'No table has a column of slices, patches or regions: whole images were divided, and cut afterwards. Whether images were chosen or changed before the division no table tells.'
          : 'Tables number slices, patches or regions, and no image has parts on both sides.',
      files: (cut.length === 0 ? facts.sides : cut).map(({ file }) => file),
    },
  ];
  return findingOf('cut', { leaks, missing: sidesMissing(facts), looked });
}

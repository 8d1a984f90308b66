import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { participantKey, type Session, sharedParticipants } from './leakage';

const session = (participant_id: string, session_id = 'ses-M000'): Session => ({ participant_id, session_id });
const never = async (): Promise<boolean> => false;
const always = async (): Promise<boolean> => true;

describe('people are compared by the folder that their name leads to', () => {
  it.each([
    ['sub-A/', 'ses-M000'],
    ['./sub-A', 'ses-M000'],
    ['.//sub-A//.', 'ses-M000'],
    [' sub-A ', ' ses-M000'],
    ['sub-A/ses-M000', '.'],
    ['.', 'sub-A/ses-M000'],
    ['', './sub-A/ses-M000'],
  ])('"%s" with "%s" is sub-A', async (participant, name) => {
    expect(participantKey(session(participant, name))).toBe('sub-A');
    expect(await sharedParticipants([session('sub-A')], [session(participant, name)], never)).toEqual([participant]);
    expect(await sharedParticipants([session(participant, name)], [session('sub-A')], never)).toEqual(['sub-A']);
  });

  it('in either Unicode form', async () => {
    const [composed, decomposed] = ['sub-Zo\u00eb', 'sub-Zoe\u0308'];
    expect(await sharedParticipants([session(composed)], [session(decomposed)], never)).toEqual([decomposed]);
    expect(await sharedParticipants([session(decomposed)], [session(composed)], never)).toEqual([composed]);
  });

  it('and without case where the disk does not tell it', async () => {
    expect(await sharedParticipants([session('sub-Ab')], [session('SUB-aB')], always)).toEqual(['SUB-aB']);
    expect(await sharedParticipants([session('sub-Ab')], [session('SUB-aB')], never)).toEqual([]);
  });
});

/** Spellings that lead to one folder. */
const spelt = (name: string): fc.Arbitrary<Session> =>
  fc
    .tuple(
      fc.constantFrom('', './', './/', '/./'.slice(1)),
      fc.constantFrom('', '/', '//', '/.'),
      fc.constantFrom('', ' ', '\u00a0', '\t'),
      fc.constantFrom('NFC', 'NFD'),
      fc.constantFrom('ses-M000', './ses-M012', 'ses-M000/'),
    )
    .map(([before, after, blank, form, ses]) => session(`${blank}${before}${name.normalize(form)}${after}${blank}`, ses));

it('random groups: nobody is overlooked and nobody is blamed', async () => {
  const people = ['sub-A', 'sub-a', 'sub-AA', 'sub-\u00c5s', 'sub-\u00e5s', 'sub-01', 'sub-1', 'sub-001', 'sub-B', 'sub-BA'];
  const some = fc.subarray(people);
  const caseBlind = fc.boolean();
  await fc.assert(
    fc.asyncProperty(
      some.chain((trained) => fc.tuple(fc.constant(trained), fc.tuple(...trained.map(spelt)))),
      some.chain((group) => fc.tuple(fc.constant(group), fc.tuple(...group.map(spelt)))),
      caseBlind,
      async ([trained, seen], [group, rows], blind) => {
        const same = (a: string, b: string): boolean => a === b || (blind && a.toLowerCase() === b.toLowerCase());
        const expected = rows.filter((_, i) => trained.some((name) => same(name, group[i]!))).map((row) => row.participant_id);
        const found = await sharedParticipants(seen, rows, async () => blind);
        expect(found).toEqual([...new Set(found)]);
        // On a disk without case two spellings of the group may be one person: each is told, in whatever spelling.
        expect([...found].sort()).toEqual([...expected].sort());
      },
    ),
    { numRuns: 3000 },
  );
});

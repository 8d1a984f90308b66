/** @file Sessions that a CAPS lacks: in another spelling, of a person it knows, of nobody it knows. */
import { describe, expect, it } from 'vitest';
import { memoryFolder } from '../folders/memory-folder';
import { otherSpelling, plainId } from '../formats/session-spelling';
import { absentSessions, refuseAbsent } from './absent-session';

const bytes = new Uint8Array();

async function caps(...sessions: string[]) {
  const folder = memoryFolder('caps');
  for (const session of sessions) await folder.write(`subjects/${session}/t1_linear/x`, bytes);
  return folder;
}

describe('spellings', () => {
  it.each([
    ['ses-M00', 'ses-M000'],
    ['ses-M06', 'ses-M006'],
    ['M012', 'ses-M12'],
    ['ses-m000', 'ses-M000'],
    ['6', 'ses-M006'],
    ['bl', 'ses-M000'],
    ['sub-1', 'sub-001'],
    ['001', 'sub-1'],
    ['sub-adni002s0295', 'sub-ADNI002S0295'],
    ['sub-ADNI_002_S_0295', 'sub-ADNI002S0295'],
    ['sub_01', 'sub-01'],
  ])('%s may be %s', (one, other) => {
    expect(plainId(one)).toBe(plainId(other));
    expect(otherSpelling([one], [other])).toEqual([one, other]);
  });

  it.each([
    ['ses-M00', 'ses-M006'],
    ['ses-M10', 'ses-M1'],
    ['sub-100', 'sub-1'],
    ['sub-A1', 'sub-B1'],
    ['sub-M1', 'sub-1x'],
  ])('%s is not %s', (one, other) => {
    expect(plainId(one)).not.toBe(plainId(other));
    expect(otherSpelling([one], [other])).toBeUndefined();
  });

  it('what is there letter by letter needs no other spelling', () => {
    expect(otherSpelling(['sub-1'], ['sub-1', 'sub-01'])).toBeUndefined();
  });
});

describe('a session of a table', () => {
  const told = async (participant_id: string, session_id: string) => {
    const folder = await caps('sub-001/ses-M000', 'sub-001/ses-M012', 'sub-Abc/ses-M000', 'sub-1/ses-M024');
    const issue = await absentSessions(folder)({ participant_id, session_id });
    return issue === undefined ? 'there' : `${issue.code}: ${issue.message}`;
  };

  it('that is there is no problem', async () => {
    expect(await told('sub-001', 'ses-M012')).toBe('there');
  });

  it.each([
    ['sub-001', 'ses-M00', 'session-spelled: sub-001 | ses-M00 is not in the CAPS, but sub-001 | ses-M000 is'],
    ['sub-01', 'ses-M12', 'session-spelled: sub-01 | ses-M12 is not in the CAPS, but sub-001 | ses-M012 is'],
    ['sub-abc', 'ses-M000', 'session-spelled: sub-abc | ses-M000 is not in the CAPS, but sub-Abc | ses-M000 is'],
    ['001', 'M000', 'session-spelled: 001 | M000 is not in the CAPS, but sub-001 | ses-M000 is'],
    [
      'sub-001',
      'ses-M006',
      'session-absent: sub-001 | ses-M006 is not in the CAPS; of this participant it has sub-001 | ses-M000, ',
    ],
    [
      'sub-X',
      'ses-M000',
      'participant-absent: sub-X | ses-M000 is not in the CAPS, nor is the participant; the CAPS has sub-001, ',
    ],
    ['../sub-X', 'ses-M000', 'session-name: "../sub-X | ses-M000"'],
  ])('%s | %s', async (participant, session, message) => {
    expect(await told(participant, session)).toContain(message);
  });

  it('is looked for in one listing of all participants, however many are absent', async () => {
    const folder = await caps(...Array.from({ length: 50 }, (_, i) => `sub-${i}/ses-M000`));
    let listings = 0;
    const list = (path: string) => {
      if (path === 'subjects') listings++;
      return folder.list(path);
    };
    const counted = { ...folder, list };
    const why = absentSessions(counted);
    for (let i = 0; i < 50; i++) expect(await why({ participant_id: `sub-0${i}`, session_id: 'ses-M00' })).toBeDefined();
    expect(listings).toBe(1);
  });

  it('decides what is thrown: another spelling before all, absence when nothing else is wrong', async () => {
    const why = absentSessions(await caps('sub-1/ses-M000'));
    const issue = async (participant_id: string, session_id: string) => (await why({ participant_id, session_id }))!;
    const [spelled, absent] = [await issue('sub-1', 'ses-M00'), await issue('sub-2', 'ses-M000')];
    const other = { ...absent, code: 'tensor-missing' } as const;
    expect(() => refuseAbsent([absent, spelled, other], 9, 'caps')).toThrow('1 of 9 sessions have other names in the CAPS');
    expect(() => refuseAbsent([absent, absent], 9, 'caps')).toThrow('2 of 9 sessions are not in the CAPS.');
    expect(() => refuseAbsent([absent, other], 9, 'caps')).not.toThrow();
  });
});

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { memoryFolder } from '../folders/memory-folder';
import { lookAt, noteInJournal, readJournal } from './journal';

const clock = { version: '1.2.3', now: () => new Date(Date.UTC(2026, 0, 2, 3, 4, 5)) };
const begins = { with: 'drawn weights' } as const;
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

it('is lines of JSON, added one after the other', async () => {
  const maps = memoryFolder('maps');
  expect(await readJournal(maps)).toBeNull();
  await noteInJournal(maps, { event: 'train', splits: [0, 1], metrics: ['loss'], begins }, clock);
  const look = await lookAt('test', [
    { participant_id: 'sub-B', session_id: 'ses-M000' },
    { participant_id: './sub-A', session_id: 'ses-M000' },
    { participant_id: 'sub-B', session_id: 'ses-M012' },
  ]);
  await noteInJournal(maps, { event: 'predict', labelled: true, split: 1, metric: 'loss', ...look }, clock);
  const [first, second] = text(await maps.read('journal.jsonl')).split('\n');
  expect(JSON.parse(first!)).toEqual({
    time: '2026-01-02T03:04:05.000Z',
    program: 'clinicadl-web 1.2.3',
    event: 'train',
    splits: [0, 1],
    metrics: ['loss'],
    begins,
  });
  expect(JSON.parse(second!)).toMatchObject({
    participants: 2,
    sessions: 3,
    people: createHash('sha256').update('sub-A\nsub-B').digest('hex'),
  });
  expect(await readJournal(maps)).toMatchObject({ whole: true, damaged: 0, entries: [{ event: 'train' }, { event: 'predict' }] });
});

it('that was cut off keeps its lines, counts the damage and goes on', async () => {
  const maps = memoryFolder('maps');
  await noteInJournal(maps, { event: 'train', splits: [0], metrics: ['loss'], begins }, clock);
  const whole = await maps.read('journal.jsonl');
  await maps.write('journal.jsonl', new Uint8Array([...whole, ...new TextEncoder().encode('{"time": "20')]));
  await noteInJournal(maps, { event: 'trained', split: 0, metrics: ['loss'] }, clock);
  expect(await readJournal(maps)).toMatchObject({ whole: true, damaged: 1, entries: [{ event: 'train' }, { event: 'trained' }] });
});

it.each([
  'null',
  '[]',
  '{"event":"train"}',
  '{"time":"then","program":"p","event":"trained","split":0,"metrics":[]}',
  '{"time":"2026-01-01","program":"p","event":"toString"}',
  '{"time":"2026-01-01","program":"p","event":"predict","labelled":true,"split":"0","metric":"loss","group":"g","people":""}',
  '{"time":"2026-01-01","program":"p","event":"export","command":"c","models":[null]}',
])('%s is no line of it', async (line) => {
  const maps = memoryFolder('maps');
  await maps.write('journal.jsonl', new TextEncoder().encode(line));
  expect(await readJournal(maps)).toEqual({ entries: [], damaged: 1, whole: false });
});

it('of anything at all is read', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(fc.string(), fc.json())), async (lines) => {
      const maps = memoryFolder('maps');
      await maps.write('journal.jsonl', new TextEncoder().encode(lines.join('\n')));
      const found = await readJournal(maps);
      expect(found?.entries ?? []).toEqual([]);
    }),
  );
});

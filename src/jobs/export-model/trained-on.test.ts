/** @file The training set in numbers, of a table with more rows than a call takes arguments. */
import { expect, it } from 'vitest';
import { memoryFolder } from '../../folders/memory-folder';
import { trainedOn } from './trained-on';

it('of very many rows has its range', async () => {
  const maps = memoryFolder('maps');
  const count = 130_000;
  const rows = Array.from({ length: count }, (_, i) => `${i}\tsub-${i}\tses-1\tsingle\t${i + 0.5}\n`);
  const encode = (text: string) => new TextEncoder().encode(text);
  const table = `\tparticipant_id\tsession_id\tcohort\tage\n${rows.join('')}`;
  await maps.write('groups/train/split-0/data.tsv', encode(table));
  await maps.write('groups/train/split-0/maps.json', encode('{"caps_directory": "caps", "multi_cohort": false}'));
  const [found] = await trainedOn(maps, [0], { label: 'age', network_task: 'regression' });
  expect(found.numbers).toEqual({ mean: 65_000, least: 0.5, greatest: count - 0.5 });
});

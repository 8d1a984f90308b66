/** @file Middle planes of mean maps over the means of their elements. */
import { expect, it } from 'vitest';
import { memoryFolder } from '../folders/memory-folder';
import { tensor, writeTorch } from '../formats/torch';
import { mapView } from './map-view';

const folder = 'maps/split-0/best-loss/test/interpret-seen';

it('have 0 in the middle of their scale, by the largest size on either side; channels of a slice add up', async () => {
  const workspace = memoryFolder('study');
  const write = (name: string, shape: readonly number[], values: readonly number[]): Promise<void> =>
    workspace.write(
      `${folder}/${name}.pt`,
      writeTorch(tensor('float32', shape, Float32Array.from(values)), { archiveName: name }),
    );
  await workspace.write(`${folder}/description.json`, new TextEncoder().encode('{"map": "a gradient"}'));
  // Of ten elements the last comes last, not second.
  for (const n of [10, 2]) {
    await write(`mean_slice-${n}_map`, [3, 1, 2], [1, 0, 1, 0, 1, n === 2 ? -6 : 0]);
    await write(`mean_slice-${n}_input`, [3, 1, 2], [0, 5, 0, 5, 0, 5]);
  }
  await write('sub-1_ses-M000_slice-2_map', [3, 1, 2], [1, 0, 1, 0, 1, 0]);
  const { title, names, shown } = await mapView(workspace, { folder });
  expect([title, names]).toEqual(['a gradient', ['mean_slice-2', 'mean_slice-10']]);
  expect(shown).toMatchObject({ name: 'mean_slice-2', largest: 6 });
  // The second axis goes upwards: −6 is on top of 3.
  expect([...shown!.planes[0].map.grey]).toEqual([0, Math.round((255 * 9) / 12)]);
  expect([...shown!.planes[0].image.grey]).toEqual([255, 0]);
  expect((await mapView(workspace, { folder, name: 'mean_slice-10' })).shown).toMatchObject({ largest: 3 });
});

/** @file Middle planes of inputs and reconstructions, from tensors that a MAPS keeps. */
import { expect, it } from 'vitest';
import { memoryFolder } from '../folders/memory-folder';
import { tensor, writeTorch } from '../formats/torch';
import { reconstructionsOf } from './reconstructions';

const request = { path: 'maps', split: 1, metric: 'loss', group: 'test' };
const folder = 'maps/split-1/best-loss/test/tensors';

it('are cut through the middle, drawn on the scale of the input, second axis upwards; pairs alone count', async () => {
  const workspace = memoryFolder('study');
  await workspace.makeFolder('maps/split-1');
  expect(await reconstructionsOf(workspace, request)).toEqual({ names: [], shown: null });
  const write = (name: string, value: (i: number) => number) => {
    const values = Float32Array.from({ length: 24 }, (_, i) => value(i));
    return workspace.write(`${folder}/${name}.pt`, writeTorch(tensor('float32', [1, 2, 3, 4], values), { archiveName: name }));
  };
  await write('sub-1_ses-M000_image-0_input', (i) => i);
  await write('sub-1_ses-M000_image-0_output', (i) => (i === 12 ? -5 : i === 23 ? 99 : 0));
  await write('sub-2_ses-M000_image-0_input', (i) => i);
  const { names, shown } = await reconstructionsOf(workspace, request);
  expect(names).toEqual(['sub-1_ses-M000_image-0']);
  expect(shown).toMatchObject({ shape: [1, 2, 3, 4], black: 0, white: 23, least: -5, most: 99 });
  expect(shown!.planes.map(({ title, input: { width, height } }) => [title, width, height])).toEqual([
    ['across axis 1', 3, 4],
    ['across axis 2', 2, 4],
    ['across axis 3', 2, 3],
  ]);
  // Voxel [1, y, z] is 12 + 4 y + z: the row on top has z = 3.
  const grey = (value: number): number => Math.round((255 * value) / 23);
  const expected = [3, 2, 1, 0].flatMap((z) => [0, 1, 2].map((y) => grey(12 + 4 * y + z)));
  expect([...shown!.planes[0]!.input.grey]).toEqual(expected);
  expect([...shown!.planes[0]!.output.grey]).toEqual([0, 0, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
});

/** @file What the page asks about a MAPS first. */
import { expect, it } from 'vitest';
import { memoryFolder } from '../folders/memory-folder';
import { mapsSummary } from './maps-queries';

it('the selection metrics are those that every trained split has a best model for', async () => {
  const workspace = memoryFolder('study');
  const write = (path: string): Promise<void> => workspace.write(`maps/${path}`, new TextEncoder().encode('{}'));
  await write('maps.json');
  for (const best of ['split-0/best-BA', 'split-0/best-loss', 'split-1/best-loss', 'split-1/best-accuracy'])
    await write(`${best}/model.pth.tar`);
  await write('split-2/tmp/run.json'); // begun, and not trained yet
  expect((await mapsSummary(workspace, 'maps')).metrics).toEqual(['loss']);
  await workspace.remove('maps/split-1');
  expect((await mapsSummary(workspace, 'maps')).metrics).toEqual(['BA', 'loss']);
});

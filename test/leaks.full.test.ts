/** @file The leak check on ten thousand random MAPS, and on ten thousand sound ones; some hundreds of each are in `npm test`. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyWorld, expectSilence, expectTruth, soundWorld } from './leak-worlds';

const numRuns = 10_000;

it('no leak is overlooked, and nobody is blamed', async () => {
  let checked = 0;
  const property = fc.asyncProperty(anyWorld, async (world) => {
    await expectTruth(world);
    checked++;
  });
  await fc.assert(property, { numRuns, seed: 10 });
  expect(checked).toBe(numRuns);
}, 1_200_000);

it('no false alarm', async () => {
  let checked = 0;
  const property = fc.asyncProperty(soundWorld, async (world) => {
    await expectSilence(world);
    checked++;
  });
  await fc.assert(property, { numRuns, seed: 11 });
  expect(checked).toBe(numRuns);
}, 1_200_000);

/** @file Generated pages of the guide equal what the code generates; `npx vitest run --project unit test/docs.test.ts -u` writes them anew. */
import { expect, it } from 'vitest';
import { optionsReference } from '../src/options/derive/markdown';

it('the options reference is up to date', async () => {
  await expect(optionsReference()).toMatchFileSnapshot('../public/guide/options.md');
});

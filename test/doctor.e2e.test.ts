/** @file The import doctor by clicks: what it says of an opened folder, and one click that mends a copy. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { memoryFolder } from '../src/folders/memory-folder';
import { type AppBrowser, openBrowser } from './app-browser';
import { writeBroken } from './doctor/checked';
import { faults } from './doctor/faults';
import { contentOf } from './road-files';

let browser: AppBrowser;
let page: Page;
let files: Readonly<Record<string, string>>;
beforeAll(async () => {
  const folder = memoryFolder('broken');
  const named = ['turned axes', 'semicolons', 'no row for a session'].map((name) => faults.find((fault) => fault.name === name)!);
  await writeBroken(folder, 7, named);
  files = await contentOf(folder);
  browser = await openBrowser();
  page = await browser.open('#/data');
  await page.evaluate(async (content) => {
    await clinicadl.workspace.openPrivate('doctor-clicks');
    const bytesOf = (hex: string): Uint8Array<ArrayBuffer> =>
      Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
    for (const [path, hex] of Object.entries(content)) await clinicadl.workspace.write(path, bytesOf(hex));
  }, files);
});
afterAll(() => browser.close());

const read = (path: string) => page.evaluate(async (at) => [...(await clinicadl.workspace.read(at))], path);

it('what is wrong is told in the background, and mended in a new folder by one click', async () => {
  const rows = page.locator('cdl-doctor tbody tr');
  await expect
    .poll(() => rows.evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset.code).sort()))
    .toEqual(['doctor-label-missing', 'doctor-separator', 'doctor-turned']);
  await page.getByTestId('doctor-mend').click();
  const mended = page.getByTestId('doctor-mended');
  await expect.poll(() => mended.innerText()).toMatch(/doctor\/caps, a new CAPS,.*doctor\/sound_sessions\.tsv/s);
  expect(await mended.innerText()).toContain('1 session left out');
  for (const [path, hex] of Object.entries(files)) expect(Buffer.from(await read(path)).toString('hex'), path).toBe(hex);
});

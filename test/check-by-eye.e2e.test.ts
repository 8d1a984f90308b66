/** @file A check by eye in the page: made by the form, answered by the keyboard, kept across a reload, compared. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AppBrowser, openBrowser } from './app-browser';

let browser: AppBrowser;
let page: Page;
beforeAll(async () => {
  browser = await openBrowser();
  page = await browser.open('#/data');
  await page.evaluate(() => clinicadl.workspace.openPrivate('by-eye'));
  await page.evaluate(() => clinicadl.run('clinicadl simulate study --n_subjects 8'));
});
afterAll(() => browser.close());

const table = (name: string): Promise<string> =>
  page.evaluate(async (path) => new TextDecoder().decode(await clinicadl.workspace.read(path)), name);
const passes = async (): Promise<string> =>
  (await table('quality_eye.tsv'))
    .split('\n')
    .slice(1, -1)
    .map((row) => ({ True: 'y', False: 'n' })[row.split('\t')[2]!] ?? '.')
    .join('');

it('keys answer image after image, and each answer is in the table', async () => {
  const form = page.locator('cdl-quality-forms');
  await form.locator('[data-key=rater] input').fill('AB');
  await form.getByTestId('run').click();
  await form.getByTestId('look-at-images').click();
  await page.locator('cdl-check-page canvas').nth(17).waitFor();
  // Neither who nor which group.
  expect(await page.locator('cdl-check-page').innerText()).not.toMatch(/sub-|ses-|AD|CN/);
  for (const key of ['a', 'r', 'a', 'a', 'a', 'r', 'u', 'c']) await page.keyboard.press(key);
  await page.keyboard.type('all dark');
  await page.keyboard.press('Enter');
  await expect.poll(passes).toBe('ynyyyn..');
  await expect.poll(() => table('quality_eye.tsv')).toContain('all dark');
  expect(await page.getByTestId('eye-progress').textContent()).toMatch(/^6 of 8 answered, 2 rejected, by AB/);
});

it('after a reload the answers are there, and the check goes on', async () => {
  await page.reload();
  await page.waitForFunction(() => 'clinicadl' in globalThis);
  await page.evaluate(() => clinicadl.workspace.openPrivate('by-eye'));
  await expect.poll(() => page.getByTestId('eye-progress').textContent()).toMatch(/^6 of 8 answered/);
  await page.keyboard.press('a');
  await page.keyboard.press('a');
  await expect.poll(passes).toBe('ynyyynyy');
});

it('who was rejected is left out by name, and two raters are compared', async () => {
  const prepared = await page.evaluate(() =>
    clinicadl.run('clinicadl prepare-data image study/caps t1-linear --extract_json sound -tsv quality_eye.tsv'),
  );
  expect(prepared.issues.map(({ code }) => code)).toEqual(['quality-failed']);
  expect(prepared.result).toMatchObject({ sessions: 6 });
  const other = (await table('quality_eye.tsv')).replaceAll('\tAB\t', '\tCD\t').replace('\tFalse\t', '\tTrue\t');
  await page.evaluate((text) => clinicadl.workspace.write('second.tsv', new TextEncoder().encode(text)), other);
  await page.goto(`${page.url().split('#')[0]}#/data`);
  const form = page.locator('cdl-quality-forms');
  await form.getByTestId('quality-compare').click();
  await form.locator('[data-key=first_tsv] input').fill('quality_eye.tsv');
  await form.locator('[data-key=second_tsv] input').fill('second.tsv');
  await form.getByTestId('run').click();
  // Both pass 6, the second alone 1, neither 1: (7/8 − 44/64) / (1 − 44/64).
  await expect.poll(() => form.getByTestId('agreement').innerText()).toContain('0.600');
});

/** @file The Results page with MAPS that Python's ClinicaDL wrote. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AppBrowser, openBrowser } from './app-browser';
import { deepText } from './deep-text';
import { putIntoBrowser } from './studies';

const folder = mkdtempSync(path.join(tmpdir(), 'clinicadl-results-'));
let browser: AppBrowser;
let page: Page;
beforeAll(async () => {
  for (const name of ['maps_cls', 'maps_reg', 'maps_rec', 'maps_patch_multi'])
    cpSync(`test/golden/maps/${name}`, path.join(folder, name.replace('maps_cls', 'maps')), { recursive: true });
  for (const name of ['results_0.2.2', 'results_again'])
    cpSync('test/golden/older/results_0.2.2', path.join(folder, name), { recursive: true });
  browser = await openBrowser();
  page = await browser.open();
  await putIntoBrowser(page, folder, 'results');
  await page.goto(`${browser.url}#/results?maps=maps&group=validation`);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await browser.close();
});

const interval = (metric: string) => page.getByTestId('metrics').locator(`tr[data-metric="${metric}"] td.number`).nth(1);

it('an interval that lost its decimals is marked, with the reason below the table; the others are not', async () => {
  await page.getByTestId('choose-split').selectOption('0');
  await page.getByTestId('choose-best-network-by').selectOption('BA');
  await expect.poll(() => interval('F1_score').innerText()).toMatch(/^0\S* – 0\S*\s+decimals lost$/);
  expect(await interval('accuracy').innerText()).not.toContain('lost');
  expect(await page.getByTestId('decimals-lost').innerText()).toMatch(/first of the resamples.*Leave the interval out/s);
  await page.getByTestId('choose-best-network-by').selectOption('loss');
  await expect.poll(() => page.getByTestId('decimals-lost').count()).toBe(0);
});

const chosen = (name: string) => page.getByTestId(`choose-${name}`).inputValue();
const shown = () => deepText(page.locator('cdl-results-page'));

it('opens on test, and again on test of another MAPS after another group was chosen', async () => {
  await page.goto(`${browser.url}#/results?maps=maps`);
  await page.getByTestId('choose-group').selectOption('train');
  await expect.poll(() => shown()).toMatch(/train\s+, split\s+0/);
  await page.getByTestId('choose-maps').selectOption('maps_reg');
  await expect.poll(() => chosen('group')).toBe('test');
  await page.getByTestId('choose-maps').selectOption('maps');
  await expect.poll(() => chosen('group')).toBe('test');
  // a job that ends looks again: what the person chose stays
  await page.getByTestId('choose-group').selectOption('validation');
  await page.evaluate(() => clinicadl.run('clinicadl --help'));
  await expect.poll(() => chosen('group')).toBe('validation');
  expect(await chosen('maps')).toBe('maps');
});

it('says how many are behind the numbers, beside the table, the curve and the matrix', async () => {
  await expect.poll(() => page.getByTestId('sample-size').innerText()).toBe('n = 7 images');
  expect(await page.getByTestId('metrics').locator('caption').innerText()).toBe('n = 7 images');
  expect(await shown()).toMatch(/ROC curve, n = 7[\s\S]*Confusion matrix, n =\s+7/);
});

it('a regression is drawn as one: errors, a scatter, values; no classes', async () => {
  await page.getByTestId('choose-maps').selectOption('maps_reg');
  await expect.poll(() => shown()).toContain('Predicted against true, n = 6');
  const text = await shown();
  expect(text).toMatch(/Mean absolute error\s+67\.844/);
  expect(text).toContain('-221.125');
  expect(text).not.toMatch(/ROC|Confusion|Mistakes|Balanced accuracy|p\(/);
  expect(await page.getByTestId('no-curves').innerText()).toContain('--evaluation_steps');
});

it('a reconstruction has its metrics, and says how its images are kept', async () => {
  await page.getByTestId('choose-maps').selectOption('maps_rec');
  await expect.poll(() => shown()).toContain('Peak signal-to-noise ratio');
  const text = await shown();
  expect(text).toMatch(/9\.969/);
  expect(text).toMatch(/predict\s+maps_rec\s+test\s+--save_tensor/);
  expect(text).not.toMatch(/ROC|Confusion|Mistakes/);
});

it('a network for each patch: each with its own metrics, none as if it stood for all', async () => {
  await page.getByTestId('choose-maps').selectOption('maps_patch_multi');
  await page.getByTestId('choose-level').selectOption('patch');
  await expect.poll(() => shown()).toContain('a network for each element');
  expect(await page.getByTestId('metrics').count()).toBe(0);
  expect(await page.getByTestId('choose-network').locator('option').count()).toBe(8);
  await page.getByTestId('choose-network').selectOption('7');
  await expect.poll(() => page.getByTestId('no-curves').innerText()).toContain('training.tsv of network 7 has no rows');
});

it('Predict offers the selection metrics of the MAPS, also of another that is chosen', async () => {
  await page.goto(`${browser.url}#/predict?maps=maps`);
  const field = (key: string) => page.locator(`cdl-predict-page cdl-field[data-key="${key}"]`);
  const offered = () => field('selection_metrics').locator('label').allInnerTexts();
  await expect.poll(offered).toEqual(['loss', 'BA']);
  await field('input_maps_directory').locator('input').fill('maps_patch_multi');
  await expect.poll(offered).toEqual(['loss']);
});

it('each result folder of 0.2 is offered as a MAPS, which then opens', async () => {
  await page.goto(`${browser.url}#/results?maps=maps`);
  const all = page.getByTestId('older-results');
  await expect.poll(() => all.count()).toBe(2);
  expect(await Promise.all([0, 1].map((n) => all.nth(n).getAttribute('summary')))).toEqual([
    'Open results of ClinicaDL 0.2: results_0.2.2',
    'Open results of ClinicaDL 0.2: results_again',
  ]);
  const older = all.first();
  await older.locator('summary').click();
  await older.getByTestId('run').click();
  await expect.poll(() => page.getByTestId('choose-maps').locator('option').allInnerTexts()).toContain('results_0.2.2_maps');
  await page.getByTestId('choose-maps').selectOption('results_0.2.2_maps');
  await expect.poll(() => shown()).toMatch(/network\.json/);
});

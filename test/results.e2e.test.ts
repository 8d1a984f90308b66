/** @file The Results page with a MAPS that Python's ClinicaDL wrote. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AppBrowser, openBrowser } from './app-browser';
import { putIntoBrowser } from './studies';

const folder = mkdtempSync(path.join(tmpdir(), 'clinicadl-results-'));
let browser: AppBrowser;
let page: Page;
beforeAll(async () => {
  cpSync('test/golden/maps/maps_cls', path.join(folder, 'maps'), { recursive: true });
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

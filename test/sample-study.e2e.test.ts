import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMetrics } from '../src/maps/metrics-file';
import { type AppBrowser, openBrowser } from './app-browser';
import { expectPagesWithoutFaults, screens } from './page-faults';

const LIMIT_MS = 180_000;

let browser: AppBrowser;
let page: Page;
beforeAll(async () => {
  browser = await openBrowser();
  page = await browser.open();
});
afterAll(() => browser.close());

/** The tests stand on each other: one study, looked at from all sides. */
describe('the built-in sample study', () => {
  it('runs by one click, tells how far it is, learns, and ends', async () => {
    await page.getByTestId('run-sample').click();
    await page.waitForFunction(() => /^\d+ % · Home/.test(document.title), null, { polling: 20 });
    expect(await page.getByTestId('simulated').innerText()).toMatch(/simulated/i);
    await page.getByTestId('sample-steps').locator('[data-state="running"]').getByTestId('progress-stage').waitFor();
    await page.getByTestId('sample-results').waitFor({ timeout: LIMIT_MS });
    expect(await page.title()).toBe('Home · ClinicaDL web');
    const states = await page
      .getByTestId('sample-steps')
      .locator('li')
      .evaluateAll((items) => items.map((li) => li.className));
    expect(states).toEqual(Array(6).fill('done'));
    const metrics = await page.evaluate(async () => {
      const { metricsFile } = clinicadl.sampleStudy;
      return new TextDecoder().decode(await clinicadl.workspace.read(metricsFile));
    });
    const accuracy = readMetrics(metrics).find(({ name }) => name === 'BA');
    expect(accuracy?.value).toBeGreaterThanOrEqual(0.85);
  });

  it('shows its results: metrics with intervals, ROC, confusion matrix, predictions', async () => {
    await page.getByTestId('sample-results').click();
    await page.getByTestId('metrics').waitFor();
    await page.getByTestId('choose-group').selectOption('test');
    expect(await page.getByTestId('choose-level').inputValue()).toBe('image');
    await page.getByTestId('choose-level').selectOption('roi');
    const interval = page.getByTestId('metrics').locator('tr[data-metric="BA"] td.number').nth(1);
    await expect.poll(() => interval.innerText()).toMatch(/\d\.\d+\s*–\s*\d\.\d+/);
    await page.getByTestId('choose-level').selectOption('image');
    expect(await page.getByTestId('confusion').innerText()).toMatch(/AD[\s\S]*CN/);
    await page.getByText('ROC curve').first().waitFor();
    await page.getByRole('table', { name: 'Predictions' }).getByRole('row').nth(10).waitFor();
  });

  it('gives its MAPS as a zip file', async () => {
    const button = page.locator('[data-page="results"]').getByTestId('download-zip');
    const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
    expect(download.suggestedFilename()).toBe('maps.zip');
    const files = Object.keys(unzipSync(readFileSync(await download.path()))).filter((name) => !name.endsWith('/'));
    for (const end of ['maps.json', 'split-0/best-loss/model.pth.tar', 'split-1/best-loss/test/test_image_level_metrics.tsv']) {
      expect(
        files.some((file) => file.endsWith(end)),
        end,
      ).toBe(true);
    }
    expect(files.filter((file) => /\.part$|\.crswap$|\/tmp\//.test(file))).toEqual([]);
  });

  it.each(['desktop', 'darkDesktop', 'phone', 'darkPhone'] as const)(
    'has no serious fault of accessibility on any page, and fits the screen: %s',
    async (screen) => {
      await expectPagesWithoutFaults(page, screens[screen]);
    },
  );
});

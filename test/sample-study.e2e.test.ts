import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMetrics } from '../src/maps/metrics-file';
import { type AppBrowser, openBrowser } from './app-browser';
import { deepText } from './deep-text';
import { expectPagesWithoutFaults, screens } from './page-faults';

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
    await page.getByTestId('simulated').waitFor();
    expect(await page.getByTestId('simulated').innerText()).toMatch(/simulated/i);
    await page.getByTestId('sample-steps').locator('[data-state="running"]').getByTestId('progress-stage').waitFor();
    await page.getByTestId('sample-results').waitFor();
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
    expect(await page.getByTestId('choose-group').inputValue()).toBe('test');
    expect(await deepText(page.locator('cdl-results-page'))).toContain('each is divided by its number of batches');
    expect(await page.getByTestId('choose-level').inputValue()).toBe('image');
    await page.getByTestId('choose-level').selectOption('roi');
    const interval = page.getByTestId('metrics').locator('tr[data-metric="BA"] td.number').nth(1);
    await expect.poll(() => interval.innerText()).toMatch(/\d\.\d+\s*–\s*\d\.\d+/);
    await page.getByTestId('choose-level').selectOption('image');
    expect(await page.getByTestId('confusion').innerText()).toMatch(/AD[\s\S]*CN/);
    await page.getByText('ROC curve').first().waitFor();
    await page.getByRole('table', { name: 'Predictions' }).getByRole('row').nth(10).waitFor();
  });

  it('shows the brains behind the predictions, person after person', async () => {
    const viewer = page.getByTestId('prediction-viewer');
    await viewer.locator('canvas').first().waitFor();
    const first = await viewer.getByTestId('predicted-text').innerText();
    expect(first).toMatch(/^sub-SIM\d+ ses-M000: true (AD|CN), predicted (AD|CN) with probability [01]\.\d+ [✓✗]$/);
    await viewer.getByRole('combobox').selectOption({ index: 3 });
    await expect.poll(() => viewer.getByTestId('predicted-text').innerText()).not.toBe(first);
    await viewer.locator('canvas').first().waitFor();
    // Both regions, which meet in the middle.
    expect(await viewer.getByTestId('viewer-line').innerText()).toContain('leftHippocampusBox');
  });

  it('walks through a brain by keyboard, and outlines what the form would cut', async () => {
    await page.getByTestId('nav-data').click();
    const viewer = page.getByTestId('session-viewer');
    const line = () => viewer.getByTestId('viewer-line').innerText();
    await viewer.locator('canvas').first().waitFor();
    await expect.poll(line).toMatch(/^Voxel 42, 52, 45 · 0\.0, −15\.0, 12\.0 mm · value \d/);
    await viewer.locator('canvas[data-plane="axial"]').focus();
    for (const key of ['ArrowRight', 'ArrowUp', 'PageUp', 'Shift+PageDown']) await page.keyboard.press(key);
    await expect.poll(line).toMatch(/^Voxel 43, 53, 36 · 2\.0, −13\.0, −6\.0 mm/);
    await viewer.getByText('Radiological').click();
    await viewer.locator('canvas[data-plane="coronal"]').focus();
    await page.keyboard.press('ArrowRight'); // to the left side of the patient
    await expect.poll(line).toMatch(/^Voxel 42, 53, 36/);
    await viewer.getByText('Radiological').click();
    await page.getByTestId('mode-patch').click();
    await expect.poll(() => viewer.getByTestId('cut').innerText()).toMatch(/cuts \d+ pieces of each image/);
    await page.getByTestId('nav-results').click();
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

  it('Train asks for as many folds as the folder has, and for none of a single split', async () => {
    const train = page.locator('cdl-train-page');
    await page.getByTestId('nav-train').click();
    const line = train.getByTestId('command-line').first();
    const folder = train.locator('cdl-field[data-key="tsv_directory"] input');
    await expect.poll(() => line.innerText()).toMatch(/2_fold .*--n_splits 2/);
    await folder.fill('sample/split');
    await expect.poll(() => line.innerText()).not.toContain('--n_splits');
    await folder.fill('sample/split/2_fold/');
    await expect.poll(() => line.innerText()).toContain('--n_splits 2');
    await train.locator('cdl-field[data-key="n_splits"] input').fill('1');
    await expect.poll(() => line.innerText()).toContain('--n_splits 1');
  });

  it('Predict prepares the sessions of a group that have no tensors, and then lets it be predicted', async () => {
    const removed = await page.evaluate(async () => {
      const table = new TextDecoder().decode(await clinicadl.workspace.read('sample/split/test_baseline.tsv'));
      const sessions = table
        .trim()
        .split('\n')
        .slice(1, 4)
        .map((row) => row.split('\t'));
      for (const [participant, session] of sessions)
        await clinicadl.workspace.remove(`sample/caps/subjects/${participant}/${session}/deeplearning_prepare_data`);
      return sessions.length;
    });
    const predict = page.locator('cdl-predict-page');
    await page.getByTestId('nav-predict').click();
    const field = (key: string) => predict.locator(`cdl-field[data-key="${key}"] input`);
    await field('data_group').fill('again');
    await field('caps_directory').fill('sample/caps');
    await field('participants_tsv').fill('sample/split/test_baseline.tsv');
    const box = predict.getByTestId('missing-tensors');
    await expect.poll(() => box.getAttribute('data-missing')).toBe(String(removed));
    expect(await box.getByTestId('command-line').innerText()).toMatch(
      /prepare-data roi sample\/caps t1-linear .*--save_features/,
    );
    const button = predict.getByTestId('run');
    const isOff = () => button.evaluate((element) => (element as HTMLButtonElement).disabled);
    expect(await isOff()).toBe(true);
    await box.getByTestId('prepare-sessions').press('Enter');
    await box.waitFor({ state: 'detached' });
    await expect.poll(isOff).toBe(false);
    await expect.poll(() => button.evaluate((element) => element.matches(':focus, :focus-within'))).toBe(true);
    await page.keyboard.press('Enter');
    await predict.getByTestId('outcome').waitFor();
    expect(await predict.getByTestId('outcome').getAttribute('data-status')).toBe('done');
  });

  it.each(['desktop', 'darkDesktop', 'phone', 'darkPhone'] as const)(
    'has no serious fault of accessibility on any page, and fits the screen: %s',
    async (screen) => {
      await expectPagesWithoutFaults(page, screens[screen]);
    },
  );

  it('is run again only after a second press, since that deletes the networks which lie there', async () => {
    await page.getByTestId('nav-home').click();
    const card = page.locator('cdl-sample-card');
    const run = card.getByTestId('run-sample');
    const mapsThere = () =>
      page.evaluate(async () => {
        const entries = await clinicadl.workspace.list('', { recursive: true });
        return entries.some(({ path }) => path === `${clinicadl.sampleStudy.mapsFolder}/maps.json`);
      });
    await run.click();
    expect(await card.getByTestId('sample-question').innerText()).toContain('sample/maps');
    expect(await mapsThere()).toBe(true);
    expect(await run.innerText()).toMatch(/Delete/);
    await run.click();
    await card.locator('[data-state="running"]').waitFor();
    await card.getByText('Stop').click();
    await run.waitFor();
    expect(await mapsThere()).toBe(false);
  });
});

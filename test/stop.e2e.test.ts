import { gunzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTensorFile } from '../src/formats/torch';
import { type AppBrowser, must, openBrowser } from './app-browser';
import { filesOf, goldenStudy, openOnDisk } from './studies';

let browser: AppBrowser;
let page: Page;
let study: string;
beforeAll(async () => {
  browser = await openBrowser();
  page = await browser.open();
  study = goldenStudy();
  await openOnDisk(page, study);
});
afterAll(() => browser.close());

/** Starts a command, clicks Stop when it is under way, and looks at what it leaves. */
async function stop(line: string, stage: string, done: number): Promise<void> {
  const ending = page.evaluate(
    (commandLine) =>
      clinicadl.run(commandLine, { onProgress: (progress) => Object.assign(globalThis, { lastProgress: progress }) }),
    line,
  );
  await page.waitForFunction(
    ([wantedStage, wantedDone]) => {
      const { lastProgress } = globalThis as { lastProgress?: { readonly stage: string; readonly done: number } };
      return lastProgress?.stage.startsWith(wantedStage) === true && lastProgress.done >= wantedDone;
    },
    [stage, done] as const,
    { polling: 5 },
  );
  expect(await page.title()).toMatch(/^\d+ % · Home/);
  await page.getByTestId('stop').click();
  const outcome = await ending;
  expect(outcome).toMatchObject({ status: 'stopped', result: null });
  await page.locator('[data-testid="job-end"][data-status="stopped"]').waitFor();
  expect(await page.title()).toBe('Home · ClinicaDL web');
  for (const [file, bytes] of filesOf(study)) {
    expect(file).not.toMatch(/\.crswap$|\.part$/);
    expect(bytes.length, file).toBeGreaterThan(0);
    if (file.endsWith('.pt')) readTensorFile(new Uint8Array(bytes), file);
    if (file.endsWith('.gz')) gunzipSync(bytes);
    if (file.endsWith('.json')) JSON.parse(Buffer.from(bytes).toString());
  }
}

/** The page Train offers the stopped training, and a long one, as a folder for a cluster. */
async function exportStopped(): Promise<void> {
  await page.goto(`${browser.url}#/train`);
  const stopped = page.getByTestId('training').locator('cdl-cluster-job');
  await stopped.getByTestId('cluster-job').click();
  await stopped.getByTestId('run').click();
  await stopped.getByTestId('exported-job').getByText('clinicadl train resume maps -s 0').waitFor();
  const written = [...filesOf(study).keys()].filter((file) => file.startsWith('maps_job/'));
  for (const file of ['job.sbatch', 'maps/split-0/tmp/checkpoint.pth.tar', 'tsv/splits/split-0/train.tsv'])
    expect(written).toContain(`maps_job/${file}`);
  await page.locator('cdl-field[data-key="epochs"] input').first().fill('900000');
  await page.getByTestId('estimate').click();
  await page.locator('cdl-estimate').getByTestId('cluster-job').click();
  const line = page.locator('cdl-estimate cdl-field[data-key="line"] input');
  expect(await line.inputValue()).toMatch(/^train classification caps image .*--epochs 900000/);
  await page.goto(`${browser.url}#/home`);
}

describe('a click on Stop', () => {
  it('ends a simulation', async () => {
    await stop('clinicadl simulate sample', 'simulate', 2);
    expect([...filesOf(study).keys()]).not.toContain('sample/labels.tsv');
  });

  it('ends an extraction, which then runs to its end', async () => {
    const line = 'clinicadl prepare-data patch caps t1-linear --save_features --patch_size 16 --stride_size 8 --extract_json p16';
    await stop(line, 'extract', 2);
    expect([...filesOf(study).keys()]).not.toContain('caps/tensor_extraction/p16.json');
    await must(page, line);
    expect([...filesOf(study).keys()]).toContain('caps/tensor_extraction/p16.json');
  });

  it('ends a training, which is then resumed', async () => {
    await must(page, 'clinicadl prepare-data image caps t1-linear --extract_json image');
    await stop(
      'clinicadl train classification caps image tsv/split/2_fold maps --architecture Conv4_FC3 --epochs 3 --n_splits 2 --split 0 --batch_size 2',
      'train',
      7,
    );
    expect([...filesOf(study).keys()]).toContain('maps/split-0/tmp/checkpoint.pth.tar');
    await exportStopped();
    const outcome = await must(page, 'clinicadl train resume maps --split 0');
    expect(outcome.result).toMatchObject({ splits: [{ split: 0, epochs: 3 }] });
    expect([...filesOf(study).keys()].filter((file) => file.startsWith('maps/split-0/tmp'))).toEqual([]);
  });

  it('ends a prediction, which then runs to its end', async () => {
    const line = 'clinicadl predict maps all --caps_directory caps --participants_tsv tsv/split/train.tsv --skip_leak_check';
    await page.evaluate(() => clinicadl.backend.use('cpu'));
    await stop(line, 'predict', 1);
    await page.evaluate(() => clinicadl.backend.use('wasm'));
    const outcome = await must(page, `${line} --overwrite`);
    expect(outcome.written).toContain('maps/split-0/best-loss/all/all_image_level_metrics.tsv');
  });
});

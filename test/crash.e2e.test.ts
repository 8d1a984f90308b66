import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTensorFile } from '../src/formats/torch';
import { readCheckpoint } from '../src/maps/weights';
import { type AppBrowser, must, openBrowser } from './app-browser';
import { cells, filesOf, goldenStudy, openOnDisk, tinyStudy } from './studies';

let browser: AppBrowser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** Starts a command and kills the tab when its progress says so. */
async function killTabDuring(page: Page, line: string, stage: string, done: number): Promise<void> {
  void page
    .evaluate(
      (commandLine) =>
        clinicadl.run(commandLine, {
          onProgress: (progress) => Object.assign(globalThis, { lastProgress: progress }),
        }),
      line,
    )
    .catch(() => {}); // the tab dies meanwhile
  await killTabAt(page, stage, done);
}

async function killTabAt(page: Page, stage: string, done: number): Promise<void> {
  await page.waitForFunction(
    ([wantedStage, wantedDone]) => {
      const { lastProgress } = globalThis as { lastProgress?: { readonly stage: string; readonly done: number } };
      return lastProgress?.stage === wantedStage && lastProgress.done >= wantedDone;
    },
    [stage, done] as const,
    { polling: 5 },
  );
  await kill(page);
}

async function kill(page: Page): Promise<void> {
  const crashed = page.waitForEvent('crash');
  const session = await page.context().newCDPSession(page);
  void session.send('Page.crash').catch(() => {}); // nobody is left to answer
  await crashed;
  await page.close();
}

const weightsOf = (file: string): Map<string, string> => {
  const { model, epoch } = readCheckpoint(new Uint8Array(readFileSync(file)), file);
  const tensors = [...model].map(([name, { data }]): [string, string] => [
    name,
    Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex'),
  ]);
  return new Map([...tensors, ['epoch', String(epoch)]]);
};

describe('a tab killed in mid-training', () => {
  it('offers to resume, and ends with the weights of a training that was never interrupted', async () => {
    const study = tinyStudy();
    const trainLine = (maps: string): string =>
      `clinicadl train classification caps image 2_fold ${maps} --architecture Conv4_FC3 --epochs 4 --n_splits 2 --batch_size 2 -lr 0.001 --dropout 0.3 --seed 7`;
    let page = await browser.open();
    await openOnDisk(page, study);
    await page.evaluate(() => clinicadl.backend.use('cpu'));
    await must(page, 'clinicadl tsvtools kfold labels.tsv --n_splits 2 --seed 0');
    await must(page, 'clinicadl prepare-data image caps t1-linear --extract_json image');
    await must(page, trainLine('maps_whole'));

    await killTabDuring(page, trainLine('maps_killed'), 'train split 0', 5);
    page = await browser.open();
    await page.getByTestId('resume-run').waitFor();
    expect(await page.getByTestId('resume').innerText()).toContain('maps_killed');

    await page.evaluate(() => clinicadl.backend.use('cpu'));
    await page.getByTestId('resume-run').click();
    // Killed again while it goes on, in the second split; then resumed by the command.
    await page.getByTestId('progress-stage').getByText('train split 1').first().waitFor();
    await kill(page);
    page = await browser.open();
    await page.getByTestId('recent').first().click();
    await page.getByTestId('workspace').waitFor();
    await page.evaluate(() => clinicadl.backend.use('cpu'));
    await must(page, 'clinicadl train resume maps_killed');
    await page.getByTestId('nav-home').click();
    await expect.poll(() => page.getByTestId('resume').count()).toBe(0);
    await page.close();

    const files = [...filesOf(path.join(study, 'maps_killed')).keys()].filter((file) => !file.includes('events.out'));
    expect(files).toEqual([...filesOf(path.join(study, 'maps_whole')).keys()].filter((file) => !file.includes('events.out')));
    for (const split of [0, 1]) {
      const [whole, killed] = ['maps_whole', 'maps_killed'].map((maps) => path.join(study, maps, `split-${split}`));
      expect(weightsOf(`${killed}/best-loss/model.pth.tar`)).toEqual(weightsOf(`${whole}/best-loss/model.pth.tar`));
      const log = (folder: string): string[][] =>
        cells(readFileSync(`${folder}/training_logs/training.tsv`, 'utf8')).map((row) => row.filter((_, column) => column !== 2));
      expect(log(killed)).toEqual(log(whole));
    }
  });
});

describe('a tab killed in mid-extraction', () => {
  it('leaves whole tensors only, and the command runs again to its end', async () => {
    const study = goldenStudy();
    let page = await browser.open();
    await openOnDisk(page, study);
    const line = 'clinicadl prepare-data patch caps t1-linear --save_features --patch_size 16 --stride_size 8 --extract_json p16';
    await killTabDuring(page, line, 'extract', 3);
    const tensors = () => [...filesOf(study)].filter(([file]) => file.endsWith('.pt'));
    const left = tensors();
    expect(left.length).toBeGreaterThan(0);
    for (const [file, bytes] of left) {
      const tensor = readTensorFile(new Uint8Array(bytes), file);
      expect(tensor.shape, file).toEqual([1, 16, 16, 16]);
    }
    expect([...filesOf(study).keys()]).not.toContain('caps/tensor_extraction/p16.json');
    page = await browser.open();
    await page.getByTestId('recent').first().click();
    await page.getByTestId('workspace').waitFor();
    const outcome = await must(page, line);
    expect(tensors()).toHaveLength(outcome.written.length - 1);
    const stray = [...filesOf(study).keys()].filter((file) => /\.crswap$|\.part$/.test(file));
    expect(stray).toEqual([]);
    await page.close();
  });
});

import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AppBrowser, must, openBrowser } from './app-browser';
import { expectTablesToAgree } from './road-files';
import { goldenStudy, putIntoBrowser, readFrom, tinyStudy } from './studies';

let browser: AppBrowser;
let page: Page;
beforeAll(async () => {
  // After two deaths within minutes Chromium would keep WebGPU from this origin for a while.
  browser = await openBrowser({ args: ['--disable-domain-blocking-for-3d-apis', '--disable-gpu-process-crash-limit'] });
  page = await browser.open();
  await page.evaluate(() => clinicadl.backend.use('webgpu'));
});
afterAll(() => browser.close());

/** Kills the process that talks to the graphics device, when the command's progress says so; the command's end, and how long it took. */
async function killGpuDuring(line: string, stage: string, done: number) {
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
  const session = await page.context().browser()!.newBrowserCDPSession();
  void session.send('Browser.crashGpuProcess').catch(() => {}); // nobody is left to answer
  const killed = performance.now();
  const outcome = await ending;
  browser.complaints.splice(0); // the browser tells of the death
  return { outcome, ms: performance.now() - killed };
}

describe('training on WebGPU, in the worker of the app', () => {
  it('follows the loss curve of ClinicaDL and PyTorch', async () => {
    const backend = await page.evaluate(() => clinicadl.backend.current());
    expect(backend).toMatchObject({ name: 'webgpu', software: true });
    await putIntoBrowser(page, goldenStudy(), 'webgpu-golden');
    await must(page, 'clinicadl prepare-data image caps t1-linear --extract_json image');
    await must(
      page,
      'clinicadl train classification caps image tsv/split/2_fold maps --architecture Conv4_FC3 --seed 0 --epochs 2 --n_splits 2 --split 0 --batch_size 4 -lr 0.001 --dropout 0 --evaluation_steps 1',
    );
    const found = new TextDecoder().decode(await readFrom(page, 'maps/split-0/training_logs/training.tsv'));
    const golden = readFileSync('test/golden/maps/maps_cls_steps/split-0/training_logs/training.tsv', 'utf8');
    expectTablesToAgree(found, golden, 1e-4, ['time']);
    const environment = new TextDecoder().decode(await readFrom(page, 'maps/environment.txt'));
    expect(environment).toMatch(/webgpu[\s\S]*swiftshader/i);
    expect(browser.complaints).toEqual([]);
  });
});

describe('a graphics process that dies', () => {
  it('in mid-training is replaced: the training goes on from its checkpoint to the same end', async () => {
    await putIntoBrowser(page, tinyStudy(), 'webgpu-lost');
    await must(page, 'clinicadl tsvtools kfold labels.tsv --n_splits 2 --seed 0');
    await must(page, 'clinicadl prepare-data image caps t1-linear --extract_json image');
    const line = (maps: string): string =>
      `clinicadl train classification caps image 2_fold ${maps} --architecture Conv4_FC3 --epochs 5 --n_splits 2 --split 0 --batch_size 2 -lr 0.001 --seed 3`;
    await must(page, line('maps_whole'));
    const { outcome, ms } = await killGpuDuring(line('maps_lost'), 'train', 7);
    expect(outcome.error).toBeUndefined();
    expect(outcome.status).toBe('done');
    expect(outcome.output.join('\n')).toContain('The graphics device was lost');
    expect(ms).toBeLessThan(30_000);
    const [whole, lost] = await Promise.all(
      ['maps_whole', 'maps_lost'].map((maps) => readFrom(page, `${maps}/split-0/training_logs/training.tsv`)),
    );
    const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
    expectTablesToAgree(text(lost), text(whole), 1e-6, ['time']);
  });

  it('in mid-prediction fails it by name within seconds, and the next command has a device again', async () => {
    await page.evaluate(() => clinicadl.workspace.openPrivate('webgpu-golden'));
    const line = 'clinicadl predict maps all --caps_directory caps --participants_tsv tsv/labels_initial.tsv --skip_leak_check';
    const { outcome, ms } = await killGpuDuring(line, 'predict', 1);
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'gpu-lost' } });
    expect(outcome.error?.hint).toMatch(/^[A-Z].{8}/);
    expect(ms).toBeLessThan(5000);
    await must(page, `${line} --overwrite`);
    expect((await page.evaluate(() => clinicadl.backend.current())).name).toBe('webgpu');
  });
});

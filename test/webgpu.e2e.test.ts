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

async function killGpu(): Promise<void> {
  const session = await page.context().browser()!.newBrowserCDPSession();
  void session.send('Browser.crashGpuProcess').catch(() => {}); // nobody is left to answer
}

/** Makes the compute worker remember its devices from now on, and gives it a new one; what destroys the last of them. */
async function destroyer(): Promise<() => Promise<void>> {
  const worker = page.workers().find((one) => one.url().includes('compute'))!;
  await worker.evaluate(() => {
    const { requestDevice } = GPUAdapter.prototype;
    const devices: GPUDevice[] = [];
    Object.assign(globalThis, { devices });
    GPUAdapter.prototype.requestDevice = async function (...given) {
      const device = await requestDevice.apply(this, given);
      devices.push(device);
      return device;
    };
  });
  await page.evaluate(() => clinicadl.backend.use('webgpu'));
  return () => worker.evaluate(() => (globalThis as unknown as { devices: GPUDevice[] }).devices.at(-1)?.destroy());
}

/** As `destroyer`, but the device goes by itself with its third submit from now on: a prediction is too short to be met by chance. */
async function destroyAtSubmit(): Promise<() => Promise<void>> {
  await destroyer();
  const worker = page.workers().find((one) => one.url().includes('compute'))!;
  await worker.evaluate(() => {
    const { submit } = GPUQueue.prototype;
    let submits = 0;
    GPUQueue.prototype.submit = function (...given) {
      submit.apply(this, given);
      if (++submits < 3) return;
      GPUQueue.prototype.submit = submit;
      (globalThis as unknown as { devices: GPUDevice[] }).devices.at(-1)?.destroy();
    };
  });
  return async () => {};
}

/** Breaks the graphics device when the command's progress says so; the command's end. */
async function breakDuring(line: string, stage: string, done: number, act: () => Promise<void>) {
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
  await act();
  const outcome = await ending;
  browser.complaints.splice(0); // the browser tells of the death
  return outcome;
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
    expect(environment.match(/backend==/g)).toHaveLength(1);
    expect(browser.complaints).toEqual([]);
  });
});

it('has the kernels of a long training timed, keeps what was found, shows it on the page Train and forgets it there', async () => {
  await page.evaluate(() => {
    const stop = new AbortController();
    const line =
      'clinicadl train classification caps image tsv/split/2_fold long --architecture Conv4_FC3 --seed 0 --epochs 1000000 --n_splits 2 --split 0 --batch_size 4';
    const onProgress = ({ stage }: { readonly stage: string }): void => {
      if (stage === 'train split 0') stop.abort();
    };
    return clinicadl.run(line, { signal: stop.signal, onProgress });
  });
  const information = new TextDecoder().decode(await readFrom(page, 'long/information.log'));
  expect(information).toMatch(/- Model :[\s\S]*\n\n- Kernels :\n(\t[a-z ]+ \d+-\d+ [\dx a-z]+: [a-z\d]+\n){20,}\n$/);
  await page.getByTestId('nav-train').click();
  await expect.poll(() => page.getByTestId('kernels').textContent()).toMatch(/fastest kernels for \d+ shapes/);
  await page.getByTestId('time-kernels').click();
  await expect.poll(() => page.getByTestId('kernels').count()).toBe(0);
});

it('is switched for the processor and back on the page Train, as hints about the graphics device say', async () => {
  await page.evaluate(() => clinicadl.workspace.openPrivate('webgpu-golden'));
  await page.getByTestId('nav-train').click();
  const shown = page.getByTestId('backend');
  await expect.poll(() => shown.getAttribute('data-name')).toBe('webgpu');
  await page.getByTestId('switch-backend').click();
  await expect.poll(() => shown.getAttribute('data-name')).toBe('wasm');
  expect(await page.evaluate(() => clinicadl.backend.current())).toMatchObject({
    name: 'wasm',
    reason: 'WebAssembly was asked for.',
  });
  await page.getByTestId('switch-backend').click(); // the page chooses: the adapter is software
  await expect.poll(() => page.getByTestId('switch-backend').count()).toBe(0);
  expect((await page.evaluate(() => clinicadl.backend.current())).reason).toContain('software');
  await page.evaluate(() => clinicadl.backend.use('webgpu'));
});

describe('a graphics device that is lost', () => {
  const line = (maps: string): string =>
    `clinicadl train classification caps image 2_fold ${maps} --architecture Conv4_FC3 --epochs 5 --n_splits 2 --split 0 --batch_size 2 -lr 0.001 --seed 3`;
  const logs = async (maps: string): Promise<string> =>
    new TextDecoder().decode(await readFrom(page, `${maps}/split-0/training_logs/training.tsv`));

  it.each([
    ['with its process', async () => killGpu],
    ['by destroy()', destroyer],
  ])('%s in mid-training is replaced: the training goes on from its checkpoint to the same end', async (way, make) => {
    if (way === 'with its process') {
      await putIntoBrowser(page, tinyStudy(), 'webgpu-lost');
      await must(page, 'clinicadl tsvtools kfold labels.tsv --n_splits 2 --seed 0');
      await must(page, 'clinicadl prepare-data image caps t1-linear --extract_json image');
      await must(page, line('whole'));
    }
    const maps = way.replaceAll(/\W/g, '_');
    const outcome = await breakDuring(line(maps), 'train', 7, await make());
    expect(outcome.error).toBeUndefined();
    expect(outcome.status).toBe('done');
    expect(outcome.output.join('\n')).toContain('The graphics device was lost');
    expectTablesToAgree(await logs(maps), await logs('whole'), 1e-6, ['time']);
  });

  it.each([
    ['with its process', async () => killGpu],
    ['by destroy()', destroyAtSubmit],
  ])('%s in mid-prediction is replaced: the prediction begins again and ends', async (way, make) => {
    await page.evaluate(() => clinicadl.workspace.openPrivate('webgpu-golden'));
    const group = `all_${way.length}`;
    const predict = `clinicadl predict maps ${group} --caps_directory caps --participants_tsv tsv/labels_initial.tsv --skip_leak_check --batch_size 1`;
    const outcome = await breakDuring(predict, 'predict', 1, await make());
    expect(outcome.error).toBeUndefined();
    expect(outcome.status).toBe('done');
    expect(outcome.output.join('\n')).toContain('The graphics device was lost');
    expect((await page.evaluate(() => clinicadl.backend.current())).name).toBe('webgpu');
  });
});

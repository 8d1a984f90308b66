/** @file Storage that fails or is shared: two tabs in one folder, leftovers, a full disk, a withdrawn permission, no storage at all. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { zipSync } from 'fflate';
import type { Page, Worker } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AppBrowser, must, openBrowser, run } from './app-browser';
import { answerPicker } from './picker-stand-in';
import { filesOf, openOnDisk, putIntoBrowser, tinyStudy } from './studies';

const training = (maps: string, epochs: number): string =>
  `clinicadl train classification caps image tsv ${maps} --architecture Conv4_FC3 --epochs ${epochs} --batch_size 2 --seed 7`;

const table = (participants: readonly number[]): string =>
  [
    'participant_id\tsession_id\tage\tsex\tdiagnosis',
    ...participants.map((i) => `sub-P${String(i).padStart(3, '0')}\tses-M000\t60\tF\t${i % 2 === 1 ? 'AD' : 'CN'}`),
    '',
  ].join('\n');

/** A tiny study with the tables of one split. */
function study(): string {
  const folder = tinyStudy(8);
  mkdirSync(path.join(folder, 'tsv'));
  writeFileSync(path.join(folder, 'tsv', 'train.tsv'), table([0, 1, 2, 3]));
  writeFileSync(path.join(folder, 'tsv', 'validation_baseline.tsv'), table([4, 5, 6, 7]));
  return folder;
}

const extract = 'clinicadl prepare-data image caps t1-linear --extract_json image';

/** Begins a line and waits until its first epoch has ended. */
async function begin(page: Page, line: string): Promise<void> {
  await page.evaluate((commandLine) => {
    const state = globalThis as { epochs?: number; end?: string; stopper?: AbortController };
    state.epochs = 0;
    state.end = '';
    const stopper = new AbortController();
    state.stopper = stopper;
    void clinicadl
      .run(commandLine, {
        signal: stopper.signal,
        onProgress: ({ live }) => {
          if (live?.values.loss_train !== undefined) state.epochs = (state.epochs ?? 0) + 1;
        },
      })
      .then(({ status, error }) => {
        state.end = [status, error?.code].join(' ').trim();
      });
  }, line);
  await epochsAfter(page, 0);
}

async function epochsAfter(page: Page, before: number): Promise<void> {
  await page.waitForFunction((n) => ((globalThis as { epochs?: number }).epochs ?? 0) > n, before);
}
const epochs = (page: Page): Promise<number> => page.evaluate(() => (globalThis as { epochs?: number }).epochs ?? 0);
const end = (page: Page): Promise<string> => page.evaluate(() => (globalThis as { end?: string }).end ?? '');

async function stop(page: Page): Promise<void> {
  await page.evaluate(() => (globalThis as { stopper?: AbortController }).stopper?.abort());
  await expect.poll(() => end(page)).toBe('stopped');
}

/** Code of the error that an attempt of the script interface ends with; '' when it succeeds. */
function codeOf(page: Page, attempt: 'write' | 'remove' | 'importZip', place: string): Promise<string> {
  const zip = Buffer.from(zipSync({ 'a.txt': new Uint8Array(1) })).toString('base64');
  return page.evaluate(
    async ([name, target, base64]) => {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      const { workspace } = clinicadl;
      const work = {
        write: () => workspace.write(target, 'x'),
        remove: () => workspace.remove(target),
        importZip: () => workspace.importZip(bytes, target),
      };
      try {
        await work[name]();
        return '';
      } catch (error) {
        return (error as { code: string }).code;
      }
    },
    [attempt, place, zip] as const,
  );
}

async function computeWorker(page: Page): Promise<Worker> {
  for (const worker of page.workers()) if ((await worker.evaluate(() => self.name)) === 'compute') return worker;
  throw new Error('The compute worker does not run.');
}

/** Makes a method of file handles fail in the compute worker, as a withdrawn permission does; gives what mends it. */
async function breakWriting(page: Page, name: string): Promise<() => Promise<void>> {
  const worker = await computeWorker(page);
  await worker.evaluate((error) => {
    const prototype = FileSystemFileHandle.prototype as { createWritable: unknown };
    Object.assign(globalThis, { whole: prototype.createWritable });
    prototype.createWritable = () => Promise.reject(new DOMException('injected', error));
  }, name);
  return () =>
    worker.evaluate(() => {
      const { whole } = globalThis as { whole?: unknown };
      (FileSystemFileHandle.prototype as { createWritable: unknown }).createWritable = whole;
    });
}

describe('a folder in which a tab trains', () => {
  let browser: AppBrowser;
  let first: Page;
  let second: Page;
  beforeAll(async () => {
    browser = await openBrowser();
    first = await browser.open();
    await putIntoBrowser(first, study(), 'shared');
    await first.evaluate(() => clinicadl.backend.use('wasm'));
    await must(first, extract);
    await begin(first, training('maps', 5000));
    second = await browser.open();
  });
  afterAll(() => browser.close());

  it.each([
    ['by its name', ['shared'], 'maps'],
    ['from the folder around it', [], 'shared/maps'],
    ['as the MAPS itself', ['shared', 'maps'], '.'],
  ] as const)('is left alone by another tab that opens it %s', async (_, names, maps) => {
    await second.evaluate(async (path) => {
      let handle = await navigator.storage.getDirectory();
      for (const name of path) handle = await handle.getDirectoryHandle(name);
      await clinicadl.workspace.openFolder(handle);
    }, names);
    expect((await run(second, `clinicadl train resume ${maps}`)).error?.code).toBe('folder-busy');
    const inside = names.length === 2 ? 'new.txt' : names.length === 1 ? 'maps' : 'shared';
    for (const attempt of ['write', 'remove', 'importZip'] as const)
      expect(await codeOf(second, attempt, inside), attempt).toBe('folder-busy');
    expect((await run(second, 'clinicadl train --help')).status).toBe('done');
  });

  it('cannot be deleted, nor its training resumed, on Home of another tab', async () => {
    await second.getByTestId('nav-home').click();
    await second.reload();
    await second.getByTestId('resume-busy').waitFor();
    expect(await second.getByTestId('resume-run').count()).toBe(0);
    const row = second.locator('cdl-recent-list li').filter({ hasText: 'shared' });
    await row.locator('wa-button').click();
    await row.getByText('Delete?').click();
    await expect.poll(() => second.locator('cdl-recent-list').getByTestId('error').getAttribute('data-code')).toBe('folder-busy');
    expect(await end(first)).toBe('');
  });

  it('does not keep a folder of the same name on the disk from being worked in', async () => {
    const around = path.join(path.dirname(study()), 'shared');
    mkdirSync(around);
    writeFileSync(path.join(around, 'labels.tsv'), table([0, 1, 2, 3, 4, 5]));
    await openOnDisk(second, around);
    await must(second, 'clinicadl tsvtools kfold labels.tsv --n_splits 2 --seed 0');
    expect(filesOf(around).size).toBeGreaterThan(1);
  });

  it('is offered again when the tab has stopped', async () => {
    await second.getByTestId('nav-home').click();
    await second.reload();
    await second.getByTestId('resume-busy').waitFor();
    await stop(first);
    await second.getByTestId('resume-run').waitFor();
    expect(await codeOf(first, 'write', 'notes.txt')).toBe('');
  });
});

describe('storage that fails in mid-training', () => {
  let browser: AppBrowser;
  let page: Page;
  beforeAll(async () => {
    browser = await openBrowser();
    page = await browser.open();
    await putIntoBrowser(page, study(), 'failing');
    await page.evaluate(() => clinicadl.backend.use('wasm'));
    await must(page, extract);
  });
  afterAll(() => browser.close());

  it('a withdrawn permission makes the command wait, one press on any page lets it go on', async () => {
    await begin(page, training('maps_permission', 5000));
    const mend = await breakWriting(page, 'NotAllowedError');
    await page.getByTestId('trouble').waitFor();
    for (const place of ['train', 'console', 'home']) {
      await page.getByTestId(`nav-${place}`).click();
      await page.getByTestId('go-on').getByText('Allow access again').waitFor();
    }
    await mend();
    const before = await epochs(page);
    await page.getByTestId('go-on').click();
    await page.getByTestId('trouble').waitFor({ state: 'detached' });
    await epochsAfter(page, before);
    await stop(page);
  });

  it('a full disk is told at once, the training goes on, and writes again when there is space', async () => {
    const session = await browser.context.newCDPSession(page);
    const origin = new URL(browser.url).origin;
    await begin(page, training('maps_quota', 5000));
    const tensorboard = () =>
      page.evaluate(
        async () =>
          new TextDecoder().decode(await clinicadl.workspace.read('maps_quota/split-0/training_logs/training.tsv')).split('\n')
            .length,
      );
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1000 });
    await page.getByTestId('trouble').waitFor();
    expect(await page.getByTestId('trouble').getAttribute('data-code')).toBe('disk-full');
    const rows = await tensorboard();
    await epochsAfter(page, (await epochs(page)) + 2);
    expect(await tensorboard()).toBe(rows);
    const download = page.waitForEvent('download');
    await page.getByTestId('save-unwritten').click();
    expect((await download).suggestedFilename()).toBe('failing - not written.zip');
    await session.send('Storage.overrideQuotaForOrigin', { origin });
    await page.getByTestId('trouble').waitFor({ state: 'detached' });
    await expect.poll(tensorboard).toBeGreaterThan(rows + 2);
    await stop(page);
    await must(page, 'clinicadl train resume maps_quota --help');
  });

  it('what a killed tab left unfinished is gone when a folder around it is opened', async () => {
    const leftovers = () =>
      page.evaluate(async () => {
        const root = await navigator.storage.getDirectory();
        const names: string[] = [];
        for await (const name of (await root.getDirectoryHandle('failing')).keys()) if (name.endsWith('.part')) names.push(name);
        return names;
      });
    await page.evaluate(async () => {
      await clinicadl.workspace.openPrivate('elsewhere');
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('failing');
      await folder.getFileHandle('clinicadl-01234567-89ab-cdef-0123-456789abcdef.part', { create: true });
    });
    expect(await leftovers()).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await page.evaluate(async () => clinicadl.workspace.openFolder(await navigator.storage.getDirectory()));
    await expect.poll(leftovers).toEqual([]);
  });
});

describe('a browser that keeps no data for the page', () => {
  let browser: AppBrowser;
  beforeAll(async () => {
    browser = await openBrowser({ siteData: 'block' });
  });
  afterAll(() => browser.close());

  it('says so on Home, begins the sample study in memory, and trains and predicts there', async () => {
    const page = await browser.open();
    expect(
      await page.evaluate(() =>
        navigator.storage.getDirectory().then(
          () => 'given',
          (error: Error) => error.name,
        ),
      ),
    ).toBe('SecurityError');
    await page.getByTestId('no-storage').waitFor();
    await page.getByTestId('run-sample').click();
    const images = () =>
      page.evaluate(
        async () =>
          (await clinicadl.workspace.list('', { recursive: true })).filter(({ name }) => name.endsWith('.nii.gz')).length,
      );
    await expect.poll(images).toBeGreaterThan(1);
    await page.locator('cdl-sample-card').getByText('Stop').click();
    await page.locator('cdl-sample-card').getByText('Run it again').waitFor();
    expect(await page.getByTestId('workspace').innerText()).toContain('in memory');
    await putIntoBrowser(page, study(), 'tiny');
    await page.evaluate(() => clinicadl.backend.use('wasm'));
    for (const line of [
      extract,
      training('maps', 2),
      'clinicadl predict maps again --caps_directory caps --participants_tsv tsv/train.tsv --skip_leak_check',
    ])
      await must(page, line);
    const files = await page.evaluate(async () =>
      (await clinicadl.workspace.list('maps', { recursive: true })).map((entry) => entry.path),
    );
    expect(files).toContain('maps/split-0/best-loss/again/again_image_level_prediction.tsv');
    await page.close({ runBeforeUnload: false });
  });

  it('works in a folder of the disk', async () => {
    const page = await browser.open();
    const folder = study();
    await page.getByTestId('open-folder').click();
    await answerPicker(page, folder);
    await page.getByTestId('workspace').waitFor();
    await must(page, extract);
    expect([...filesOf(folder).keys()].filter((file) => file.endsWith('.pt'))).toHaveLength(8);
    await page.close({ runBeforeUnload: false });
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { build, type PreviewServer, preview } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderConformance } from '../src/folders/conformance';
import { memoryFolder } from '../src/folders/memory-folder';
import { type AppBrowser, must, openBrowser } from './app-browser';
import type {} from './folder-page/page';
import { answerPicker } from './picker-stand-in';
import { filesOf, tinyStudy } from './studies';

/** Clicks what downloads, and gives the files in the zip. */
async function downloadZip(page: Page): Promise<Record<string, Uint8Array>> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByTestId('overview').getByTestId('download-zip').click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/\.zip$/);
  return unzipSync(readFileSync(await download.path()));
}

describe('the contract of folders, in Chromium', () => {
  const work = mkdtempSync(path.join(tmpdir(), 'clinicadl-web-folders-'));
  const outDir = path.join(work, 'page');
  let server: PreviewServer;
  let browser: AppBrowser;
  let page: Page;
  beforeAll(async () => {
    const common = { configFile: false, root: 'test/folder-page', base: './', logLevel: 'warn' } as const;
    await build({ ...common, build: { outDir, emptyOutDir: true, target: 'es2022' }, worker: { format: 'es' } });
    server = await preview({ ...common, build: { outDir }, preview: { port: 0, host: '127.0.0.1' } });
    browser = await openBrowser({ url: server.resolvedUrls?.local[0] ?? '' });
    page = await browser.context.newPage();
    await page.goto(browser.url);
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
    rmSync(work, { recursive: true, force: true });
  });

  const names = folderConformance(async () => memoryFolder('')).map(({ name }) => name);

  it.each(['page', 'worker'] as const)('is kept by the private file system, on the %s', async (place) => {
    const ends = await page.evaluate((where) => folderPage.check('private', where), place);
    expect(ends).toEqual(names.map((name) => ({ name, fault: '' })));
  });

  it.each(['page', 'worker'] as const)('is kept by a folder of the disk, on the %s', async (place) => {
    const folder = mkdtempSync(path.join(work, 'disk-'));
    await page.getByRole('button').click();
    await answerPicker(page, folder);
    await page.waitForFunction((name) => document.title === name, path.basename(folder));
    const ends = await page.evaluate((where) => folderPage.check('picked', where), place);
    expect(ends).toEqual(names.map((name) => ({ name, fault: '' })));
    const stray = [...filesOf(folder).keys()].filter((file) => /\.crswap$|\.part$/.test(file));
    expect(stray).toEqual([]);
    expect(filesOf(folder).size).toBeGreaterThan(40);
  });
});

describe('a study without a handle', () => {
  let browser: AppBrowser;
  beforeAll(async () => {
    browser = await openBrowser();
    await browser.context.addInitScript(() => {
      for (const owner of [window, Window.prototype]) Reflect.deleteProperty(owner, 'showDirectoryPicker');
    });
  });
  afterAll(() => browser.close());

  const prepare = 'clinicadl prepare-data image caps t1-linear --extract_json image';

  it('is uploaded as a folder where no folder can be picked, worked on, and downloaded', async () => {
    const study = tinyStudy(8);
    const page = await browser.open();
    expect(await page.evaluate(() => 'showDirectoryPicker' in window)).toBe(false);
    expect(await page.getByTestId('open-folder').count()).toBe(0);
    await page.getByTestId('upload-folder').setInputFiles(study);
    await page.getByTestId('workspace').getByText('study').waitFor();
    await page.getByTestId('overview').getByText('1 CAPS').waitFor();
    await must(page, prepare);
    const zip = await downloadZip(page);
    const names = Object.keys(zip).filter((name) => !name.endsWith('/'));
    for (const [file, bytes] of filesOf(study)) {
      const inZip = names.find((name) => name === file || name.endsWith(`/${file}`)) ?? file;
      expect(Buffer.from(zip[inZip] ?? []).equals(bytes), file).toBe(true);
    }
    expect(names.filter((name) => name.endsWith('_T1w.pt'))).toHaveLength(8);
    await page.close();
  });

  it('comes as a zip, is worked on, and goes as a zip', async () => {
    const study = tinyStudy(8);
    const file = path.join(path.dirname(study), 'packed.zip');
    writeFileSync(file, zipSync(Object.fromEntries(filesOf(study))));
    const page = await browser.open();
    await page.getByTestId('upload-zip').setInputFiles(file);
    await page.getByTestId('workspace').getByText('packed').waitFor();
    await page.getByTestId('overview').getByText('1 CAPS').waitFor();
    await must(page, 'clinicadl tsvtools kfold labels.tsv --n_splits 2 --seed 0');
    const zip = await downloadZip(page);
    const names = Object.keys(zip).filter((name) => !name.endsWith('/'));
    expect(names.filter((name) => name.endsWith('.nii.gz'))).toHaveLength(8);
    expect(names.filter((name) => /2_fold\/split-[01]\/(train|validation_baseline)\.tsv$/.test(name))).toHaveLength(4);
    await page.close();
  });

  it('is refused when the zip is none, and nothing is left of it', async () => {
    const page = await browser.open();
    // Of the storage itself: the page lists them a moment after it has opened.
    const stored = (): Promise<string[]> =>
      page.evaluate(async () => {
        const names: string[] = [];
        for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
        return names.sort();
      });
    const before = await stored();
    await page.getByTestId('upload-zip').setInputFiles({
      name: 'broken.zip',
      mimeType: 'application/zip',
      buffer: Buffer.from('PK\u0003\u0004 this is no zip'),
    });
    await page.getByTestId('error').waitFor();
    expect(await page.getByTestId('workspace').count()).toBe(0);
    expect(await stored()).toEqual(before);
    await page.close();
  });
});

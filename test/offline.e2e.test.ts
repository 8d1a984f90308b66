/** @file Once it was loaded, the app needs no network: every page, commands, and loading it again. */
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AppBrowser, must, openBrowser } from './app-browser';

let browser: AppBrowser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.context.setOffline(false);
  await browser.close();
});

it('works without a network, and is loaded again without one', async () => {
  const failed: string[] = [];
  browser.context.on('requestfailed', (request) => {
    // The service worker may try the server before it takes the page from its cache; loading again gives up what is under way.
    const isPages = request.serviceWorker() === null && request.failure()?.errorText !== 'net::ERR_ABORTED';
    if (isPages) failed.push(request.url());
  });
  const page = await browser.open();
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await browser.context.setOffline(true);
  for (const round of ['first load', 'loaded again']) {
    for (const place of ['data', 'cohort', 'train', 'results', 'predict', 'interpret', 'console', 'home']) {
      await page.getByTestId(`nav-${place}`).click();
      await page.locator(`[data-page="${place}"] >> visible=true`).first().waitFor();
    }
    await page.evaluate((name) => clinicadl.workspace.openPrivate(name), round);
    await page.evaluate(() =>
      clinicadl.workspace.write(
        'labels.tsv',
        `participant_id\tsession_id\tdiagnosis\n${Array.from({ length: 8 }, (_, i) => `sub-${i}\tses-M000\t${i % 2 ? 'AD' : 'CN'}\n`).join('')}`,
      ),
    );
    await must(page, 'clinicadl tsvtools kfold labels.tsv --n_splits 2');
    await page.reload();
    await page.waitForFunction(() => 'clinicadl' in globalThis);
  }
  expect(failed).toEqual([]);
  await page.close();
});

it('keeps the files of the build that is served, and no other', async () => {
  await browser.context.setOffline(false);
  const page = await browser.open();
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const paths: string[] = [];
    for (const name of names) for (const { url } of await (await caches.open(name)).keys()) paths.push(new URL(url).pathname);
    return { names, paths };
  });
  expect(kept.names).toHaveLength(1);
  expect(kept.paths).toContain('/index.html');
  expect(kept.paths.filter((path) => path.endsWith('.js')).length).toBeGreaterThan(20);
  const built = readdirSync(process.env.DIST ?? 'dist', { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll('\\', '/').slice((process.env.DIST ?? 'dist').length));
  const others = ['/service-worker.js', '/third-party-notices.txt'];
  expect(built.filter((path) => !kept.paths.includes(path)).sort()).toEqual(others);
  await page.close();
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AppBrowser, must, openBrowser } from './app-browser';
import { putIntoBrowser, readFrom, tinyStudy } from './studies';

let browser: AppBrowser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const line =
  'clinicadl train classification caps image 2_fold maps --architecture Conv4_FC3 --epochs 2 --n_splits 2 --split 0 --batch_size 4';

/** What the processor is called, and the weights that it trains. */
async function train(folder: string): Promise<readonly [string, Uint8Array]> {
  const page = await browser.open();
  await putIntoBrowser(page, tinyStudy(), folder);
  const { adapter } = await page.evaluate(() => clinicadl.backend.use('wasm'));
  await must(page, 'clinicadl prepare-data image caps t1-linear --extract_json image');
  await must(page, 'clinicadl tsvtools kfold labels.tsv --n_splits 2');
  await must(page, line);
  const weights = await readFrom(page, 'maps/split-0/best-loss/model.pth.tar');
  await page.close();
  return [adapter, weights];
}

describe('threads on the processor', () => {
  it('are half as many, and rest, where a person asks for gentle work; the page remembers it', async () => {
    const page = await browser.open();
    await putIntoBrowser(page, tinyStudy(), 'threads-gentle');
    const before = await page.evaluate(() => clinicadl.backend.use('wasm'));
    await page.goto(`${browser.url}#/train`);
    await page.getByTestId('gentle').click();
    const half = `WebAssembly SIMD, ${Math.ceil(Number(/(\d+) thread/.exec(before.adapter)?.[1]) / 2)} thread`;
    await page.getByTestId('backend').getByText(half).waitFor();
    await page.reload();
    await page.waitForFunction(() => 'clinicadl' in globalThis);
    await page.evaluate(() => clinicadl.workspace.openPrivate('threads-gentle'));
    expect(await page.getByTestId('gentle').evaluate((element) => (element as HTMLInputElement).checked)).toBe(true);
    await page.getByTestId('gentle').click();
    await page.close();
  });

  it('are as many as it has, and one, said on Home, where the page is not isolated; the weights are the same', async () => {
    const [many, ofMany] = await train('threads-many');
    expect(many).toMatch(/^WebAssembly SIMD, \d+ threads$/);
    // A server that does not send the headers of isolation.
    await browser.context.route(/./, async (route) => {
      const response = await route.fetch();
      const { 'cross-origin-opener-policy': _, 'cross-origin-embedder-policy': __, ...headers } = response.headers();
      await route.fulfill({ response, headers });
    });
    const home = await browser.open('#/home');
    await home.getByTestId('can-processor').getByText('one thread').waitFor();
    await home.close();
    const [one, ofOne] = await train('threads-one');
    expect(one).toBe('WebAssembly SIMD, 1 thread');
    expect(ofOne).toEqual(ofMany);
  });
});

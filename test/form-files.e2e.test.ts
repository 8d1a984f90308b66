/** @file Files given to the form of a training: looked at, copied into the folder, and in the line. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AppBrowser, openBrowser } from './app-browser';
import { deepText } from './deep-text';
import { formulaFile } from './resnet18-weights';

let browser: AppBrowser;
let page: Page;
beforeAll(async () => {
  browser = await openBrowser();
  page = await browser.open('#/train');
  await page.evaluate(() => clinicadl.workspace.openPrivate('form-files'));
});
afterAll(() => browser.close());

const field = (key: string) => page.locator(`cdl-train-page cdl-field[data-key="${key}"]`);
const line = () => page.locator('cdl-train-page').getByTestId('command-line').first().innerText();
const give = (key: string, name: string, content: Uint8Array | string) =>
  field(key)
    .getByTestId('choose-file')
    .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });
const files = () => page.evaluate(async () => (await clinicadl.workspace.list('', { recursive: true })).map(({ path }) => path));

it('weights for resnet18: another file is told at once and not kept; one that fits comes with its hash', async () => {
  await field('architecture').locator('select').selectOption('resnet18');
  await give('pretrained', 'notes.pth', 'no weights');
  await expect.poll(() => deepText(field('pretrained'))).toMatch(/notes\.pth.* is not a PyTorch file/s);
  expect(await files()).not.toContain('pretrained/notes.pth');
  await give('pretrained', 'mine.pth', formulaFile());
  await expect.poll(line).toContain('--pretrained pretrained/mine.pth');
  await expect.poll(() => deepText(field('pretrained'))).toMatch(/not a file that PyTorch publishes.*SHA-256 [0-9a-f]{64}/s);
  expect(await files()).toContain('pretrained/mine.pth');
  // Of no use to another network, so it is not in its line.
  await field('architecture').locator('select').selectOption('Conv5_FC3');
  await expect.poll(line).not.toContain('--pretrained');
  const note = page.locator('cdl-train-page').getByTestId('network-note');
  await expect.poll(() => note.innerText()).toMatch(/^Conv5_FC3: .*for example.* parameters, about .*B of memory/s);
});

it('a list of layers becomes the architecture', async () => {
  await field('architecture').locator('select').selectOption({ label: 'a file (.json)…' });
  await give('architecture', 'mine.json', '{"layers": [{"op": "mean"}, {"op": "linear", "outFeatures": "outputs"}]}');
  await expect.poll(line).toContain('--architecture networks/mine.json');
  await expect.poll(() => deepText(field('architecture'))).toContain('A list of 2 layers.');
});

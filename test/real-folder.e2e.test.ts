import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AppBrowser, openBrowser } from './app-browser';
import { pytorch } from './pytorch';
import { skips } from './skips';
import { cells, filesOf, goldenStudy, openOnDisk } from './studies';

let browser: AppBrowser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** Types a line into the console of the page and waits for its end. */
async function type(page: Page, line: string): Promise<void> {
  await page.getByTestId('nav-console').click();
  const before = await page.getByTestId('console-job').count();
  await page.getByTestId('console-input').fill(line);
  await page.getByTestId('console-run').click();
  const job = page.getByTestId('console-job').nth(before);
  await expect.poll(() => job.getAttribute('data-status'), { interval: 100 }).not.toBe('running');
  expect(await job.getAttribute('data-status'), await job.innerText()).toBe('done');
}

const splitFiles = (split: number): string[] => [
  `groups/train/split-${split}/data.tsv`,
  `groups/train/split-${split}/maps.json`,
  `groups/validation/split-${split}/data.tsv`,
  `groups/validation/split-${split}/maps.json`,
  `split-${split}/best-loss/model.pth.tar`,
  `split-${split}/best-loss/training_summary.json`,
  ...['train', 'validation', 'test'].flatMap((group) =>
    ['description.log', `${group}_image_level_metrics.tsv`, `${group}_image_level_prediction.tsv`].map(
      (name) => `split-${split}/best-loss/${group}/${name}`,
    ),
  ),
  `split-${split}/training_logs/tensorboard/train/EVENTS`,
  `split-${split}/training_logs/tensorboard/validation/EVENTS`,
  `split-${split}/training_logs/training.tsv`,
];
const expectedMaps = [
  'environment.txt',
  'groups/test/data.tsv',
  'groups/test/maps.json',
  'groups/train+validation.tsv',
  'information.log',
  'journal.jsonl',
  'maps.json',
  ...splitFiles(0),
  ...splitFiles(1),
].sort();

describe('a study in a folder of the disk', () => {
  /** Left by the first test for the second. */
  let written: { readonly network: string; readonly tensor: string };

  it('is prepared, trained on and predicted, and the MAPS lies complete beside it', async () => {
    const study = goldenStudy();
    const before = filesOf(study);
    const page = await browser.open();
    await openOnDisk(page, study);
    await type(page, 'clinicadl prepare-data image caps t1-linear --extract_json image');
    await type(
      page,
      'clinicadl train classification caps image tsv/split/2_fold maps --architecture Conv4_FC3 --n_splits 2 --epochs 2 --batch_size 4 -lr 0.001 --seed 0',
    );
    await type(page, 'clinicadl predict maps test --caps_directory caps --participants_tsv tsv/split/test_baseline.tsv');
    await page.close();

    const after = filesOf(study);
    for (const [file, bytes] of before) expect(after.get(file)?.length, file).toBe(bytes.length);
    const added = [...after.keys()].filter((file) => !before.has(file));
    const maps = added.filter((file) => file.startsWith('maps/')).map((file) => file.slice('maps/'.length));
    expect(maps.map((file) => file.replace(/events\.out\.tfevents\.\d+\.\S+$/, 'EVENTS')).sort()).toEqual(expectedMaps);
    const tensors = added.filter((file) => file.endsWith('_T1w.pt'));
    expect(tensors).toHaveLength([...before.keys()].filter((file) => file.endsWith('_T1w.nii.gz')).length);
    const others = added.filter((file) => !file.startsWith('maps/') && !tensors.includes(file));
    expect(others).toEqual(['caps/tensor_extraction/image.json']);

    for (const file of maps.filter((name) => name.endsWith('.tsv'))) {
      const [header, ...rows] = cells(Buffer.from(after.get(`maps/${file}`) ?? []).toString());
      expect(rows.length, file).toBeGreaterThan(0);
      expect(new Set(rows.map((row) => row.length)), file).toEqual(new Set([header.length]));
    }
    written = { network: path.join(study, 'maps/split-1/best-loss/model.pth.tar'), tensor: path.join(study, tensors[0]) };
  });

  it('holds networks and tensors that PyTorch reads', ({ skip }) => {
    if (pytorch === undefined) return skip(skips.noPytorch);
    expect(loadWithTorch(pytorch.python, written.network)).toMatchObject({
      keys: ['epoch', 'model', 'name'],
      name: 'Conv4_FC3',
      finite: true,
      tensors: 41,
    });
    expect(loadWithTorch(pytorch.python, written.tensor)).toEqual({ shape: [1, 32, 36, 30], type: 'torch.float32' });
  });

  it('stands among the recent folders and opens again with a click', async () => {
    const study = goldenStudy();
    const first = await browser.open();
    await openOnDisk(first, study);
    await first.close();
    const page = await browser.open();
    expect(await page.getByTestId('workspace').count()).toBe(0);
    await page.getByTestId('recent').first().click();
    await page.getByTestId('workspace').getByText('study').waitFor();
    const found = await page.evaluate(() => clinicadl.workspace.list('tsv/split'));
    expect(found.map(({ name }) => name)).toContain('train.tsv');
    await page.close();
  });

  it('that is gone is told by name, and nothing is half done', async () => {
    const study = goldenStudy();
    const page = await browser.open();
    await openOnDisk(page, study);
    rmSync(study, { recursive: true });
    const outcome = await page.evaluate(() => clinicadl.run('clinicadl prepare-data image caps t1-linear'));
    expect(outcome).toMatchObject({ status: 'failed', written: [], error: { code: 'folder-gone' } });
    expect(outcome.error?.message).toContain('study');
    expect(existsSync(study)).toBe(false);
    await page.close();
  });
});

describe('a folder that may not be written', () => {
  it('is not opened when the browser refuses, and says why', async () => {
    const refusing = await openBrowser({ folders: 'refuse' });
    try {
      const study = goldenStudy();
      const before = [...filesOf(study).keys()];
      const page = await refusing.open();
      const zone = await page.getByTestId('drop-zone').boundingBox();
      if (zone === null) throw new Error('no drop zone');
      const { drop } = await import('./picker-stand-in');
      await drop(page, study, { x: zone.x + zone.width / 2, y: zone.y + 8 });
      await page
        .getByRole('alert')
        .filter({ hasText: /not allowed|permission/i })
        .waitFor();
      expect(await page.getByTestId('workspace').count()).toBe(0);
      expect([...filesOf(study).keys()]).toEqual(before);
    } finally {
      await refusing.close();
    }
  });

  it('fails a command with the way out when a script opens it all the same', async () => {
    const refusing = await openBrowser({ folders: 'refuse' });
    try {
      const study = goldenStudy();
      const page = await refusing.open();
      await page.evaluate(() => {
        document.addEventListener('drop', async (event) => {
          const handle = await event.dataTransfer?.items[0]?.getAsFileSystemHandle();
          await clinicadl.workspace.openFolder(handle as FileSystemDirectoryHandle);
        });
        document.addEventListener('dragover', (event) => event.preventDefault());
      });
      const { drop } = await import('./picker-stand-in');
      await drop(page, study, { x: 640, y: 5 });
      await page.getByTestId('workspace').waitFor();
      const outcome = await page.evaluate(() =>
        clinicadl.run('clinicadl prepare-data image caps t1-linear --extract_json image'),
      );
      expect(outcome).toMatchObject({ status: 'failed', error: { code: 'permission-withdrawn' } });
      expect(outcome.error?.hint).toMatch(/allow/i);
      expect([...filesOf(study).keys()].filter((file) => /\.pt$|image\.json$|crswap|part$/.test(file))).toEqual([]);
    } finally {
      await refusing.close();
    }
  });
});

/** What plain PyTorch finds in a file. */
function loadWithTorch(python: string, file: string): unknown {
  const program = `
import json, sys, torch
found = torch.load(sys.argv[1])
if isinstance(found, dict):
    model = found["model"]
    finite = all(bool(torch.isfinite(value).all()) for value in model.values())
    print(json.dumps({"keys": sorted(found), "name": found["name"], "finite": finite, "tensors": len(model)}))
else:
    print(json.dumps({"shape": list(found.shape), "type": str(found.dtype)}))
`;
  return JSON.parse(execFileSync(python, ['-c', program, file], { encoding: 'utf8' }));
}

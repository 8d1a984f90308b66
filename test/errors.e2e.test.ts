/**
 * @file Errors of each kind across each border of the built app (page ↔ compute worker ↔ reader workers): what arrives is what was
 * thrown. Names of classes are shortened by the build, so only here is seen what depends on them.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page, Worker } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeNifti } from '../src/formats/nifti';
import { type AppBrowser, must, openBrowser, run } from './app-browser';
import { putIntoBrowser, tinyStudy } from './studies';

let browser: AppBrowser;
let page: Page;
const folder = tinyStudy();
const participants = Array.from({ length: 12 }, (_, i) => `sub-P${String(i).padStart(3, '0')}`);
const imageOf = (participant: string): string =>
  `caps/subjects/${participant}/ses-M000/t1_linear/${participant}_ses-M000_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_T1w.nii.gz`;
const prepare = (name: string): string => `clinicadl prepare-data image caps t1-linear --extract_json ${name}`;
const train = (maps: string, more = ''): string =>
  `clinicadl train classification caps first 2_fold ${maps} --architecture Conv4_FC3 --epochs 1 --n_splits 2 --split 0 --batch_size 4 ${more}`;
const write = (file: string, bytes: Uint8Array): Promise<void> =>
  page.evaluate(
    ([name, base64]) =>
      clinicadl.workspace.write(
        name,
        Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)),
      ),
    [file, Buffer.from(bytes).toString('base64')] as const,
  );

beforeAll(async () => {
  browser = await openBrowser();
  page = await browser.open();
  await putIntoBrowser(page, folder, 'errors');
  await must(page, prepare('first'));
  await must(page, 'clinicadl tsvtools kfold labels.tsv --n_splits 2 --seed 0');
  await must(page, train('maps', '-sm loss -sm BA'));
});
afterAll(() => browser.close());

const workersOf = (kind: 'compute' | 'reader'): Worker[] => page.workers().filter((worker) => worker.url().includes(kind));

type Fault = readonly ['platform' | 'bug', string] | null;

/** Lets every reading of a file in the workers of one kind fail in this way; null mends it. */
async function failReading(kind: 'compute' | 'reader', fault: Fault): Promise<void> {
  for (const worker of workersOf(kind))
    await worker.evaluate((wanted) => {
      const kept = globalThis as { ownArrayBuffer?: () => Promise<ArrayBuffer> };
      kept.ownArrayBuffer ??= Blob.prototype.arrayBuffer;
      const own = kept.ownArrayBuffer;
      Blob.prototype.arrayBuffer = function () {
        if (wanted === null) return own.apply(this);
        const [what, name] = wanted;
        const error = what === 'platform' ? new DOMException('on purpose', name) : new RangeError('on purpose');
        return Promise.reject(error);
      };
    }, fault);
}

describe('between the page and the compute worker', () => {
  /** What a call of the script interface rejects with. */
  const rejection = (call: 'options' | 'data' | 'machine') =>
    page.evaluate(async (kind) => {
      const calls = {
        options: () => clinicadl.openMaps('maps').get_metrics('train', { split: 0 }),
        data: () => clinicadl.openMaps('nowhere').get_parameters(),
        machine: () => clinicadl.backend.use('webgpu'),
      };
      return calls[kind]().then(
        () => null,
        (error) => ({ name: error.name, kind: error.kind, code: error.code, hint: typeof error.hint }),
      );
    }, call);

  it('a data error arrives with its class, kind and way out', async () => {
    expect(await rejection('data')).toEqual({ name: 'DataError', kind: 'data', code: 'maps-missing', hint: 'string' });
  });

  it('a machine error does', async () => {
    const [worker] = workersOf('compute');
    await worker.evaluate(() => {
      GPUAdapter.prototype.requestDevice = () => Promise.reject(new DOMException('no device left', 'OperationError'));
    });
    expect(await rejection('machine')).toEqual({
      name: 'MachineError',
      kind: 'machine',
      code: 'backend-unavailable',
      hint: 'string',
    });
    expect((await page.evaluate(() => clinicadl.backend.current())).name).toBe('wasm');
  });

  it('an options error does', async () => {
    expect(await rejection('options')).toEqual({ name: 'OptionsError', kind: 'options', code: 'metric-unclear', hint: 'string' });
  });

  it('a bug keeps its name and is not the stop of the person', async () => {
    await failReading('compute', ['bug', 'RangeError']);
    const outcome = await run(page, 'clinicadl tsvtools kfold labels.tsv --n_splits 2 --seed 0');
    await failReading('compute', null);
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'bug' } });
    expect(outcome.error?.message).toMatch(/RangeError: on purpose/);
  });

  it('an AbortError that nobody asked for is a failure; one that was asked for is a stop', async () => {
    await failReading('compute', ['platform', 'AbortError']);
    const outcome = await run(page, 'clinicadl tsvtools kfold labels.tsv --n_splits 2 --seed 0');
    await failReading('compute', null);
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'browser-broke-off' } });
    const stopped = await page.evaluate(async (line) => {
      const stopper = new AbortController();
      return clinicadl.run(line, { signal: stopper.signal, onProgress: () => stopper.abort() });
    }, prepare('stopped'));
    expect(stopped.status).toBe('stopped');
  });
});

describe('between the compute worker and the reader workers', () => {
  it('data errors of several images are all named in one run, and the sound ones are prepared', async () => {
    const sound = readFileSync(path.join(folder, imageOf(participants[0])));
    const damaged: [string, Uint8Array, string][] = [
      [participants[1], sound.subarray(0, sound.length - 8), 'gzip-damaged'],
      [participants[4], new Uint8Array(0), 'file-empty'],
      [participants[7], Buffer.from('<html>'), 'file-is-other'],
    ];
    for (const [participant, bytes] of damaged) await write(imageOf(participant), bytes);
    const outcome = await run(page, prepare('damaged'));
    for (const [participant] of damaged) await write(imageOf(participant), readFileSync(path.join(folder, imageOf(participant))));
    expect(outcome.error).toMatchObject({ code: 'images-unusable', message: expect.stringContaining('3 of 12') });
    expect(outcome.issues.map(({ code, where }) => `${/sub-P\d+/.exec(where ?? '')?.[0]} ${code}`).sort()).toEqual(
      damaged.map(([participant, , code]) => `${participant} ${code}`),
    );
    expect(outcome.written).toHaveLength(9);
  });

  it('an options error ends the job with its own code', async () => {
    // The patch fits what the header says, and not what the reader then finds.
    const affine = [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => (i === j ? 1 : 0)));
    const image = writeNifti({ shape: [6, 3, 3], data: new Float32Array(54), affine, datatype: 'float32' });
    for (const worker of workersOf('reader'))
      await worker.evaluate(
        (bytes) => {
          const own = Blob.prototype.arrayBuffer;
          File.prototype.arrayBuffer = function () {
            return this.name.endsWith('.nii.gz') ? Promise.resolve(Uint8Array.from(bytes).buffer) : own.apply(this);
          };
        },
        [...image],
      );
    const line = 'clinicadl prepare-data patch caps t1-linear --save_features --patch_size 5 --extract_json large';
    const outcome = await run(page, line);
    for (const worker of workersOf('reader'))
      await worker.evaluate(() => void delete (File.prototype as { arrayBuffer?: unknown }).arrayBuffer);
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'patch-too-large' } });
  });

  it('a machine error ends the job, and is not told as damaged images', async () => {
    await failReading('reader', ['platform', 'NotAllowedError']);
    const outcome = await run(page, prepare('refused'));
    await failReading('reader', null);
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'permission-withdrawn' }, issues: [] });
  });

  it('a bug keeps its name, and the readers go on working', async () => {
    await failReading('reader', ['bug', 'RangeError']);
    const outcome = await run(page, prepare('bug'));
    await failReading('reader', null);
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'bug' } });
    expect(outcome.error?.message).toMatch(/RangeError: on purpose/);
    await must(page, prepare('after'));
  });

  it('an AbortError that a reader meets by itself is a failure', async () => {
    await failReading('reader', ['platform', 'AbortError']);
    const outcome = await run(page, prepare('aborted'));
    await failReading('reader', null);
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'browser-broke-off' } });
  });

  it('tensors that are damaged are all named before a training and a prediction', async () => {
    const tensors = [participants[2], participants[9]].map((participant) =>
      imageOf(participant).replace('t1_linear/', 'deeplearning_prepare_data/image_based/t1_linear/').replace('.nii.gz', '.pt'),
    );
    for (const tensor of tensors) await write(tensor, new Uint8Array(5));
    const predict = 'clinicadl predict maps all --caps_directory caps --participants_tsv labels.tsv --skip_leak_check';
    for (const line of [train('other'), predict]) {
      const outcome = await run(page, line);
      expect(outcome.error).toMatchObject({ code: 'tensors-unusable', message: expect.stringContaining('2 of 12') });
      const errors = outcome.issues.filter(({ severity }) => severity === 'error');
      expect(errors.map(({ where }) => `caps/${where}`).sort()).toEqual(tensors);
      expect(outcome.written).toEqual([]);
    }
  });
});

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint } from '../src/maps/weights';
import { type AppBrowser, must, openBrowser, run } from './app-browser';
import { putIntoBrowser, readFrom, tinyStudy } from './studies';

let browser: AppBrowser;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
  page = await browser.open();
});
afterAll(() => browser.close());

const trainLine = (maps: string, more = ''): string =>
  `clinicadl train classification caps image 2_fold ${maps} --architecture Conv4_FC3 --epochs 2 --n_splits 2 --split 0 --batch_size 4 ${more}`;

describe('clinicadl.workspace', () => {
  it('refuses everything but opening while no folder is open', async () => {
    const codes = await page.evaluate(async () => {
      const { workspace } = clinicadl;
      const calls = [
        workspace.list(),
        workspace.read('a'),
        workspace.write('a', 'b'),
        workspace.remove('a'),
        workspace.exportZip(),
      ];
      const ends = await Promise.allSettled(calls);
      return ends.map((end) => (end.status === 'rejected' ? end.reason.code : 'no error'));
    });
    expect(codes).toEqual(Array(5).fill('workspace-missing'));
    expect((await run(page, 'clinicadl tsvtools kfold labels.tsv')).error?.code).toBe('workspace-missing');
  });

  it('lists, reads, writes and removes by path', async () => {
    const seen = await page.evaluate(async () => {
      const { workspace } = clinicadl;
      await workspace.openPrivate('script-files');
      await workspace.write('a/text.txt', 'Zoë');
      await workspace.write('a/b/bytes.bin', new Uint8Array([0, 255, 7]));
      const top = await workspace.list();
      const inside = await workspace.list('a');
      const all = await workspace.list('', { recursive: true });
      const text = new TextDecoder().decode(await workspace.read('a/text.txt'));
      const bytes = [...(await workspace.read('a/b/bytes.bin'))];
      await workspace.remove('a/b');
      const left = await workspace.list('a');
      const missing = await workspace.read('a/b/bytes.bin').catch((error) => error.code);
      return { top, inside, all: all.map((entry) => [entry.path, entry.name, entry.kind]), text, bytes, left, missing };
    });
    expect(seen.top).toEqual([{ name: 'a', kind: 'folder', path: 'a' }]);
    expect(seen.inside).toEqual([
      { name: 'b', kind: 'folder', path: 'a/b' },
      { name: 'text.txt', kind: 'file', path: 'a/text.txt' },
    ]);
    expect(seen.all.filter(([, , kind]) => kind === 'file')).toEqual([
      ['a/b/bytes.bin', 'bytes.bin', 'file'],
      ['a/text.txt', 'text.txt', 'file'],
    ]);
    expect([seen.text, seen.bytes, seen.left.length, seen.missing]).toEqual(['Zoë', [0, 255, 7], 1, 'file-missing']);
  });

  it('takes a directory handle, and a whole folder goes out and in as a zip, packed and unpacked in workers', async () => {
    const workers: string[] = [];
    page.on('worker', (worker) => workers.push(worker.url()));
    const seen = await page.evaluate(async () => {
      const { workspace } = clinicadl;
      const root = await navigator.storage.getDirectory();
      await workspace.openFolder(await root.getDirectoryHandle('script-handle', { create: true }));
      await workspace.write('from/x/1.txt', 'one');
      await workspace.write('from/2.txt', 'two');
      const zip = await workspace.exportZip('from');
      const written = await workspace.importZip(zip, 'to');
      const paths = (await workspace.list('to', { recursive: true }))
        .filter(({ kind }) => kind === 'file')
        .map(({ path }) => path);
      return { written: [...written].sort(), paths, magic: [...zip.subarray(0, 4)] };
    });
    expect(seen.magic).toEqual([0x50, 0x4b, 3, 4]);
    expect(workers.filter((url) => /\/zip\.worker-/.test(url))).toHaveLength(2);
    expect(seen.paths).toHaveLength(2);
    expect([...seen.paths].sort()).toEqual(seen.written);
    const name = seen.paths.find((path) => path.endsWith('1.txt')) ?? '';
    expect(new TextDecoder().decode(await readFrom(page, name))).toBe('one');
  });
});

describe('clinicadl.backend', () => {
  it('tells the backend in use and why, and changes it', async () => {
    const seen = await page.evaluate(async () => {
      const { backend } = clinicadl;
      const first = await backend.current();
      const cpu = await backend.use('cpu');
      const current = await backend.current();
      const wasm = await backend.use('wasm');
      return { first, names: [cpu.name, current.name, wasm.name] };
    });
    expect(seen.first).toMatchObject({ name: 'wasm', software: true });
    expect(seen.first.reason).toMatch(/^The only WebGPU adapter is software/);
    expect(seen.names).toEqual(['cpu', 'cpu', 'wasm']);
  });
});

describe('clinicadl.run', () => {
  beforeAll(async () => {
    await putIntoBrowser(page, tinyStudy(), 'script-study');
  });

  it.each([
    ['clinicadl fly', 'command-unknown'],
    ['clinicadl train classification caps image 2_fold maps --learn 3', 'option-unknown'],
    ['clinicadl tsvtools kfold labels.tsv --n_splits none', 'option-value'],
    ['clinicadl tsvtools kfold nowhere.tsv --n_splits 2', 'file-missing'],
    ['clinicadl prepare-data image nowhere t1-linear', 'caps-missing'],
    ['clinicadl predict nowhere test', 'maps-missing'],
  ])('resolves "%s" to a failure with a way out', async (line, code) => {
    const { status, error, written, result } = await run(page, line);
    expect({ status, written, result, keys: Object.keys(error ?? {}).sort() }).toEqual({
      status: 'failed',
      written: [],
      result: null,
      keys: ['code', 'hint', 'message', 'where'],
    });
    expect(error?.code).toBe(code);
    expect(error?.hint).toMatch(/^[A-Z].{8}/);
  });

  it('tells progress, the files written and the result of a command that is done', async () => {
    await must(page, 'clinicadl tsvtools kfold labels.tsv --n_splits 2 --seed 0');
    const { outcome, progress } = await page.evaluate(async () => {
      const reports: { stage: string; done: number; total: number; unit: string }[] = [];
      const outcome = await clinicadl.run('clinicadl prepare-data image caps t1-linear --extract_json image', {
        onProgress: (report) => reports.push(report),
      });
      return { outcome, progress: reports };
    });
    expect(outcome).toMatchObject({ status: 'done', issues: [], result: { sessions: 12, tensors: 12 } });
    expect('error' in outcome).toBe(false);
    expect(outcome.written).toHaveLength(13);
    expect(outcome.written).toContain('caps/tensor_extraction/image.json');
    expect(progress.at(-1)).toMatchObject({ stage: 'extract', done: 12, total: 12, unit: 'sessions' });
  });

  it('stops by its signal, and is not failed then', async () => {
    const outcome = await page.evaluate(
      (line) => {
        const stopper = new AbortController();
        return clinicadl.run(line, { signal: stopper.signal, onProgress: () => stopper.abort() });
      },
      trainLine('maps_stopped', '--epochs 400'),
    );
    expect(outcome.status).toBe('stopped');
    expect('error' in outcome).toBe(false);
    const before = await page.evaluate(async (line) => {
      const { status } = await clinicadl.run(line, { signal: AbortSignal.abort() });
      return status;
    }, trainLine('maps_never'));
    expect(before).toBe('stopped');
  });

  it('runs one command at a time', async () => {
    const [first, second] = await page.evaluate(
      (line) => Promise.all([clinicadl.run(line), clinicadl.run('clinicadl tsvtools kfold labels.tsv')]),
      trainLine('maps'),
    );
    expect([first.status, second.status, second.error?.code]).toEqual(['done', 'failed', 'job-running']);
    expect(first.result).toMatchObject({ maps: 'maps', splits: [{ split: 0, epochs: 2 }] });
  });
});

describe('clinicadl.openMaps', () => {
  it('answers as the MapsManager of the Python API does', async () => {
    const table = 'participant_id\tsession_id\tdiagnosis\nsub-P000\tses-M000\tCN\nsub-P001\tses-M000\tAD\n';
    await page.evaluate((text) => clinicadl.workspace.write('new.tsv', text), table);
    await must(page, 'clinicadl predict maps new --caps_directory caps --participants_tsv new.tsv --skip_leak_check');
    const seen = await page.evaluate(async () => {
      const maps = clinicadl.openMaps('maps');
      const state = (await maps.get_state_dict({ split: 0, selection_metric: 'loss' })) as {
        readonly model: ReadonlyMap<string, { readonly data: Float32Array }>;
      };
      return {
        path: maps.maps_path,
        parameters: (await maps.get_parameters()) as Record<string, unknown>,
        group: (await maps.get_group_info('new')) as { readonly rows: readonly unknown[]; readonly caps_directory: string },
        bias: [...(state.model.get('fc.6.bias')?.data ?? [])],
        epoch: await maps.get_best_epoch({ split: 0, selection_metric: 'loss' }),
        prediction: (await maps.get_prediction('new')) as readonly Record<string, unknown>[],
        metrics: (await maps.get_metrics('new')) as Record<string, number>,
        nowhere: await clinicadl
          .openMaps('nowhere')
          .get_parameters()
          .catch((error) => error.code),
        untrained: await maps.get_state_dict({ split: 1 }).catch((error) => error.code),
        unknown: (await maps.predict('new', { overwrit: true })).error?.code,
        twice: (await maps.train({ split_list: [0] })).error?.code,
        predicted: (await maps.predict('new', { split_list: [0], n_proc: 0 })).status,
        output: await maps.get_model().then(async (model) => {
          const shape = model.input_size;
          const data = new Float32Array(shape.reduce((a, b) => a * b)).fill(0.5);
          return (await model.predict({ shape, data })).output;
        }),
        rest: await maps.resume(),
        again: (await maps.resume()).error?.code,
      };
    });
    expect([seen.path, seen.group.caps_directory, seen.group.rows.length]).toEqual(['maps', 'caps', 2]);
    expect(seen.parameters).toMatchObject({ architecture: 'Conv4_FC3', epochs: 2, mode: 'image', label_code: { AD: 0, CN: 1 } });
    const file = readCheckpoint(await readFrom(page, 'maps/split-0/best-loss/model.pth.tar'), 'maps');
    expect(seen.bias).toEqual([...(file.model.get('fc.6.bias')?.data ?? [])]);
    expect(seen.bias).toHaveLength(2);
    expect(seen.epoch).toBe(file.epoch);
    expect(seen.prediction).toHaveLength(2);
    expect(seen.prediction.map(({ participant_id }) => participant_id)).toEqual(['sub-P000', 'sub-P001']);
    expect(seen.metrics.BA).toBeGreaterThanOrEqual(0);
    expect([seen.nowhere, seen.untrained]).toEqual(['maps-missing', 'split-untrained']);
    expect(seen.rest.result).toMatchObject({ maps: 'maps', splits: [{ split: 1, epochs: 2 }] });
    expect(seen.again).toBe('resume-nothing');
    expect([seen.unknown, seen.twice, seen.predicted]).toEqual(['option-unknown', 'splits-exist', 'done']);
    expect(seen.output?.shape).toEqual([1, 2]);
    expect([...(seen.output?.data ?? [])].every(Number.isFinite)).toBe(true);
  });
});

describe('clinicadl.sampleStudy', () => {
  it('gives the commands of the built-in study for a difficulty', async () => {
    const lines = await page.evaluate(() => clinicadl.sampleStudy.of('hard').commands);
    expect(lines[0]).toBe('clinicadl simulate sample --difficulty hard');
    expect(lines.at(-1)).toMatch(/^clinicadl predict sample\/maps test /);
  });
});

/** @file Which kernels a training computes with where the device has several: when they are tried, and where the choice goes. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { appError } from '../src/base/errors';
import type { Progress } from '../src/base/job';
import { chooseBackend } from '../src/engine/choose-backend';
import type { ExecutorFactory, ExecutorRequest, KernelChoice, KernelTrials, TrialLimits } from '../src/engine/executor';
import { type Road, road } from './road';
import { tinyRoad, tinyTraining } from './road-study';

const rows = { 'convolution 8-16 9x2x2': ['tile8', 'tile4'], 'linear 64-50 batch 2': ['four', 'single', 'quad'] };
const chosen = { 'convolution 8-16 9x2x2': 'tile4', 'linear 64-50 batch 2': 'four' };
const standard = { 'convolution 8-16 9x2x2': 'tile8', 'linear 64-50 batch 2': 'four' };

interface Device {
  readonly trials: KernelTrials;
  /** What was asked to be tried. */
  readonly tried: { readonly request: KernelChoice | undefined; readonly limits: TrialLimits }[];
}

/** A device with several kernels. */
function device(find: (limits: TrialLimits) => Promise<void> = async () => {}, name = 'card'): Device {
  const tried: Device['tried'] = [];
  const trials: KernelTrials = {
    device: name,
    look: ({ kernels = {} }) => ({
      rows,
      unusable: Object.fromEntries(
        Object.entries(kernels).filter(([key, kernel]) => !rows[key as keyof typeof rows]?.includes(kernel)),
      ),
    }),
    run: async (request, limits) => {
      tried.push({ request: request.kernels, limits });
      await find(limits);
      const choice = { ...chosen, ...request.kernels };
      return { choice, timed: Object.keys(rows), gains: { 'convolution 8-16 9x2x2': 1.25 }, wrong: [] };
    },
  };
  return { trials, tried };
}

let createExecutor: ExecutorFactory;
let requests: ExecutorRequest[] = [];
beforeAll(async () => {
  const backend = await chooseBackend('wasm');
  createExecutor = (request) => {
    requests.push(request);
    return backend.createExecutor(request);
  };
});

let study: Road;
beforeEach(async () => {
  study = await tinyRoad();
  requests = [];
});

const run = (line: string, { trials }: Device, more: { signal?: AbortSignal; report?(progress: Progress): void } = {}) =>
  study.run(line, { ...more, trials: async () => trials, createExecutor });

/** A training that would take days, and stops by itself after two epochs. */
const long = (maps: string): string =>
  tinyTraining(maps, '--epochs 1000000000 --patience 1 --tolerance 1').replace('--epochs 2 ', '');
const information = (maps: string): Promise<string> => study.text(`${maps}/information.log`);
const kept = async (): Promise<Record<string, string>> => {
  const records = await study.kernelChoices.of(`card | ${globalThis.navigator?.userAgent ?? 'no browser'}`);
  return Object.fromEntries([...records.values()].flatMap(({ key, value }) => (key in rows ? [[key, value]] : [])));
};

describe('a long training', () => {
  it('has the kernels tried once, for three seconds, computes with those, and says so; the next one takes the same', async () => {
    const card = device();
    const first = await run(long('first'), card);
    expect(first.status, first.error?.message).toBe('done');
    expect(card.tried.map(({ request, limits }) => [request, limits.milliseconds])).toEqual([[{}, 3000]]);
    expect(requests.at(-1)!.kernels).toEqual(chosen);
    expect(first.output.join('\n')).toMatch(/2 of 2 shapes timed.*convolution 8-16 9x2x2: tile4 \(1\.25 times as fast\)/);
    expect(await kept()).toEqual(chosen);
    const model = /^- Date :[\s\S]*(?=- Kernels)/;
    const text = await information('first');
    expect(text).toMatch(/- Model :[\s\S]*\n\n- Kernels/);
    expect(text.replace(model, '')).toBe('- Kernels :\n\tconvolution 8-16 9x2x2: tile4\n\tlinear 64-50 batch 2: four\n\n');
    const second = await run(long('second'), card);
    expect(card.tried).toHaveLength(1);
    expect(requests.at(-1)!.kernels).toEqual(chosen);
    expect(second.output.join('\n')).toContain('chosen on this device before');
    expect((await information('second')).replace(model, '')).toBe(text.replace(model, ''));
  });

  it('that is stopped goes on with its own kernels, whatever was found since, with and without a state in the browser', async () => {
    for (const forgets of [false, true]) {
      const maps = `maps${forgets}`;
      const card = device();
      const stop = new AbortController();
      const report = ({ stage, done }: Progress): void => {
        if (stage === 'train split 0' && done >= 4) stop.abort();
      };
      const line = tinyTraining(maps, '--epochs 1000000000').replace('--epochs 2 ', '');
      expect((await run(line, card, { signal: stop.signal, report })).status).toBe('stopped');
      const [saved] = await study.checkpoints.list();
      expect(JSON.parse(await study.text(`${maps}/split-0/tmp/run.json`))).toMatchObject({ kernels: chosen });
      const { parts } = (await study.checkpoints.load(saved.runId))!;
      expect(JSON.parse(new TextDecoder().decode(parts['loop.json']))).toMatchObject({ kernels: chosen });
      if (forgets) await study.checkpoints.forget(saved.runId);
      const other = device(undefined, 'other card');
      const again = new AbortController();
      requests = [];
      const outcome = await run(`clinicadl train resume ${maps}`, other, {
        signal: again.signal,
        report: ({ stage }) => {
          if (stage === 'train split 0') again.abort();
        },
      });
      expect(outcome.status, outcome.error?.message).toBe('stopped');
      expect(requests.at(-1)!.kernels).toEqual(chosen);
      expect(other.tried).toEqual([]);
      await study.checkpoints.forget(saved.runId);
    }
  });

  it('says which of its kernels another device cannot use', async () => {
    const stop = new AbortController();
    const report = ({ stage, done }: Progress): void => {
      if (stage === 'train split 0' && done >= 4) stop.abort();
    };
    await run(tinyTraining('maps', '--epochs 1000000000').replace('--epochs 2 ', ''), device(), { signal: stop.signal, report });
    const poor = device();
    const look: KernelTrials['look'] = ({ kernels = {} }) => ({ rows: {}, unusable: 'tile4' in kernels ? {} : kernels });
    const again = new AbortController();
    const outcome = await run(
      'clinicadl train resume maps',
      { ...poor, trials: { ...poor.trials, look } },
      {
        signal: again.signal,
        report: ({ stage }) => {
          if (stage === 'train split 0') again.abort();
        },
      },
    );
    expect(outcome.output.join('\n')).toContain('this device cannot use tile4 (convolution 8-16 9x2x2)');
  });

  it('on a device that is lost while kernels are tried gets the standard ones, and so does every later one', async () => {
    const card = device(() => Promise.reject(appError('gpu-lost', { reason: 'unknown', message: 'driver' })));
    const outcome = await run(long('maps'), card);
    expect(outcome.status, outcome.error?.message).toBe('done');
    expect(requests.at(-1)!.kernels).toEqual(standard);
    expect(outcome.output.join('\n')).toContain('failed while they were timed');
    await run(long('other'), card);
    expect(card.tried).toHaveLength(1);
    expect(requests.at(-1)!.kernels).toEqual(standard);
  });

  it('that is stopped while kernels are tried leaves nothing behind, and the next one tries again', async () => {
    const stop = new AbortController();
    const card = device(async ({ signal }) => {
      expect(await kept()).toEqual(standard); // should the browser die of it
      stop.abort();
      signal.throwIfAborted();
    });
    expect((await run(long('maps'), card, { signal: stop.signal })).status).toBe('stopped');
    expect(await kept()).toEqual({});
    await run(long('other'), device());
    expect(requests.at(-1)!.kernels).toEqual(chosen);
  });
});

describe('a short training', () => {
  it('takes the standard kernels, before and after a long one', async () => {
    const card = device();
    await run(tinyTraining('before'), card);
    expect(card.tried).toEqual([]);
    expect(requests.at(-1)!.kernels).toEqual({});
    expect(await information('before')).not.toContain('Kernels');
    await run(long('long'), card);
    await run(tinyTraining('after'), card);
    expect(requests.at(-1)!.kernels).toEqual({});
    const model = 'split-0/best-loss/model.pth.tar';
    expect(await study.workspace.read(`after/${model}`)).toEqual(await study.workspace.read(`before/${model}`));
  });
});

it('where there is one kernel for each row nothing is chosen, kept or said', async () => {
  const outcome = await (await road(study.workspace, 'wasm', study.checkpoints)).must(tinyTraining());
  expect(outcome.output.join('\n')).not.toContain('Kernels');
  expect(await study.text('maps/information.log')).not.toContain('Kernels');
});

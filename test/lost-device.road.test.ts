/** @file Devices that fail in the middle of a command, and browsers that break something off: never taken for the person's stop. */
import { beforeEach, describe, expect, it } from 'vitest';
import { appError } from '../src/base/errors';
import type { Executor } from '../src/engine/executor';
import type { Folder } from '../src/folders/folder';
import { type Road, road } from './road';
import { contentOf } from './road-files';
import { tinyRoad, tinyTraining } from './road-study';

const lost = () => appError('gpu-lost', { reason: 'destroyed', message: 'device.destroy()' });
const full = () => appError('gpu-out-of-memory', { message: 'full' });

/** Executors whose calls of one method fail at the given counts (from 1, over all executors). */
function failing(method: 'predict' | 'accumulate', at: (call: number) => Error | undefined): (executor: Executor) => Executor {
  let calls = 0;
  return (executor) =>
    new Proxy(executor, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== 'function') return value;
        return async (...given: unknown[]) => {
          const error = key === method ? at(++calls) : undefined;
          if (error !== undefined) throw error;
          return value.apply(target, given);
        };
      },
    });
}

let study: Road;
beforeEach(async () => {
  study = await tinyRoad();
});
const group = 'clinicadl predict maps test --caps_directory caps --participants_tsv tsv/test.tsv';
const withDevice = (wrap: (executor: Executor) => Executor): Promise<Road> =>
  road(study.workspace, 'wasm', study.checkpoints, wrap);
const tables = async (folder: Folder): Promise<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(await contentOf(folder)).filter(([path]) => /maps.*\/test\/.*tsv$/.test(path)));

describe('a prediction', () => {
  beforeEach(async () => {
    await study.must(tinyTraining('maps', '--epochs 1'));
  });

  it.each([
    ['lost in its second batch', 2, lost, 1],
    ['full in its only batch', 1, full, 2],
  ])('whose device is %s begins again, and ends with the same tables', async (_, at, error, batchSize) => {
    const line = `${group} --batch_size ${batchSize}`;
    await study.must(line);
    const whole = await tables(study.workspace);
    expect(Object.keys(whole).length).toBeGreaterThan(1);
    const other = await withDevice(failing('predict', (call) => (call === at ? error() : undefined)));
    const outcome = await other.must(`${line} --overwrite`);
    expect(outcome.output.join('\n')).toMatch(error === lost ? /was lost; the prediction/ : /too little memory.* parts of 1/);
    expect(await tables(study.workspace)).toEqual(whole);
  });

  it('whose device is lost three times ends with a way out that works', async () => {
    const other = await withDevice(failing('predict', lost));
    const outcome = await other.run(group);
    expect(outcome.error).toMatchObject({ code: 'gpu-keeps-failing', hint: expect.stringContaining('--overwrite') });
    await study.must(`${group} --overwrite`);
  });
});

describe('a training', () => {
  it.each([1, 4])('whose device is lost in batch %i goes on, and ends with the same weights', async (batch) => {
    await study.must(tinyTraining('whole'));
    const other = await withDevice(failing('accumulate', (call) => (call === batch ? lost() : undefined)));
    const outcome = await other.must(tinyTraining('maps'));
    expect(outcome.output.join('\n')).toContain('was lost; the training goes on');
    const path = 'split-0/best-loss/model.pth.tar';
    const [found, expected] = [await study.workspace.read(`maps/${path}`), await study.workspace.read(`whole/${path}`)];
    expect(Buffer.compare(found, expected)).toBe(0);
  });

  it('whose device is lost three times fails by name, and is resumed as the hint says', async () => {
    const other = await withDevice(failing('accumulate', (call) => (call > 4 ? lost() : undefined)));
    const outcome = await other.run(tinyTraining());
    expect(outcome.error?.code).toBe('gpu-keeps-failing');
    const [, hinted] = /Run "(train resume [^"]+)"/.exec(outcome.error?.hint ?? '') ?? [];
    await study.must(`clinicadl ${hinted}`);
  });
});

describe('an AbortError', () => {
  const broken = () => new DOMException('the transaction was aborted', 'AbortError');

  it('that the browser raises is a failure, with its words', async () => {
    const other = await withDevice(failing('accumulate', broken));
    const outcome = await other.run(tinyTraining());
    expect(outcome.status).toBe('failed');
    expect(outcome.error).toMatchObject({
      code: 'browser-broke-off',
      message: expect.stringContaining('the transaction was aborted'),
    });
  });

  it('that comes of a signal is the stop that was asked for', async () => {
    const stop = new AbortController();
    const other = await withDevice(
      failing('accumulate', () => {
        stop.abort();
        return broken();
      }),
    );
    expect((await other.run(tinyTraining(), { signal: stop.signal })).status).toBe('stopped');
  });
});

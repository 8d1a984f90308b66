/** @file The loader over readers that answer late, out of order, or with an error. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appError } from '../base/errors';
import type { Issue } from '../base/issues';
import type { Batch } from './batch';
import { collate } from './collate';
import type { Dataset } from './dataset';
import { createLoader } from './loader';
import type { Readers, ReadSample, ReadSampleRequest } from './readers';
import { SampleCache } from './sample-cache';

const shape = [1, 1, 1, 2];

function datasetOf(size: number): Dataset {
  return {
    size,
    elementsPerImage: 1,
    sampleShape: shape,
    request: (n) =>
      ({
        participant_id: `sub-${n}`,
        session_id: 'ses-M000',
        element: n,
        elementId: 0,
        label: 1,
        path: `${n}.pt`,
      }) as ReadSampleRequest,
  };
}

type Answer = (n: number, signal: AbortSignal) => Promise<Partial<ReadSample['notes']> | undefined>;

/** Readers that count what they are asked; `answer` decides when and how. */
function fakeReaders(answer: Answer, size = 2): Readers & { asked: number[]; running: number; most: number } {
  const unused = (): never => {
    throw new Error('not asked for');
  };
  const readers = {
    size,
    asked: [] as number[],
    running: 0,
    most: 0,
    async readSample({ element, participant_id, session_id }: ReadSampleRequest, signal: AbortSignal): Promise<ReadSample> {
      readers.asked.push(element);
      readers.most = Math.max(readers.most, ++readers.running);
      try {
        const notes = await answer(element, signal);
        const data = Float32Array.of(element, -element);
        const place = { participant_id, session_id, elementId: 0, label: 1 };
        return { shape, data, ...place, notes: { nanCount: 0, constant: false, outliers: 0, ...notes } };
      } finally {
        readers.running--;
      }
    },
    extractSession: unused,
    inspectImage: unused,
    simulateSession: unused,
    generateImage: unused,
    countLost: unused,
    examineImage: unused,
    mendImage: unused,
    lookAtQuality: unused,
    dispose: () => {},
  };
  return readers;
}

const later = (ms: number): Promise<undefined> => new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
const forever = (_: number, signal: AbortSignal): Promise<undefined> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

const order = [3, 1, 4, 0, 2, 6, 5];
const free = new AbortController().signal;

async function all(batches: AsyncIterable<Batch>): Promise<Batch[]> {
  const result: Batch[] = [];
  for await (const batch of batches) result.push(batch);
  return result;
}

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
beforeEach(() => process.on('unhandledRejection', note));
afterEach(() => void process.off('unhandledRejection', note));

function loaderWith(cache: SampleCache, readers: Readers, issues: Issue[] = []): ReturnType<typeof createLoader> {
  return createLoader({ dataset: datasetOf(7), readers, cache, issue: (issue) => issues.push(issue) });
}

function loaderOf(readers: Readers, cacheBytes = 0, issues: Issue[] = []): ReturnType<typeof createLoader> {
  return loaderWith(new SampleCache(cacheBytes), readers, issues);
}

describe('loader', () => {
  it('yields in the order asked for, however late the readers answer, and keeps the smaller last batch', async () => {
    const batches = await all(loaderOf(fakeReaders((n) => later((n * 7) % 5))).batches(order, 3, free));
    expect(batches.map((batch) => batch.samples.map((sample) => sample.participant_id))).toEqual([
      ['sub-3', 'sub-1', 'sub-4'],
      ['sub-0', 'sub-2', 'sub-6'],
      ['sub-5'],
    ]);
    expect(batches.map((batch) => [...batch.data])).toEqual([
      [3, -3, 1, -1, 4, -4],
      [0, -0, 2, -2, 6, -6],
      [5, -5],
    ]);
    expect(batches[2].shape).toEqual([1, 1, 1, 2, 1]);
  });

  it('reads ahead, but never more than a batch and one sample per reader', async () => {
    const readers = fakeReaders(() => later(1), 2);
    for await (const _ of loaderOf(readers).batches(order, 2, free)) await later(5);
    expect(readers.most).toBe(4);
    expect(readers.asked).toEqual(order);
  });

  it('a consumer that stops early leaves no reading and no unhandled rejection', async () => {
    const readers = fakeReaders((n, signal) => (n === 3 || n === 1 ? later(0) : forever(n, signal)));
    for await (const batch of loaderOf(readers).batches(order, 2, free)) {
      expect(batch.samples).toHaveLength(2);
      break;
    }
    await later(10);
    expect(readers.running).toBe(0);
    expect(unhandled).toEqual([]);
  });

  it('an abort ends the reading with AbortError', async () => {
    const abort = new AbortController();
    const readers = fakeReaders(forever);
    const reading = all(loaderOf(readers).batches(order, 2, abort.signal));
    abort.abort();
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    await later(5);
    expect(readers.running).toBe(0);
    expect(unhandled).toEqual([]);
  });

  it('the first error in order reaches the consumer, later ones nobody', async () => {
    const readers = fakeReaders(async (n) => {
      await later(n === 4 ? 3 : 0);
      if (n === 4 || n === 0) throw appError('values-infinite', { file: `${n}.pt` });
      return undefined;
    });
    await expect(all(loaderOf(readers).batches(order, 2, free))).rejects.toThrow(/"4.pt"/);
    await later(5);
    expect(unhandled).toEqual([]);
  });

  it('with room for three samples the next epoch reads only the other four, and gives the same numbers', async () => {
    const readers = fakeReaders(() => later(0));
    const loader = loaderOf(readers, 3 * 8 + 7);
    const first = await all(loader.batches(order, 2, free));
    readers.asked.length = 0;
    const second = await all(loader.batches(order, 2, free));
    expect(readers.asked).toHaveLength(4);
    expect(second).toEqual(first);
  });

  it('loaders of one study share what is kept, and each tells what it noticed', async () => {
    const readers = fakeReaders(async (n) => ({ nanCount: n === 1 ? 5 : 0 }));
    const cache = new SampleCache(7 * 8);
    const told = await Promise.all(
      [1, 2].map(async () => {
        const issues: Issue[] = [];
        await all(loaderWith(cache, readers, issues).batches(order, 2, free));
        return issues.map(({ where }) => where);
      }),
    );
    expect(told).toEqual([['sub-1 | ses-M000'], ['sub-1 | ses-M000']]);
    readers.asked.length = 0;
    await all(loaderWith(cache, readers).batches(order, 2, free));
    expect(readers.asked).toEqual([]);
  });

  it('says that all is being read while the last batches are still to be computed, and the next pass may begin', async () => {
    const readers = fakeReaders(() => later(0));
    const loader = loaderOf(readers);
    let computed = 0;
    const saidAfter: number[] = [];
    const allAsked = (): void => {
      saidAfter.push(computed);
      loader.ahead([5, 2], free);
    };
    for await (const _ of loader.batches(order, 2, free, allAsked)) computed++;
    expect(saidAfter).toHaveLength(1);
    expect(saidAfter[0]).toBeLessThan(3);
    expect(readers.asked).toEqual([...order, 5, 2]);
    const next = await all(loader.batches([5, 2, 0], 2, free));
    expect(next.map(({ data }) => [...data])).toEqual([
      [5, -5, 2, -2],
      [0, -0],
    ]);
    expect(readers.asked).toEqual([...order, 5, 2, 0]);
  });

  it('an error in what was read early reaches the pass that reads it, and otherwise nobody', async () => {
    const readers = fakeReaders(async (n) => {
      if (n === 4) throw appError('values-infinite', { file: `${n}.pt` });
      return undefined;
    });
    const loader = loaderOf(readers);
    loader.ahead([4], free);
    await later(2);
    expect(unhandled).toEqual([]);
    await expect(all(loader.batches([4], 1, free))).rejects.toThrow(/"4.pt"/);
  });

  it('a session is reported once for each kind of trouble', async () => {
    const issues: Issue[] = [];
    const readers = fakeReaders(async (n) => ({ nanCount: n === 1 ? 5 : 0, constant: n === 4 }));
    const loader = loaderOf(readers, 0, issues);
    await all(loader.batches(order, 2, free));
    await all(loader.batches(order, 2, free));
    expect(issues.map(({ code, where }) => [code, where])).toEqual([
      ['nan-replaced', 'sub-1 | ses-M000'],
      ['element-constant', 'sub-4 | ses-M000'],
    ]);
  });

  it('nothing is read for an empty order', async () => {
    expect(await all(loaderOf(fakeReaders(forever)).batches([], 2, free))).toEqual([]);
  });
});

describe('collate', () => {
  const sample = (data: number[], sampleShape: number[]): Parameters<typeof collate>[0][number] => ({
    shape: sampleShape,
    data: Float32Array.from(data),
    participant_id: 'sub-1',
    session_id: 'ses-1',
    elementId: 0,
    label: 0,
  });

  it('channels become the last axis', () => {
    const batch = collate([sample([1, 2, 3, 4, 5, 6], [3, 1, 2]), sample([7, 8, 9, 10, 11, 12], [3, 1, 2])]);
    expect(batch.shape).toEqual([2, 1, 2, 3]);
    expect([...batch.data]).toEqual([1, 3, 5, 2, 4, 6, 7, 9, 11, 8, 10, 12]);
  });

  it('samples of other shapes are refused with both shapes', () => {
    expect(() => collate([sample([1, 2], [1, 1, 2]), sample([1, 2], [1, 2, 1])])).toThrow(/1 × 2 × 1.*1 × 1 × 2/);
  });
});

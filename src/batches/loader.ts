/** @file Samples asked for ahead of time, handed out in order, and kept when there is room, since every epoch reads the same files. */
import { type Issue, makeIssue } from '../base/issues';
import { sessionText } from '../caps/entities';
import type { Batch, Loader, Sample } from './batch';
import { collate } from './collate';
import type { Dataset } from './dataset';
import type { Readers, ReadSample } from './readers';
import type { SampleCache } from './sample-cache';

export interface LoaderRequest {
  readonly dataset: Dataset;
  readonly readers: Readers;
  /** Of the study: samples for which it has no room are read again each time. */
  readonly cache: SampleCache;
  /** What has been told: loaders over the same images share it. */
  readonly told?: Set<string>;
  /** Told once per session of replaced NaN (`nan-replaced`), elements of one value (`element-constant`) and `outliers`. */
  issue(issue: Issue): void;
}

/**
 * A loader over a data set. It reads ahead one batch and one sample per reader. When the consumer stops early, what is still being
 * read is aborted and its end is awaited by nobody: nothing is left to reject unseen.
 */
export function createLoader({ dataset, readers, cache, told = new Set(), issue }: LoaderRequest): Loader {
  /** Being read for the pass that comes next. */
  const early = new Map<number, Promise<ReadSample>>();

  const tellOnce = (
    code: 'nan-replaced' | 'element-constant' | 'outliers',
    sample: Sample,
    values: { count: number; file: string },
  ): void => {
    const where = sessionText(sample);
    if (told.has(`${code} ${where}`)) return;
    told.add(`${code} ${where}`);
    issue(makeIssue(code, values, where));
  };

  const decode = async (n: number, signal: AbortSignal): Promise<ReadSample> => {
    const request = dataset.request(n);
    const { participant_id, session_id, elementId, label } = request;
    const kept = cache.get(request);
    if (kept !== undefined) return { ...kept, participant_id, session_id, elementId, label };
    const sample = await readers.readSample(request, signal);
    cache.add(request, sample);
    return sample;
  };

  const read = async (n: number, signal: AbortSignal): Promise<Sample> => {
    const begun = early.get(n);
    early.delete(n);
    const { notes, ...sample } = await (begun ?? decode(n, signal));
    const { path: file, elementId } = dataset.request(n);
    if (notes.nanCount > 0) tellOnce('nan-replaced', sample, { count: notes.nanCount, file });
    if (notes.outliers > 0) tellOnce('outliers', sample, { count: notes.outliers, file });
    if (notes.constant) tellOnce('element-constant', sample, { count: elementId, file });
    return sample;
  };

  const ahead = (samples: readonly number[], signal: AbortSignal): void => {
    early.clear();
    for (const n of new Set(samples)) {
      const sample = decode(n, signal);
      sample.catch(() => {}); // seen by whoever reads it; by nobody if that pass does not come
      early.set(n, sample);
    }
  };

  async function* batches(
    order: readonly number[],
    batchSize: number,
    signal: AbortSignal,
    allAsked: () => void = () => {},
  ): AsyncGenerator<Batch, void, void> {
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    const pending: Promise<Sample>[] = [];
    let next = 0;
    const askAhead = (): void => {
      while (next < order.length && pending.length < batchSize + readers.size) {
        const sample = read(order[next++], either);
        sample.catch(() => {}); // seen by whoever awaits it; after an early end by nobody
        pending.push(sample);
        if (next === order.length) allAsked();
      }
    };
    try {
      for (let start = 0; start < order.length; start += batchSize) {
        const samples: Sample[] = [];
        while (samples.length < Math.min(batchSize, order.length - start)) {
          signal.throwIfAborted();
          askAhead();
          samples.push(await pending.shift()!);
        }
        askAhead();
        signal.throwIfAborted();
        yield collate(samples);
      }
    } finally {
      stop.abort();
    }
  }

  return { size: dataset.size, batches, ahead };
}

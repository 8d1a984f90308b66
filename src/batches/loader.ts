/** @file Samples asked for ahead of time, handed out in order, and kept when there is room, since every epoch reads the same files. */
import { type Issue, makeIssue } from '../base/issues';
import { product } from '../base/shape';
import { sessionText } from '../caps/entities';
import type { Batch, Loader, Sample } from './batch';
import { collate } from './collate';
import type { Dataset } from './dataset';
import type { Readers } from './readers';

export interface LoaderRequest {
  readonly dataset: Dataset;
  readonly readers: Readers;
  /** Samples are kept in memory until they fill this many bytes; those read later are read again each time. 0: none is kept. */
  readonly cacheBytes: number;
  /** Told once per session of replaced NaN (`nan-replaced`), elements of one value (`element-constant`) and `outliers`. */
  issue(issue: Issue): void;
}

/**
 * A loader over a data set. It reads ahead one batch and one sample per reader. When the consumer stops early, what is still being
 * read is aborted and its end is awaited by nobody: nothing is left to reject unseen.
 */
export function createLoader({ dataset, readers, cacheBytes, issue }: LoaderRequest): Loader {
  const cache = new Map<number, Sample>();
  const cacheSlots = Math.floor(cacheBytes / (product(dataset.sampleShape) * Float32Array.BYTES_PER_ELEMENT));
  const told = new Set<string>();

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

  const read = async (n: number, signal: AbortSignal): Promise<Sample> => {
    const kept = cache.get(n);
    if (kept !== undefined) return kept;
    const request = dataset.request(n);
    const { notes, ...sample } = await readers.readSample(request, signal);
    if (notes.nanCount > 0) tellOnce('nan-replaced', sample, { count: notes.nanCount, file: request.path });
    if (notes.outliers > 0) tellOnce('outliers', sample, { count: notes.outliers, file: request.path });
    if (notes.constant) tellOnce('element-constant', sample, { count: request.elementId, file: request.path });
    if (cache.size < cacheSlots) cache.set(n, sample);
    return sample;
  };

  async function* batches(order: readonly number[], batchSize: number, signal: AbortSignal): AsyncGenerator<Batch, void, void> {
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    const pending: Promise<Sample>[] = [];
    let next = 0;
    const askAhead = (): void => {
      while (next < order.length && pending.length < batchSize + readers.size) {
        const sample = read(order[next++], either);
        sample.catch(() => {}); // seen by whoever awaits it; after an early end by nobody
        pending.push(sample);
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

  return { size: dataset.size, batches };
}

/** @file A reader that dies takes its own calls with it, not those that come later. */
import { afterEach, expect, it, vi } from 'vitest';
import { inlineReaders } from '../batches/inline-readers';
import { readerPool } from './reader-pool';

class DyingWorker extends EventTarget {
  static made = 0;
  static terminated = 0;
  constructor() {
    super();
    DyingWorker.made++;
  }
  postMessage(): void {
    queueMicrotask(() => this.dispatchEvent(Object.assign(new Event('error'), { message: 'out of memory' })));
  }
  terminate(): void {
    DyingWorker.terminated++;
  }
}
afterEach(() => vi.unstubAllGlobals());

it('is replaced at the next call', async () => {
  vi.stubGlobal('Worker', DyingWorker);
  vi.stubGlobal('location', new URL('http://localhost/'));
  const pool = readerPool('/reader.js', 1, inlineReaders());
  const caps = { kind: 'handle', handle: {} as FileSystemDirectoryHandle, path: '' } as const;
  const look = (): Promise<unknown> => pool.inspectImage({ caps, path: 'a.nii' }, new AbortController().signal);
  for (let call = 1; call <= 3; call++) {
    await expect(look()).rejects.toThrow('out of memory');
    expect([DyingWorker.made, DyingWorker.terminated]).toEqual([call, call]);
  }
});

/** @file The reading side as a pool of workers; each call goes to the reader with the fewest calls under way. */
import * as Comlink from 'comlink';
import { appError } from '../base/errors';
import type { FolderAddress, Readers } from '../batches/readers';
import { sourceOf } from '../folders/source';
import { installWire } from './wire';
import { startWorker } from './worker-url';

type RemoteReaders = Comlink.Remote<Omit<Readers, 'size' | 'dispose'>>;

interface Slot {
  readonly worker: Worker;
  readonly remote: RemoteReaders;
  /** Rejects when the worker dies. */
  readonly died: Promise<never>;
  busy: number;
}

function startSlot(address: string, i: number): Slot {
  const worker = startWorker(address, `reader-${i}`);
  const died = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => reject(new Error(`reader worker: ${event.message}`)));
  });
  died.catch(() => {}); // raced with each call; without a call nobody needs it
  return { worker, remote: Comlink.wrap(worker) as RemoteReaders, died, busy: 0 };
}

/** Folders cannot be posted; what opens them again can. Throws `folder-not-shareable` for a folder in memory. */
function sendable<R extends { readonly caps: FolderAddress }>(request: R): R {
  if ('kind' in request.caps) return request;
  const source = sourceOf(request.caps);
  if (source === undefined) throw appError('folder-not-shareable', { folder: request.caps.name });
  return { ...request, caps: source };
}

/** @param address of the worker entry, as Vite gives it. */
export function readerPool(address: string, size: number): Readers {
  installWire();
  const slots: Slot[] = [];
  const take = (): Slot => {
    if (slots.length < size && slots.every((slot) => slot.busy > 0)) slots.push(startSlot(address, slots.length));
    return slots.reduce((best, slot) => (slot.busy < best.busy ? slot : best));
  };
  const call = async <T>(work: (remote: RemoteReaders) => Promise<T>): Promise<T> => {
    const slot = take();
    slot.busy++;
    try {
      return await Promise.race([work(slot.remote), slot.died]);
    } finally {
      slot.busy--;
    }
  };
  return {
    size,
    extractSession: (request, signal) => call(async (remote) => remote.extractSession(sendable(request), signal)),
    simulateSession: (request, signal) => call(async (remote) => remote.simulateSession(sendable(request), signal)),
    readSample: (request, signal) => call(async (remote) => remote.readSample(sendable(request), signal)),
    inspectImage: (request, signal) => call(async (remote) => remote.inspectImage(sendable(request), signal)),
    dispose: () => {
      for (const slot of slots.splice(0)) slot.worker.terminate();
    },
  };
}

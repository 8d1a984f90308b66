/** @file The reading side as a pool of workers; each call goes to the reader with the fewest calls under way. */
import * as Comlink from 'comlink';
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
  /** A reader that died takes its calls with it; the next call starts another. */
  dead: boolean;
}

function startSlot(address: string, i: number): Slot {
  const worker = startWorker(address, `reader-${i}`);
  let die: (reason: Error) => void = () => {};
  const died = new Promise<never>((_, reject) => {
    die = reject;
  });
  died.catch(() => {}); // raced with each call; without a call nobody needs it
  const slot: Slot = { worker, remote: Comlink.wrap(worker) as RemoteReaders, died, busy: 0, dead: false };
  worker.addEventListener('error', (event) => {
    slot.dead = true;
    worker.terminate();
    die(new Error(`reader worker: ${event.message}`));
  });
  return slot;
}

interface Addressed {
  readonly caps: FolderAddress;
  readonly images?: FolderAddress;
}

/** Folders cannot be posted; what opens them again can. Undefined for a folder in memory. */
function sendable<R extends Addressed>(request: R): R | undefined {
  const caps = sendableAddress(request.caps);
  const images = request.images && sendableAddress(request.images);
  if (caps === undefined || (images === undefined && request.images !== undefined)) return undefined;
  return { ...request, caps, ...(images === undefined ? {} : { images }) };
}

function sendableAddress(address: FolderAddress): FolderAddress | undefined {
  if ('kind' in address) return address.kind === 'handle' ? address : undefined;
  return sourceOf(address);
}

/**
 * @param address of the worker entry, as Vite gives it.
 * @param here reads, in this thread, what the workers cannot open: folders in memory.
 */
export function readerPool(address: string, size: number, here: Readers): Readers {
  installWire();
  const slots: Slot[] = [];
  const take = (): Slot => {
    for (const slot of slots.filter(({ dead }) => dead)) slots.splice(slots.indexOf(slot), 1);
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
  const either = <N extends Exclude<keyof Readers, 'size' | 'dispose'>>(name: N): Readers[N] => {
    type Call = (request: Addressed, signal: AbortSignal) => Promise<unknown>;
    const way: Call = (request, signal) => {
      const sent = sendable(request);
      if (sent === undefined) return (here[name] as Call)(request, signal);
      return call((remote) => (remote[name] as unknown as Call)(sent, signal));
    };
    return way as unknown as Readers[N];
  };
  return {
    size,
    extractSession: either('extractSession'),
    simulateSession: either('simulateSession'),
    generateImage: either('generateImage'),
    countLost: either('countLost'),
    lookAtQuality: either('lookAtQuality'),
    readSample: either('readSample'),
    examineImage: either('examineImage'),
    mendImage: either('mendImage'),
    inspectImage: either('inspectImage'),
    dispose: () => {
      here.dispose();
      for (const slot of slots.splice(0)) slot.worker.terminate();
    },
  };
}

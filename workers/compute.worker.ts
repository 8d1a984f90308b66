/** @file The compute worker: owns the GPU, runs jobs, writes MAPS and checkpoints. */
import * as Comlink from 'comlink';
import { inlineReaders } from '../src/batches/inline-readers';
import { browserCrew } from '../src/bridge/browser-crew';
import { readerPool } from '../src/bridge/reader-pool';
import { installWire } from '../src/bridge/wire';
import { browserKernelChoices } from '../src/checkpoints/kernel-choices';
import { browserCheckpoints } from '../src/checkpoints/store';
import { computeService } from '../src/jobs/compute-service';
import helperUrl from './helper.worker.ts?worker&url';
import readerUrl from './reader.worker.ts?worker&url';

installWire();
addEventListener('unhandledrejection', (event) => reportError(event.reason));

async function asset(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(new URL(path, appRoot));
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Worker files lie in `assets/` of the built app; in development at the root. */
const appRoot = new URL(import.meta.env.DEV ? '/' : '../', self.location.href);

Comlink.expose(
  computeService({
    readers: readerPool(readerUrl, Math.min(4, Math.max(2, navigator.hardwareConcurrency - 1)), inlineReaders()),
    checkpoints: browserCheckpoints(),
    kernelChoices: browserKernelChoices(),
    crew: browserCrew(helperUrl),
    asset,
  }),
);

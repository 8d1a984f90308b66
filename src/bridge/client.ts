/**
 * @file The page's side of the compute worker: starts it when first needed, ends it when a job does not stop in time, replaces it
 * after a crash.
 */
import * as Comlink from 'comlink';
import type { SavedRun } from '../checkpoints/store';
import type { BackendInfo } from '../engine/executor';
import type { FolderSource } from '../folders/source';
import type { KeptKernels } from '../jobs/choose-kernels';
import type { UnwrittenFile } from '../jobs/held-writes';
import type { QueryName, QueryRequest, QueryResult } from '../jobs/queries';
import type { CommandOutcome } from '../options/outcome';
import type { BackendChoice, ComputeApi, RunEvents, RunRequest } from './compute-api';
import { installWire } from './wire';
import { startWorker } from './worker-url';

/** A job that has not stopped by then is ended with its worker; what is on disk is valid at any moment. */
const STOP_LIMIT_MS = 1500;
/**
 * So is one whose worker does not even answer for so long: it computes without a pause and will not hear of the stop before it is
 * through, which may take many seconds. It writes nothing meanwhile.
 */
const SILENCE_LIMIT_MS = 300;
/** From an answer to the next question. */
const ASK_AGAIN_MS = 20;

interface Running {
  readonly worker: Worker;
  readonly remote: Comlink.Remote<ComputeApi>;
  /** Rejects when the worker crashes or is ended: comlink's own calls would hang for ever. */
  readonly ended: Promise<never>;
  end(reason: Error): void;
}

export class ComputeClient {
  readonly #address: string;
  #running: Running | undefined;
  #backend: BackendChoice = 'auto';
  #gentle = false;

  /** @param address of the worker entry, as Vite gives it. */
  constructor(address: string) {
    this.#address = address;
    installWire();
  }

  async run(request: RunRequest, workspace: FolderSource, signal: AbortSignal, events: RunEvents): Promise<CommandOutcome> {
    const running = this.#start();
    const over = new AbortController();
    let holding = false;
    const heard: RunEvents = {
      ...events,
      trouble: (trouble) => {
        holding = trouble !== null;
        events.trouble(trouble);
      },
    };
    // Sent before the stop is watched, so that a stop is told to the job first.
    const outcome = running.remote.run(request, workspace, signal, Comlink.proxy(heard));
    const limitStop = (): void => void this.#limitStop(running, over.signal, () => holding);
    if (signal.aborted) limitStop();
    else signal.addEventListener('abort', limitStop, { once: true });
    try {
      return await Promise.race([outcome, running.ended]);
    } catch (error) {
      if (signal.aborted) return stoppedOutcome;
      throw error;
    } finally {
      over.abort();
      signal.removeEventListener('abort', limitStop);
    }
  }

  /** Ends the worker when it is silent, or has not stopped at the limit, unless the command is over before. */
  async #limitStop(running: Running, over: AbortSignal, holding: () => boolean): Promise<void> {
    const stop = (): void => {
      if (!over.aborted) this.#end(running, new DOMException('Stopped', 'AbortError'));
    };
    const limit = setTimeout(stop, STOP_LIMIT_MS);
    over.addEventListener('abort', () => clearTimeout(limit), { once: true });
    while (!over.aborted) {
      // With trouble on the disk, the worker may hold the only copy of a file: it is given time to write it.
      const silence = setTimeout(() => (holding() ? undefined : stop()), SILENCE_LIMIT_MS);
      await Promise.race([running.remote.answer(), running.ended]).catch(() => {});
      clearTimeout(silence);
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    }
  }

  async query<N extends QueryName>(
    name: N,
    request: QueryRequest<N>,
    workspace: FolderSource,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<QueryResult<N>> {
    const running = this.#start();
    const call = running.remote.query as unknown as ComputeApi['query'];
    return Promise.race([call(name, request, workspace, signal), running.ended]);
  }

  /** Changes the backend, or tells which is in use. Rejects with `backend-unavailable`; the choice before stays then. */
  async backend(choice?: BackendChoice): Promise<BackendInfo> {
    const running = this.#start();
    const info = await Promise.race([running.remote.backend(choice ?? null), running.ended]);
    if (choice !== undefined) this.#backend = choice;
    return info;
  }

  /** Work that rests half of the time, with half of the threads. */
  get gentle(): boolean {
    return this.#gentle;
  }

  setGentle(wanted: boolean): void {
    this.#gentle = wanted;
    this.#running?.remote.gentle(wanted).catch(() => {});
  }

  /** What the person asked for; `auto` while the page chooses. */
  get chosenBackend(): BackendChoice {
    return this.#backend;
  }

  /** The backend that a command has opened; null when none has. Starts nothing. */
  async openedBackend(): Promise<BackendInfo | null> {
    const running = this.#running;
    if (running === undefined) return null;
    return Promise.race([running.remote.openedBackend(), running.ended]);
  }

  /** Kernels that were chosen on the open graphics device; null when none is open. Starts nothing. */
  async keptKernels(): Promise<KeptKernels | null> {
    const running = this.#running;
    if (running === undefined) return null;
    return Promise.race([running.remote.keptKernels(), running.ended]);
  }

  /** The next long training tries the kernels of the open graphics device again. */
  async forgetKernels(): Promise<void> {
    const running = this.#running;
    if (running !== undefined) await Promise.race([running.remote.forgetKernels(), running.ended]);
  }

  async again(): Promise<void> {
    await this.#running?.remote.again();
  }

  async unwritten(): Promise<readonly UnwrittenFile[]> {
    const running = this.#start();
    return Promise.race([running.remote.unwritten(), running.ended]);
  }

  async resumable(): Promise<readonly SavedRun[]> {
    const running = this.#start();
    return Promise.race([running.remote.resumable(), running.ended]);
  }

  async forget(id: string): Promise<void> {
    const running = this.#start();
    return Promise.race([running.remote.forget(id), running.ended]);
  }

  #start(): Running {
    if (this.#running !== undefined) return this.#running;
    const worker = startWorker(this.#address, 'compute');
    let end: (reason: Error) => void = () => {};
    const ended = new Promise<never>((_, reject) => {
      end = reject;
    });
    ended.catch(() => {}); // raced with each call; between calls nobody needs it
    const running: Running = { worker, remote: Comlink.wrap<ComputeApi>(worker), ended, end };
    worker.addEventListener('error', (event) => this.#end(running, new Error(`The compute worker failed: ${event.message}`)));
    this.#running = running;
    // A new worker is told the person's choice; when it cannot be had any more, the worker takes the best it finds.
    if (this.#gentle) running.remote.gentle(true).catch(() => {});
    if (this.#backend !== 'auto') running.remote.backend(this.#backend).catch(() => {});
    return running;
  }

  #end(running: Running, reason: Error): void {
    if (this.#running === running) this.#running = undefined;
    running.worker.terminate();
    running.end(reason);
  }
}

const stoppedOutcome: CommandOutcome = { status: 'stopped', issues: [], written: [], result: null, output: [] };

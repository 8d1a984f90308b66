/**
 * @file The page's side of the compute worker: starts it when first needed, ends it when a job does not stop in time, replaces it
 * after a crash.
 */
import * as Comlink from 'comlink';
import type { SavedRun } from '../checkpoints/store';
import type { FolderSource } from '../folders/source';
import type { UnwrittenFile } from '../jobs/held-writes';
import type { QueryName, QueryRequest, QueryResult } from '../jobs/queries';
import type { BackendInfo } from '../networks/executor';
import type { CommandOutcome } from '../options/outcome';
import type { BackendChoice, ComputeApi, RunEvents, RunRequest } from './compute-api';
import { installWire } from './wire';
import { startWorker } from './worker-url';

/** A job that has not stopped by then is ended with its worker; what is on disk is valid at any moment. */
const STOP_LIMIT_MS = 2000;

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

  /** @param address of the worker entry, as Vite gives it. */
  constructor(address: string) {
    this.#address = address;
    installWire();
  }

  async run(request: RunRequest, workspace: FolderSource, signal: AbortSignal, events: RunEvents): Promise<CommandOutcome> {
    const running = this.#start();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const limitStop = (): void => {
      timer = setTimeout(() => this.#end(running, new DOMException('Stopped', 'AbortError')), STOP_LIMIT_MS);
    };
    signal.addEventListener('abort', limitStop, { once: true });
    try {
      return await Promise.race([running.remote.run(request, workspace, signal, Comlink.proxy(events)), running.ended]);
    } catch (error) {
      if (signal.aborted) return stoppedOutcome;
      throw error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', limitStop);
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

  async backend(choice?: BackendChoice): Promise<BackendInfo> {
    if (choice !== undefined) this.#backend = choice;
    const running = this.#start();
    return Promise.race([running.remote.backend(this.#backend), running.ended]);
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
    if (this.#backend !== 'auto') void running.remote.backend(this.#backend);
    return running;
  }

  #end(running: Running, reason: Error): void {
    if (this.#running === running) this.#running = undefined;
    running.worker.terminate();
    running.end(reason);
  }
}

const stoppedOutcome: CommandOutcome = { status: 'stopped', issues: [], written: [], result: null, output: [] };

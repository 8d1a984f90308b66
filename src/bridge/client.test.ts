/** @file How a command that is stopped ends: by itself when its worker listens, with its worker when that computes without a pause. */
import * as Comlink from 'comlink';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { FolderSource } from '../folders/source';
import type { CommandOutcome } from '../options/outcome';
import { ComputeClient } from './client';
import type { ComputeApi, RunEvents, RunRequest } from './compute-api';

/** Stands for the worker: what it is sent goes to `api`, unless it is busy. */
let api: Pick<ComputeApi, 'run' | 'answer'>;
let busy = false;
let workers: { terminated: boolean }[] = [];

class FakeWorker extends EventTarget {
  terminated = false;
  readonly #near: MessagePort;
  constructor() {
    super();
    const { port1, port2 } = new MessageChannel();
    this.#near = port1;
    port1.onmessage = ({ data }) => this.dispatchEvent(new MessageEvent('message', { data }));
    Comlink.expose(api, port2 as unknown as Comlink.Endpoint);
    workers.push(this);
  }
  postMessage(message: unknown, transfer: Transferable[] = []): void {
    const { path } = message as { readonly path?: readonly string[] };
    if (busy && path?.[0] === 'answer') return;
    this.#near.postMessage(message, transfer as never);
  }
  terminate(): void {
    this.terminated = true;
    this.#near.close();
  }
}

const request: RunRequest = { line: 'x', attended: true };
const workspace = {} as FolderSource;
const events: RunEvents = { report: () => {}, issue: () => {}, log: () => {}, trouble: () => {} };
const stopped: CommandOutcome = { status: 'stopped', issues: [], written: [], result: null, output: ['by itself'] };
/** Lets messages cross; time itself stands still. */
const cross = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
};

beforeEach(() => {
  vi.stubGlobal('Worker', FakeWorker);
  vi.stubGlobal('location', new URL('http://localhost/'));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  workers = [];
  busy = false;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function start(run: ComputeApi['run']) {
  api = { run, answer: async () => {} };
  const stop = new AbortController();
  const running = new ComputeClient('/compute.js').run(request, workspace, stop.signal, events);
  return { stop, running };
}
const never: ComputeApi['run'] = () => new Promise(() => {});

it('a worker that computes without a pause is ended at the first silence', async () => {
  const { stop, running } = start(never);
  await cross();
  busy = true;
  stop.abort();
  await vi.advanceTimersByTimeAsync(400);
  expect(await running).toMatchObject({ status: 'stopped', output: [] });
  expect(workers.map(({ terminated }) => terminated)).toEqual([true]);
});

it('a silent worker that may hold the only copy of a file is given time', async () => {
  const { stop, running } = start(async (_request, _workspace, _signal, { trouble }) => {
    trouble({} as never);
    return new Promise(() => {});
  });
  await cross();
  busy = true;
  stop.abort();
  await vi.advanceTimersByTimeAsync(1000);
  expect(workers[0].terminated).toBe(false);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await running).toMatchObject({ status: 'stopped' });
  expect(workers[0].terminated).toBe(true);
});

it('a worker that answers is given time to stop by itself, and lives on', async () => {
  const { stop, running } = start(
    (_request, _workspace, signal) =>
      new Promise((resolve) => signal.addEventListener('abort', () => setTimeout(() => resolve(stopped), 1000))),
  );
  await cross();
  stop.abort();
  for (let ms = 0; ms < 1100; ms += 20) {
    await cross();
    await vi.advanceTimersByTimeAsync(20);
  }
  expect(await running).toMatchObject({ output: ['by itself'] });
  expect(workers.map(({ terminated }) => terminated)).toEqual([false]);
});

it('but not for ever', async () => {
  const { stop, running } = start(never);
  await cross();
  stop.abort();
  for (let ms = 0; ms < 1600; ms += 20) {
    await cross();
    await vi.advanceTimersByTimeAsync(20);
  }
  expect(await running).toMatchObject({ status: 'stopped', output: [] });
  expect(workers.map(({ terminated }) => terminated)).toEqual([true]);
});

it('no question is asked once the command is over', async () => {
  let answers = 0;
  api = { run: async () => stopped, answer: async () => void answers++ };
  const stop = new AbortController();
  await new ComputeClient('/compute.js').run(request, workspace, stop.signal, events);
  stop.abort();
  await vi.advanceTimersByTimeAsync(2000);
  await cross();
  expect([answers, workers[0].terminated]).toEqual([0, false]);
});

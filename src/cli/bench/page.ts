/** @file The benchmark in a page that `browser.ts` serves and watches: what a page cannot do, Node does for it. */
import { alone } from '../../wasm/crew';
import type { PytorchRequest, PytorchSession, PytorchStep } from './host';
import { type BenchOptions, bench } from './main';
import type { Machine, Report } from './report';

/** What Node told of an open session. */
export interface SessionFacts extends Pick<PytorchSession, 'version' | 'device' | 'threads'> {
  readonly id: number;
}

declare global {
  /** Given by Node. */
  var benchPrint: (line: string) => Promise<void>;
  var benchMachine: () => Promise<Machine>;
  var benchOpenPytorch: (request: PytorchRequest) => Promise<SessionFacts | string>;
  var benchStepPytorch: (id: number) => Promise<PytorchStep>;
  var benchClosePytorch: (id: number) => Promise<void>;
  /** Called by Node. */
  var runBench: (options: BenchOptions) => Promise<Report | null>;
}

async function openPytorch(request: PytorchRequest): Promise<PytorchSession | string> {
  const facts = await benchOpenPytorch(request);
  if (typeof facts === 'string') return facts;
  return { ...facts, step: () => benchStepPytorch(facts.id), close: () => benchClosePytorch(facts.id) };
}

globalThis.runBench = (options) =>
  bench({ print: (line) => void benchPrint(line), machine: () => benchMachine(), openPytorch, crew: () => alone }, options);

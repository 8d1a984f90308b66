/** @file What the benchmark needs from where it runs, Node or a page that Node watches; besides `navigator.gpu`. */
import type { Crew } from '../../wasm/crew';
import type { NetworkCase } from './networks';
import type { Machine } from './report';

/** Which PyTorch, doing what. */
export interface PytorchRequest {
  readonly network: NetworkCase;
  readonly device: 'cpu' | 'cuda';
  /** Absent: as many as PyTorch takes by itself. */
  readonly threads?: number;
}

export interface PytorchStep {
  /** Before the step's update. */
  readonly loss: number;
  /** By Python's own clock, until the device has finished. */
  readonly ms: number;
}

/** A Python process that holds the network of the request, with our initial weights and our input. */
export interface PytorchSession {
  readonly version: string;
  /** `cpu`, or what the graphics card calls itself. */
  readonly device: string;
  readonly threads: number;
  /** One training step: forward, loss, backward, Adam. */
  step(): Promise<PytorchStep>;
  close(): Promise<void>;
}

export interface BenchHost {
  print(line: string): void;
  machine(): Promise<Machine>;
  /** Threads for the WebAssembly kernels: so many, or one where the main thread of a page may not wait for others. */
  crew(threads: number): Crew;
  /** Resolves to a sentence that says why there is none: no PyTorch, no CUDA. Rejects when it starts and then fails. */
  openPytorch(request: PytorchRequest): Promise<PytorchSession | string>;
}

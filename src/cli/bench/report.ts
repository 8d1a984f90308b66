/** @file What a run of the benchmark found, as it is printed, tabulated and written with `--json`. */
import type { Ratio } from './timing';

/** `operations`, `networks`: beside stock TensorFlow.js. `processor`, `brain`: beside PyTorch. */
export type TableName = 'operations' | 'networks' | 'processor' | 'brain';

/** One who does the same work in the same rounds. */
export interface Peer {
  /** E.g. `TensorFlow.js`, `PyTorch 1.13.0, 1 thread`. */
  readonly name: string;
  /** Median milliseconds. */
  readonly ms: number;
  /** Beside TensorFlow.js its time ÷ ours; beside PyTorch our time ÷ its. */
  readonly ratio: Ratio;
}

export interface Share {
  readonly percent: number;
  readonly of: 'FMA peak' | 'copy bandwidth' | 'roofline';
}

export interface Row {
  readonly table: TableName;
  readonly name: string;
  readonly rounds: number;
  /** Median milliseconds of ours. */
  readonly ours: number;
  readonly peers: readonly Peer[];
  readonly share?: Share;
  /** Held by ours on the device (or in the WebAssembly memory). */
  readonly bytes?: number;
  /** Why nobody stands beside ours. */
  readonly note?: string;
}

/** Where the work is done. */
export interface Machine {
  /** E.g. `Node 20.19.5`, `Chromium 156.0`. */
  readonly runtime: string;
  readonly cores: number;
  /** Load averages of 1, 5 and 15 minutes; empty where the system has none. */
  readonly load: readonly number[];
}

export interface Gpu {
  readonly adapter: string;
  readonly software: boolean;
  readonly driver: string;
  readonly limits: Readonly<Record<string, number>>;
  readonly half: boolean;
  /** GFLOP/s of fused multiply-adds. */
  readonly peak: number;
  /** GB/s, read and written. */
  readonly copy: number;
}

/** Largest relative differences; all passed. */
export interface GateReport {
  /** Largest relative difference from their references. */
  readonly kernels: number;
  /** Kernels that this device cannot compile, and what they need. */
  readonly unchecked: readonly string[];
  /** Output and gradients of a network, beside those of plain JavaScript. */
  readonly gradients: readonly { readonly name: string; readonly difference: number }[];
}

export interface Report {
  readonly machine: Machine;
  readonly gpu: Gpu;
  readonly gate: GateReport;
  /** Of one step of Conv5_FC3 on 169×208×179 voxels, batch 1, with bindings of 128 MiB: estimated, as the page does. */
  readonly wholeBrainBytes: number;
  readonly rounds: number;
  readonly rows: readonly Row[];
  readonly failures: readonly { readonly name: string; readonly message: string }[];
}

/** Three significant digits; all digits of what is larger. */
export function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

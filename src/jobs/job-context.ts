/** @file What a job is given besides its options. Jobs join the rooms; this is their only door to the outside. */
import type { Issue } from '../base/issues';
import type { Progress } from '../base/job';
import type { Readers } from '../batches/readers';
import type { KernelChoices } from '../checkpoints/kernel-choices';
import type { CheckpointStore } from '../checkpoints/store';
import type { BackendInfo, ExecutorFactory, KernelTrials, MemoryRequest } from '../engine/executor';
import type { Folder } from '../folders/folder';

export interface JobContext {
  /** Paths in options are relative to it. */
  readonly workspace: Folder;
  readonly signal: AbortSignal;
  report(progress: Progress): void;
  issue(issue: Issue): void;
  /** A line for the console, as ClinicaDL logs it. */
  log(line: string): void;
  readonly readers: Readers;
  readonly checkpoints: CheckpointStore;
  readonly kernelChoices: KernelChoices;
  /** Opens the backend; null where it has one kernel for each row. */
  trials(): Promise<KernelTrials | null>;
  /** Opens the backend when it is first asked for: what runs no network never wakes the graphics device. */
  backend(): Promise<BackendInfo>;
  readonly createExecutor: ExecutorFactory;
  /** Bytes that an executor would hold while it trains; null where that is not known beforehand. Rejects for what does not fit. */
  memoryOf(request: MemoryRequest): Promise<number | null>;
  /** A file that comes with the app, by its path in `public/`. */
  asset(path: string): Promise<Uint8Array<ArrayBuffer>>;
  /** The command line being run, as it can be typed again. */
  readonly commandLine: string;
  /** Of this program, for the files that tell what made them. */
  readonly version: string;
  /** The clock, so that tests can set it. */
  now(): Date;
}

/** Options in, result out; files are written on the way. Rejects with AppError, AbortError, or a bug of ours. */
export type Job<Options, Result> = (options: Options, context: JobContext) => Promise<Result>;

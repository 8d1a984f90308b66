/** @file Contract between the page and the compute worker: types only. */
import type { Issue } from '../base/issues';
import type { Progress, Trouble } from '../base/job';
import type { SavedRun } from '../checkpoints/store';
import type { BackendInfo, BackendName } from '../engine/executor';
import type { FolderSource } from '../folders/source';
import type { KeptKernels } from '../jobs/choose-kernels';
import type { UnwrittenFile } from '../jobs/held-writes';
import type { QueryName, QueryRequest, QueryResult } from '../jobs/queries';
import type { CommandOutcome } from '../options/outcome';

export type BackendChoice = BackendName | 'auto';

export interface RunRequest {
  /** A command line as typed, e.g. `clinicadl tsvtools split labels.tsv --n_test 6`. */
  readonly line: string;
  /** Somebody is there: trouble with folder or disk is waited out, not only for some seconds. */
  readonly attended: boolean;
  /** Where the paths of a line of an older interface begin, in the workspace; absent: the workspace. */
  readonly folder?: string;
}

export interface RunEvents {
  report(progress: Progress): void;
  issue(issue: Issue): void;
  log(line: string): void;
  /** The trouble that there is now; null when it has passed. */
  trouble(trouble: Trouble | null): void;
}

export interface ComputeApi {
  /** Never rejects for a mistake of the person: the outcome says what happened. */
  run(request: RunRequest, workspace: FolderSource, signal: AbortSignal, events: RunEvents): Promise<CommandOutcome>;
  /** The person says that the trouble of the running command may be over: it tries again at once. */
  again(): Promise<void>;
  /** Files that the running command, or the last one, has finished and could not write. */
  unwritten(): Promise<readonly UnwrittenFile[]>;
  /** Resolves as soon as the worker hears it. */
  answer(): Promise<void>;
  query<N extends QueryName>(
    name: N,
    request: QueryRequest<N>,
    workspace: FolderSource,
    signal: AbortSignal,
  ): Promise<QueryResult<N>>;
  /** Changes the backend; null opens the one in use, if need be. Tells which it is and why. Rejects with `backend-unavailable`. */
  backend(choice: BackendChoice | null): Promise<BackendInfo>;
  /** Work that rests half of the time, with half of the threads; for batches and networks from now on. */
  gentle(wanted: boolean): Promise<void>;
  /** The backend that is open already; null when no command has needed one. */
  openedBackend(): Promise<BackendInfo | null>;
  /** Kernels that were chosen on the open graphics device; null when none is open. */
  keptKernels(): Promise<KeptKernels | null>;
  /** The next long training tries the kernels of the open graphics device again. */
  forgetKernels(): Promise<void>;
  /** Trainings that were interrupted and can go on, the one saved last first. */
  resumable(): Promise<readonly SavedRun[]>;
  forget(id: string): Promise<void>;
}

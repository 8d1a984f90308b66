/** @file Contract between the page and the compute worker: types only. */
import type { Issue } from '../base/issues';
import type { Progress } from '../base/job';
import type { FolderSource } from '../folders/source';
import type { QueryName, QueryRequest, QueryResult } from '../jobs/queries';
import type { BackendInfo, BackendName } from '../networks/executor';
import type { CommandOutcome } from '../options/outcome';

export type BackendChoice = BackendName | 'auto';

export interface RunRequest {
  /** A command line as typed, e.g. `clinicadl tsvtools split labels.tsv --n_test 6`. */
  readonly line: string;
  /** Where its paths lead. */
  readonly workspace: FolderSource;
  /** Continue the interrupted run with this id instead of starting anew. */
  readonly resume?: string;
}

export interface RunEvents {
  report(progress: Progress): void;
  issue(issue: Issue): void;
  log(line: string): void;
}

/** A training that was interrupted and can go on. */
export interface ResumableRun {
  readonly id: string;
  readonly title: string;
  readonly line: string;
  readonly workspace: FolderSource;
  readonly mapsPath: string;
  readonly split: number;
  readonly epoch: number;
  readonly epochs: number;
  readonly updatedAt: number;
}

export interface ComputeApi {
  /** Never rejects for a mistake of the person: the outcome says what happened. */
  run(request: RunRequest, signal: AbortSignal, events: RunEvents): Promise<CommandOutcome>;
  query<N extends QueryName>(name: N, request: QueryRequest<N>, workspace: FolderSource, signal: AbortSignal): Promise<QueryResult<N>>;
  /** Chooses a backend, or finds the best one, and tells which is in use and why. */
  backend(choice: BackendChoice): Promise<BackendInfo>;
  resumable(): Promise<ResumableRun[]>;
  forget(id: string): Promise<void>;
}

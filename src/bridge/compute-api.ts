/** @file Contract between the page and the compute worker: types only. */
import type { Issue } from '../base/issues';
import type { Progress } from '../base/job';
import type { SavedRun } from '../checkpoints/store';
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
}

export interface RunEvents {
  report(progress: Progress): void;
  issue(issue: Issue): void;
  log(line: string): void;
}

export interface ComputeApi {
  /** Never rejects for a mistake of the person: the outcome says what happened. */
  run(request: RunRequest, signal: AbortSignal, events: RunEvents): Promise<CommandOutcome>;
  query<N extends QueryName>(
    name: N,
    request: QueryRequest<N>,
    workspace: FolderSource,
    signal: AbortSignal,
  ): Promise<QueryResult<N>>;
  /** Chooses a backend, or finds the best one, and tells which is in use and why. */
  backend(choice: BackendChoice): Promise<BackendInfo>;
  /** Trainings that were interrupted and can go on, the one saved last first. */
  resumable(): Promise<readonly SavedRun[]>;
  forget(id: string): Promise<void>;
}

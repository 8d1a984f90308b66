/** @file What the compute worker does for the page: runs command lines, answers queries, keeps the chosen backend. */
import type { Readers } from '../batches/readers';
import type { BackendChoice, ComputeApi, RunEvents, RunRequest } from '../bridge/compute-api';
import type { CheckpointStore, SavedRun } from '../checkpoints/store';
import { type FolderSource, openSource } from '../folders/source';
import { type ChosenBackend, chooseBackend } from '../networks/choose-backend';
import type { BackendInfo } from '../networks/executor';
import { version } from '../options/derive/help';
import type { CommandOutcome } from '../options/outcome';
import { dispatch } from './dispatch';
import type { JobContext } from './job-context';
import { type QueryName, type QueryRequest, type QueryResult, queries } from './queries';
import { thinReports } from './thin-reports';

export interface ServiceParts {
  readonly readers: Readers;
  readonly checkpoints: CheckpointStore;
  asset(path: string): Promise<Uint8Array<ArrayBuffer>>;
}

export function computeService({ readers, checkpoints, asset }: ServiceParts): ComputeApi {
  let chosen: Promise<ChosenBackend> | undefined;
  const backend = (): Promise<ChosenBackend> => {
    chosen ??= chooseBackend('auto');
    return chosen;
  };
  const context = async (
    workspace: FolderSource,
    signal: AbortSignal,
    events: RunEvents | null,
  ): Promise<Omit<JobContext, 'commandLine'>> => {
    const { info, createExecutor } = await backend();
    const report = events === null ? () => {} : thinReports((progress) => events.report(progress));
    return {
      workspace: openSource(workspace),
      signal,
      report,
      issue: (issue) => events?.issue(issue),
      log: (line) => events?.log(line),
      readers,
      checkpoints,
      backend: info,
      createExecutor,
      asset,
      version,
      now: () => new Date(),
    };
  };
  return {
    async run({ line, workspace }: RunRequest, signal: AbortSignal, events: RunEvents): Promise<CommandOutcome> {
      return dispatch(line, await context(workspace, signal, events));
    },

    async query<N extends QueryName>(name: N, request: QueryRequest<N>, workspace: FolderSource, signal: AbortSignal) {
      const query = queries[name] as (request: QueryRequest<N>, context: JobContext) => Promise<QueryResult<N>>;
      return query(request, { ...(await context(workspace, signal, null)), commandLine: '' });
    },

    async backend(choice: BackendChoice): Promise<BackendInfo> {
      const opened = chooseBackend(choice);
      const { info } = await opened;
      chosen = opened;
      return info;
    },

    async resumable(): Promise<readonly SavedRun[]> {
      return checkpoints.list();
    },

    async forget(id: string): Promise<void> {
      await checkpoints.forget(id);
    },
  };
}

/** @file What the compute worker does for the page: runs command lines, answers queries, keeps the chosen backend. */
import type { Trouble } from '../base/job';
import type { Readers } from '../batches/readers';
import type { BackendChoice, ComputeApi, RunEvents, RunRequest } from '../bridge/compute-api';
import type { CheckpointStore, SavedRun } from '../checkpoints/store';
import { type FolderSource, openSource } from '../folders/source';
import { type ChosenBackend, chooseBackend } from '../networks/choose-backend';
import type { BackendInfo } from '../networks/executor';
import { version } from '../options/derive/help';
import { dispatch } from './dispatch';
import type { UnwrittenFile } from './held-writes';
import type { JobContext } from './job-context';
import { Patience, pauseBetweenTrials } from './patience';
import { type QueryName, type QueryRequest, type QueryResult, queries } from './queries';
import type { SteadyFolder } from './steady-folder';
import { thinReports } from './thin-reports';

/** Ten seconds: a script is told soon that it has to do something. */
const UNATTENDED_TRIALS = 5;

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
  let patience: Patience | undefined;
  let watched: Pick<SteadyFolder, 'unwritten'> | undefined;
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
    async run({ line, attended }: RunRequest, workspace: FolderSource, signal: AbortSignal, events: RunEvents) {
      const tell = (trouble: Trouble | null): void => events.trouble(trouble);
      const trials = attended ? Number.POSITIVE_INFINITY : UNATTENDED_TRIALS;
      const own = new Patience({ signal, trials, tell, pause: pauseBetweenTrials });
      patience = own;
      watched = undefined;
      const watch = (folder: Pick<SteadyFolder, 'unwritten'>): void => {
        watched = folder;
      };
      return dispatch(line, { ...(await context(workspace, signal, events)), patience: own, watch });
    },

    async again(): Promise<void> {
      patience?.again();
    },

    async unwritten(): Promise<readonly UnwrittenFile[]> {
      return watched?.unwritten ?? [];
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

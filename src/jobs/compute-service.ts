/** @file What the compute worker does for the page: runs command lines, answers queries, keeps the chosen backend. */
import { AppError } from '../base/errors';
import type { Trouble } from '../base/job';
import type { Readers } from '../batches/readers';
import type { BackendChoice, ComputeApi, RunEvents, RunRequest } from '../bridge/compute-api';
import type { KernelChoices } from '../checkpoints/kernel-choices';
import type { CheckpointStore, SavedRun } from '../checkpoints/store';
import type { BackendInfo } from '../engine/executor';
import { gentle } from '../engine/gentle';
import { type FolderSource, openSource } from '../folders/source';
import { version } from '../options/derive/help';
import type { Crew } from '../wasm/crew';
import { backendKeeper } from './backend-keeper';
import { type KeptKernels, keptKernels, kernelDevice } from './choose-kernels';
import { dispatch, unlessStopped } from './dispatch';
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
  readonly kernelChoices: KernelChoices;
  readonly crew: Crew;
  asset(path: string): Promise<Uint8Array<ArrayBuffer>>;
}

export function computeService({ readers, checkpoints, kernelChoices, crew, asset }: ServiceParts): ComputeApi {
  const keeper = backendKeeper(crew);
  let patience: Patience | undefined;
  let watched: Pick<SteadyFolder, 'unwritten'> | undefined;
  const contextOf = (workspace: FolderSource, signal: AbortSignal, events: RunEvents | null): Omit<JobContext, 'commandLine'> => {
    const report = events === null ? () => {} : thinReports((progress) => events.report(progress));
    return {
      workspace: openSource(workspace),
      signal,
      report,
      issue: (issue) => events?.issue(issue),
      log: (line) => events?.log(line),
      readers,
      checkpoints,
      kernelChoices,
      trials: keeper.trials,
      backend: keeper.info,
      createExecutor: gentle(keeper.createExecutor, () => crew.gentle),
      memoryOf: keeper.memoryOf,
      asset,
      version,
      now: () => new Date(),
    };
  };
  return {
    async run({ line, attended, folder }: RunRequest, workspace: FolderSource, signal: AbortSignal, events: RunEvents) {
      const tell = (trouble: Trouble | null): void => events.trouble(trouble);
      const trials = attended ? Number.POSITIVE_INFINITY : UNATTENDED_TRIALS;
      const own = new Patience({ signal, trials, tell, pause: pauseBetweenTrials });
      patience = own;
      watched = undefined;
      const watch = (folder: Pick<SteadyFolder, 'unwritten'>): void => {
        watched = folder;
      };
      await keeper.begin();
      const outcome = await dispatch(line, {
        ...contextOf(workspace, signal, events),
        patience: own,
        watch,
        ...(folder === undefined ? {} : { folder }),
      });
      if (outcome.error?.code === 'gpu-keeps-failing') keeper.giveUpGpu();
      return outcome;
    },

    async again(): Promise<void> {
      patience?.again();
    },

    async unwritten(): Promise<readonly UnwrittenFile[]> {
      return watched?.unwritten ?? [];
    },

    answer: () => Promise.resolve(),

    async query<N extends QueryName>(name: N, request: QueryRequest<N>, workspace: FolderSource, signal: AbortSignal) {
      const query = queries[name] as (request: QueryRequest<N>, context: JobContext) => Promise<QueryResult<N>>;
      try {
        return await query(request, { ...contextOf(workspace, signal, null), commandLine: '' });
      } catch (error) {
        if (error instanceof AppError && error.code === 'gpu-keeps-failing') keeper.giveUpGpu();
        throw unlessStopped(error, signal);
      }
    },

    backend: (choice: BackendChoice | null): Promise<BackendInfo> => (choice === null ? keeper.info() : keeper.use(choice)),

    async gentle(wanted: boolean): Promise<void> {
      crew.gentle = wanted;
    },

    openedBackend: () => keeper.opened(),

    async keptKernels(): Promise<KeptKernels | null> {
      const trials = await keeper.openTrials();
      return trials === null ? null : keptKernels(await kernelDevice(trials), kernelChoices);
    },

    async forgetKernels(): Promise<void> {
      const trials = await keeper.openTrials();
      if (trials !== null) await kernelChoices.forget(await kernelDevice(trials));
    },

    async resumable(): Promise<readonly SavedRun[]> {
      return checkpoints.list();
    },

    async forget(id: string): Promise<void> {
      await checkpoints.forget(id);
    },
  };
}

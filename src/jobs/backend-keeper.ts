/**
 * @file Which backend the commands of one worker use: opened when a network is first run, kept from then on. A graphics device that
 * could not be had is asked for again by the next command; one that keeps failing is left alone until the page is loaded again.
 */
import type { BackendChoice } from '../bridge/compute-api';
import { type ChosenBackend, chooseBackend, orProcessor, processor } from '../engine/choose-backend';
import type { BackendInfo, ExecutorFactory, KernelTrials, MemoryRequest } from '../engine/executor';
import type { Crew } from '../wasm/crew';

export interface BackendKeeper {
  /** Opens it, if need be. */
  info(): Promise<BackendInfo>;
  readonly createExecutor: ExecutorFactory;
  /** Bytes that an executor would hold; null where the backend does not know beforehand. Rejects for what does not fit. */
  memoryOf(request: MemoryRequest): Promise<number | null>;
  /** Null where there is one kernel for each row. */
  trials(): Promise<KernelTrials | null>;
  /** The same, of the backend that is open: it opens none. */
  openTrials(): Promise<KernelTrials | null>;
  /** Of the backend that is open; null when none was needed yet. */
  opened(): Promise<BackendInfo | null>;
  /** Opens another. Rejects with `backend-unavailable`; the one before stays then. */
  use(choice: BackendChoice): Promise<BackendInfo>;
  /** A command begins. */
  begin(): Promise<void>;
  /** The graphics device was lost again and again. */
  giveUpGpu(): void;
}

/** @param crew the threads that help where the processor does the work */
export function backendKeeper(
  crew: Crew,
  choose = (choice: BackendChoice): Promise<ChosenBackend> => chooseBackend(choice, crew),
): BackendKeeper {
  let wanted: BackendChoice = 'auto';
  let current: Promise<ChosenBackend> | undefined;
  const open = (): Promise<ChosenBackend> => {
    current ??= orProcessor(() => choose(wanted), crew);
    return current;
  };
  return {
    info: async () => (await open()).info,
    createExecutor: async (request) => (await open()).createExecutor(request),
    memoryOf: async (request) => (await open()).memoryOf?.(request) ?? null,
    trials: async () => (await open()).trials ?? null,
    openTrials: async () => (await current)?.trials ?? null,
    opened: async () => (await current)?.info ?? null,
    async use(choice) {
      const next = await choose(choice);
      wanted = choice;
      current = Promise.resolve(next);
      return next.info;
    },
    async begin() {
      if ((await current)?.standsIn) current = undefined;
    },
    giveUpGpu() {
      const reason =
        'The graphics device was lost again and again, so the processor does the work until this page is loaded again.';
      current = Promise.resolve(processor(crew, reason));
    },
  };
}

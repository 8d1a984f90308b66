/** @file Whole commands on a folder in memory, as the compute worker runs them. */
import { readFileSync } from 'node:fs';
import type { Progress } from '../src/base/job';
import { inlineReaders } from '../src/batches/inline-readers';
import { type KernelChoices, memoryKernelChoices } from '../src/checkpoints/kernel-choices';
import { type CheckpointStore, memoryCheckpoints } from '../src/checkpoints/store';
import { chooseBackend } from '../src/engine/choose-backend';
import type { BackendName, Executor } from '../src/engine/executor';
import type { Folder } from '../src/folders/folder';
import { type DispatchContext, dispatch } from '../src/jobs/dispatch';
import type { CommandOutcome } from '../src/options/outcome';

export interface Road {
  readonly workspace: Folder;
  readonly checkpoints: CheckpointStore;
  readonly kernelChoices: KernelChoices;
  /** Runs a line; rejects never. */
  run(line: string, options?: RunOptions): Promise<CommandOutcome>;
  /** Runs a line that must succeed. */
  must(line: string, options?: RunOptions): Promise<CommandOutcome>;
  text(path: string): Promise<string>;
}

export interface RunOptions
  extends Pick<DispatchContext, 'patience' | 'watch' | 'folder'>,
    Partial<Pick<DispatchContext, 'trials' | 'createExecutor'>> {
  readonly signal?: AbortSignal;
  report?(progress: Progress): void;
}

/** `wrap`: what is put around each executor. */
export async function road(
  workspace: Folder,
  backendName: BackendName,
  checkpoints = memoryCheckpoints(),
  wrap: (executor: Executor) => Executor = (executor) => executor,
): Promise<Road> {
  const backend = await chooseBackend(backendName);
  const readers = inlineReaders();
  const kernelChoices = memoryKernelChoices();
  const run: Road['run'] = (line, { signal = new AbortController().signal, report = () => {}, ...more } = {}) =>
    dispatch(line, {
      trials: async () => backend.trials ?? null,
      workspace,
      signal,
      report,
      issue: () => {},
      log: () => {},
      readers,
      checkpoints,
      kernelChoices,
      backend: async () => backend.info,
      createExecutor: async (request) => wrap(await backend.createExecutor(request)),
      memoryOf: async (request) => backend.memoryOf?.(request) ?? null,
      asset: async (path) => new Uint8Array(readFileSync(`public/${path}`)),
      version: '0.0.0',
      now: () => new Date(2026, 10, 21, 2, 17, 29),
      ...more,
    });
  return {
    workspace,
    checkpoints,
    kernelChoices,
    run,
    must: async (line, options) => {
      const outcome = await run(line, options);
      if (outcome.status !== 'done') {
        const issues = outcome.issues.map((issue) => `${issue.where}: ${issue.message}`).join('\n');
        throw new Error(`${line}: ${outcome.status} ${outcome.error?.code}: ${outcome.error?.message}\n${issues}`);
      }
      return outcome;
    },
    text: async (path) => new TextDecoder().decode(await workspace.read(path)),
  };
}

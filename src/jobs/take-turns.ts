/** @file One executor for many networks of a kind, in turn: they take no more memory than one. */
import type { Executor, MemoryRequest } from '../engine/executor';
import type { StateDict } from '../networks/state-dict';
import type { JobContext } from './job-context';
import { onDevice, type Recovery } from './recovery';

export interface Turns {
  /** Does some work with the network of these weights; begins it again on another device where one fails. */
  take<T>(weights: () => Promise<StateDict>, work: (executor: Executor) => Promise<T>): Promise<T>;
  dispose(): void;
}

export function takeTurns(request: MemoryRequest, policy: Recovery, context: JobContext): Turns {
  let executor: Executor | undefined;
  const dispose = (): void => {
    executor?.dispose();
    executor = undefined;
  };
  return {
    take: (weights, work) =>
      onDevice(policy, context, async (createExecutor) => {
        try {
          const state = await weights();
          executor ??= await createExecutor({ ...request, state });
          await executor.writeState(state);
          return await work(executor);
        } catch (error) {
          dispose();
          throw error;
        }
      }),
    dispose,
  };
}

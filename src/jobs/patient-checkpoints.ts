/** @file Checkpoints in the browser, which a training can do without: what keeps them from being saved is told for as long as it lasts. */
import { AppError } from '../base/errors';
import type { CheckpointStore } from '../checkpoints/store';
import type { Patience } from './patience';

export function patientCheckpoints(store: CheckpointStore, patience: Patience): CheckpointStore {
  return {
    load: (runId) => store.load(runId),
    list: () => store.list(),
    async save(...call) {
      try {
        await store.save(...call);
        patience.meanwhile('checkpoint', null);
      } catch (error) {
        if (error instanceof AppError) patience.meanwhile('checkpoint', error);
        throw error;
      }
    },
    async forget(runId) {
      await store.forget(runId).catch(() => undefined); // what stays is offered on Home, and can be given up there
    },
  };
}

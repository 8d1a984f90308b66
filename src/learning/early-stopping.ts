/** @file Stopping when the validation loss has not improved for a while, as ClinicaDL's EarlyStopping. */

export interface StoppingOptions {
  /** Epochs without improvement after which training stops; 0: never. */
  readonly patience: number;
  /** Part of the best loss by which a loss must fall to count as an improvement. */
  readonly tolerance: number;
}

export interface StoppingState {
  /** Null before the first epoch. */
  readonly best: number | null;
  /** Epochs since the best. */
  readonly count: number;
  readonly stopped: boolean;
}

export const stoppingStart: StoppingState = { best: null, count: 0, stopped: false };

/** The state after an epoch with this validation loss. */
export function afterEpoch(state: StoppingState, loss: number, { patience, tolerance }: StoppingOptions): StoppingState {
  if (patience === 0) return state;
  if (state.best === null) return { best: loss, count: 0, stopped: false };
  if (Number.isNaN(loss)) return { ...state, stopped: true };
  if (loss < state.best - state.best * tolerance) return { best: loss, count: 0, stopped: false };
  const count = state.count + 1;
  return { best: state.best, count, stopped: count >= patience };
}

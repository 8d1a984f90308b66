/** @file A learning rate that falls when the validation loss stops falling, as torch's ReduceLROnPlateau with its defaults. */

export interface PlateauState {
  readonly rate: number;
  /** Null before the first epoch. */
  readonly best: number | null;
  /** Epochs since the best, or since the rate fell. */
  readonly count: number;
}

/** Epochs without improvement that are waited for. */
const patience = 10;
/** Part of the best loss by which a loss must be lower. */
const threshold = 1e-4;
const factor = 0.1;
/** Smaller changes of the rate are not made. */
const smallestChange = 1e-8;

export const plateauStart = (rate: number): PlateauState => ({ rate, best: null, count: 0 });

/** The state after an epoch with this validation loss. */
export function afterPlateau({ rate, best, count }: PlateauState, loss: number): PlateauState {
  if (loss < (best ?? Infinity) * (1 - threshold)) return { rate, best: loss, count: 0 };
  if (count < patience) return { rate, best, count: count + 1 };
  const lower = rate * factor;
  return { rate: rate - lower > smallestChange ? lower : rate, best, count: 0 };
}

/** @file Options of a training loop in tests. */
import type { LoopOptions } from '../src/learning/training';

/** Batches of two, the lowest loss, nothing that changes on the way. */
export const loopOptions = (epochs: number): LoopOptions => ({
  epochs,
  batch_size: 2,
  accumulation_steps: 1,
  evaluation_steps: 0,
  patience: 0,
  tolerance: 0,
  selection_metrics: ['loss'],
  learning_rate: 1e-3,
  adaptive_learning_rate: false,
});

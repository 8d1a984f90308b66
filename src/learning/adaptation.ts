/**
 * @file Semi-supervised domain adaptation: three batches for each step (source, labelled target, unlabelled target) through a network
 * with three heads. As it was meant in ClinicaDL 1.6.1, where it fails at its start.
 */
import type { HeadLoss } from '../engine/executor';

/** In the order of the labels of a target. The domain's gradient is turned round before the convolutions. */
export const adaptationHeads = [
  { output: 'class_source', weight: 1 },
  { output: 'class_target', weight: 1 },
  { output: 'domain', weight: 0.1 },
] as const satisfies readonly HeadLoss[];

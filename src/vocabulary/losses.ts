/** @file The losses of ClinicaDL, by PyTorch's names: one row each. Formulas: `learning/losses`; kernels: `engine`. */

export type TaskName = 'classification' | 'regression' | 'reconstruction';

interface LossRow {
  /** What the first output is compared with: a class, numbers of the table, or the input itself. */
  readonly tasks: readonly TaskName[];
  /** True for losses of variational autoencoders, which are a weighted sum of reconstruction and divergence. */
  readonly variational: boolean;
}

const classes: LossRow = { tasks: ['classification'], variational: false };
const numbers: LossRow = { tasks: ['regression', 'reconstruction'], variational: false };
const variational: LossRow = { tasks: ['reconstruction'], variational: true };

export const losses = {
  CrossEntropyLoss: classes,
  MultiMarginLoss: classes,
  L1Loss: numbers,
  MSELoss: numbers,
  KLDivLoss: numbers,
  BCEWithLogitsLoss: numbers,
  HuberLoss: numbers,
  SmoothL1Loss: numbers,
  VAEGaussianLoss: variational,
  VAEBernoulliLoss: variational,
  VAEContinuousBernoulliLoss: variational,
} as const satisfies Readonly<Record<string, LossRow>>;

export type LossName = keyof typeof losses;

/** Those that a task can make small. */
export function lossesOf(task: TaskName): LossName[] {
  const rows: Readonly<Record<LossName, LossRow>> = losses;
  return (Object.keys(losses) as LossName[]).filter((name) => rows[name].tasks.includes(task));
}

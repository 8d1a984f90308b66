/** @file The losses of ClinicaDL, by PyTorch's names: one row each. Formulas: `learning/losses`; kernels: `engine`. */

export type TaskName = 'classification' | 'regression' | 'reconstruction';

interface LossRow {
  /** What the first output is compared with: a class, numbers of the table, or the input itself. */
  readonly tasks: readonly TaskName[];
  /** True for losses of variational autoencoders, which are a weighted sum of reconstruction and divergence. */
  readonly variational: boolean;
}

const classes = { tasks: ['classification'], variational: false } as const;
const numbers = { tasks: ['regression', 'reconstruction'], variational: false } as const;
const variational = { tasks: ['reconstruction'], variational: true } as const;

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

/** Names by kind, so that a table over them does not compile without a row for each. */
type Named<Row> = { [N in LossName]: (typeof losses)[N] extends Row ? N : never }[LossName];
export type ClassLossName = Named<typeof classes>;
export type NumberLossName = Named<typeof numbers>;
export type VariationalLossName = Named<typeof variational>;

export const isClassLoss = (name: LossName): name is ClassLossName => losses[name] === classes;
export const isNumberLoss = (name: LossName): name is NumberLossName => losses[name] === numbers;
export const isVariational = (name: LossName): name is VariationalLossName => losses[name] === variational;

/** Those that a task can make small. */
export function lossesOf(task: TaskName): LossName[] {
  const rows: Readonly<Record<LossName, LossRow>> = losses;
  return (Object.keys(losses) as LossName[]).filter((name) => rows[name].tasks.includes(task));
}

/** @file The optimisers of ClinicaDL, by PyTorch's names: what each keeps of a parameter, in the order of PyTorch's state dict. */

interface OptimizerRow {
  /** Tensors of the parameter's shape. */
  readonly tensors: readonly string[];
  /** Numbers beside `step`. */
  readonly numbers: readonly string[];
}

export const optimizers = {
  Adadelta: { tensors: ['square_avg', 'acc_delta'], numbers: [] },
  Adagrad: { tensors: ['sum'], numbers: [] },
  Adam: { tensors: ['exp_avg', 'exp_avg_sq'], numbers: [] },
  AdamW: { tensors: ['exp_avg', 'exp_avg_sq'], numbers: [] },
  Adamax: { tensors: ['exp_avg', 'exp_inf'], numbers: [] },
  ASGD: { tensors: ['ax'], numbers: ['eta', 'mu'] },
  NAdam: { tensors: ['exp_avg', 'exp_avg_sq'], numbers: ['mu_product'] },
  RAdam: { tensors: ['exp_avg', 'exp_avg_sq'], numbers: [] },
  RMSprop: { tensors: ['square_avg'], numbers: [] },
  SGD: { tensors: [], numbers: [] },
} as const satisfies Readonly<Record<string, OptimizerRow>>;

export type OptimizerName = keyof typeof optimizers;

/** @file What a long piece of work tells while it runs. */

/** Numbers of one evaluation or batch, for the live curves. */
export interface LiveMetrics {
  readonly split: number;
  /** 0 where the split has one. */
  readonly network: number;
  /** Networks of the split, where each element has its own. */
  readonly networks?: number;
  /** 0-based. */
  readonly epoch: number;
  /** 0-based batch number in the epoch. */
  readonly iteration: number;
  /** e.g. `loss_train`, `BA_valid`, `batch_loss`. */
  readonly values: Readonly<Record<string, number>>;
  /** Batches of one pass over each group: `loss_train` and `loss_valid` are sums over them. */
  readonly batches?: { readonly train: number; readonly valid: number };
  /** Of an epoch, where it does not have as many as there are batches of the training set. */
  readonly steps?: number;
  /** The same of the second domain that a network is adapted to. */
  readonly target?: Pick<LiveMetrics, 'values' | 'batches'>;
}

export interface Progress {
  /** Short name of the step, shown as it is: `extract`, `train split 0`, `evaluate`. */
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  /** What is counted: `sessions`, `batches`, `files`. */
  readonly unit: string;
  readonly secondsLeft?: number;
  readonly live?: LiveMetrics;
}

/** What keeps work from going on, or from being kept. It may pass: a permission given back, a drive plugged in, space made. */
export interface Trouble {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  /** The work waits until it has passed; otherwise it goes on meanwhile. */
  readonly waits: boolean;
  /** Files that are finished and lie in memory only. */
  readonly unwritten: { readonly files: number; readonly bytes: number };
}

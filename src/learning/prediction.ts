/** @file One row of a prediction table, as in `<group>_<mode>_level_prediction.tsv`, by task. */

/** What every row has. */
export interface PredictionRow {
  readonly participant_id: string;
  readonly session_id: string;
  /** Value of `<mode>_id`. */
  readonly elementId: number;
}

/** What was predicted, beside what is true where that is known. */
export interface LabelledRow extends PredictionRow {
  /** Node index (classification) or value (regression). */
  readonly true_label: number | undefined;
  readonly predicted_label: number;
}

export interface ClassRow extends LabelledRow {
  /** Softmax probabilities, one per class, each a float32 value. */
  readonly probabilities: readonly number[];
}

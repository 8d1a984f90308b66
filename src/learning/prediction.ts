/** @file One row of a prediction table, as in `<group>_<mode>_level_prediction.tsv`. */
export interface PredictionRow {
  readonly participant_id: string;
  readonly session_id: string;
  /** Value of `<mode>_id`. */
  readonly elementId: number;
  /** Node index (classification); -1 without labels. */
  readonly true_label: number;
  readonly predicted_label: number;
  /** Softmax probabilities, one per class, each a float32 value. */
  readonly probabilities: readonly number[];
}

/** @file Losses of batches as ClinicaDL reports them, in float32. */

/**
 * Mean over the rows of −log softmax(logits)[label], as `CrossEntropyLoss`; float32. `logits`: [n, classes]. `labels`: class of each
 * row.
 */
export function crossEntropyMean(logits: Float32Array, labels: readonly number[]): number {
  const classes = logits.length / labels.length;
  let sum = 0;
  labels.forEach((label, row) => {
    const own = logits.subarray(row * classes, (row + 1) * classes);
    const largest = Math.max(...own);
    const total = own.reduce((all, logit) => all + Math.exp(logit - largest), 0);
    sum = Math.fround(sum - Math.fround(own[label] - largest - Math.log(total)));
  });
  return Math.fround(sum / labels.length);
}

/** Softmax of one row of logits; each a float32 value. */
export function softmax(logits: Float32Array): number[] {
  const largest = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp(logit - largest));
  const total = powers.reduce((all, power) => all + power, 0);
  return powers.map((power) => Math.fround(power / total));
}

/** @file Softmax on the host, as predictions show it. */

/** Softmax of one row of logits; each a float32 value. */
export function softmax(logits: Float32Array): number[] {
  const largest = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp(logit - largest));
  const total = powers.reduce((all, power) => all + power, 0);
  return powers.map((power) => Math.fround(power / total));
}

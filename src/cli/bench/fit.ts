/** @file Least squares of relative errors with factors that are not negative. */

/** |told − measured| ÷ measured. */
export function relativeErrors(told: readonly number[], measured: readonly number[]): number[] {
  return told.map((value, i) => Math.abs(value - measured[i]) / measured[i]);
}

/**
 * Factors f ≥ 0, one per column, for which Σ ((row · f) ÷ measured − 1)² is least: one factor after the other is set to its best value
 * until none changes.
 */
export function fitFactors(rows: readonly (readonly number[])[], measured: readonly number[]): number[] {
  const shares = rows.map((row, i) => row.map((value) => value / measured[i]));
  const factors = shares[0].map(() => 0);
  for (let round = 0; round < 100_000; round++) {
    let moved = 0;
    for (let k = 0; k < factors.length; k++) {
      let [above, below] = [0, 0];
      for (const row of shares) {
        const rest = row.reduce((sum, value, j) => (j === k ? sum : sum + value * factors[j]), 0);
        above += row[k] * (1 - rest);
        below += row[k] ** 2;
      }
      const best = below === 0 ? 0 : Math.max(0, above / below);
      moved = Math.max(moved, Math.abs(best - factors[k]) * Math.sqrt(below));
      factors[k] = best;
    }
    if (moved < 1e-12) break;
  }
  return factors;
}

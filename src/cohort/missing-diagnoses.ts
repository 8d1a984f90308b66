/** @file Visits without a diagnosis: inferred from the visits around them, or left out. */

export interface Inferred {
  /** One per row; null where none could be inferred: such rows are left out. */
  readonly diagnoses: readonly (string | null)[];
  readonly inferred: number;
  readonly dropped: number;
}

/**
 * A missing diagnosis is the one of the nearest visits before and after that have one, where these are the same. Otherwise, and before
 * the first and after the last of them, it stays missing. `visits`: rows of each participant in the order of time.
 */
export function inferDiagnoses(given: readonly (string | null)[], visits: ReadonlyMap<string, readonly number[]>): Inferred {
  const diagnoses = [...given];
  let [inferred, dropped] = [0, 0];
  for (const rows of visits.values()) {
    rows.forEach((row, i) => {
      if (given[row] !== null) return;
      const known = (among: readonly number[]): number | undefined => among.find((other) => given[other] !== null);
      const [before, after] = [known(rows.slice(0, i).reverse()), known(rows.slice(i + 1))];
      if (before === undefined || after === undefined || given[before] !== given[after]) dropped++;
      else {
        diagnoses[row] = given[before];
        inferred++;
      }
    });
  }
  return { diagnoses, inferred, dropped };
}

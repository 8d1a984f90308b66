/** @file How far two raters agree who accepted or rejected the same images: Cohen's kappa. */

export interface Agreement {
  /** Sessions with an answer of both. */
  readonly n: number;
  /** Rows: the first rater passed, failed; columns: the second. */
  readonly table: readonly [readonly [number, number], readonly [number, number]];
  /** Share of the sessions about which they agree. */
  readonly observed: number;
  /** Cohen's kappa; null where a rater used a single answer: chance explains all agreement then. */
  readonly kappa: number | null;
}

/** Of pairs of answers, at least one. */
export function agreementOf(pairs: readonly (readonly [first: boolean, second: boolean])[]): Agreement {
  const count = (first: boolean, second: boolean): number => pairs.filter(([a, b]) => a === first && b === second).length;
  const table = [
    [count(true, true), count(true, false)],
    [count(false, true), count(false, false)],
  ] as const;
  const n = pairs.length;
  const [[both, onlyFirst], [onlySecond, neither]] = table;
  const observed = (both + neither) / n;
  const [ofFirst, ofSecond] = [both + onlyFirst, both + onlySecond];
  const isSingle = [ofFirst, ofSecond].some((passed) => passed === 0 || passed === n);
  const chance = (ofFirst * ofSecond + (n - ofFirst) * (n - ofSecond)) / n ** 2;
  return { n, table, observed, kappa: isSingle ? null : (observed - chance) / (1 - chance) };
}

/** `Cohen's kappa 0.62 (n = 40; both pass 30, …)`. */
export function agreementText({ n, table, observed, kappa }: Agreement): string {
  const [[both, onlyFirst], [onlySecond, neither]] = table;
  const told =
    kappa === null ? 'Cohen’s kappa is undefined, since one rater used a single answer' : `Cohen’s kappa is ${kappa.toFixed(3)}`;
  return (
    `${told} (n = ${n}: both pass ${both}, only the first ${onlyFirst}, only the second ${onlySecond}, neither ${neither}); ` +
    `they agree about ${(100 * observed).toFixed(1)} %.`
  );
}

/** @file How long the rest of a job of many like pieces will take. */

/** Watches the pieces of a job; the estimate follows the median of the last ones, so that one slow file does not shake it. */
export interface TimeLeft {
  /** A piece has ended after this time. */
  add(durationMs: number): void;
  /** For the pieces that are left, `parallel` at a time; undefined before the first piece has ended. */
  seconds(pieces: number, parallel?: number): number | undefined;
}

export function timeLeft(window = 15): TimeLeft {
  const last: number[] = [];
  return {
    add(durationMs) {
      last.push(durationMs);
      if (last.length > window) last.shift();
    },
    seconds(pieces, parallel = 1) {
      if (last.length === 0) return undefined;
      const sorted = last.toSorted((a, b) => a - b);
      const middle = (sorted.length - 1) / 2;
      const medianMs = (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
      return (medianMs * Math.ceil(pieces / parallel)) / 1000;
    },
  };
}

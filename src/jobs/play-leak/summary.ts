/** @file What all seeds of a scenario say together: means with their 95 % intervals (Student's t), of the honest study and of the difference. */
import { meanInterval } from '../../cohort/mean-interval';

/** One seed: accuracies of the test group, and over how many sessions. */
export interface Played {
  readonly seed: number;
  readonly honest: number;
  readonly leaking: number;
  readonly honestSessions: number;
  readonly leakingSessions: number;
}

export interface LeakInterval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface LeakSummary {
  readonly seeds: number;
  readonly honest: LeakInterval;
  readonly leaking: LeakInterval;
  /** Leaking minus honest, seed by seed. */
  readonly gap: LeakInterval;
}

/** Of two seeds or more. */
export function summaryOf(played: readonly Played[]): LeakSummary {
  return {
    seeds: played.length,
    honest: meanInterval(played.map(({ honest }) => honest)),
    leaking: meanInterval(played.map(({ leaking }) => leaking)),
    gap: meanInterval(played.map(({ honest, leaking }) => leaking - honest)),
  };
}

const text = ({ mean, low, high }: LeakInterval): string =>
  `${mean.toFixed(3)} (95 % interval ${low.toFixed(3)} to ${high.toFixed(3)})`;

export function summaryText({ seeds, honest, leaking, gap }: LeakSummary): string[] {
  return [
    `Honest accuracy, mean of ${seeds} seeds: ${text(honest)}; the truth is 0.5.`,
    `Leaking accuracy: ${text(leaking)}`,
    `Leaking minus honest: ${text(gap)}`,
  ];
}

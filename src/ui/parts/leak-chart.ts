/** @file What a leak does, seed by seed: a dot for the honest study and one for the leaking one, beside the truth. */
import type { PlayLeakResult } from '../../jobs/play-leak/play-leak';
import type { ChartSpec } from './chart';
import { decimal } from './words';

const honestColor = 'var(--series-1)';
const leakingColor = 'var(--series-2)';

export function leakChart(title: string, { played, summary }: Pick<PlayLeakResult, 'played' | 'summary'>): ChartSpec {
  const intervalText = ({ mean, low, high }: { readonly mean: number; readonly low: number; readonly high: number }): string =>
    `${decimal(mean, 2)} (95 % interval ${decimal(low, 2)} to ${decimal(high, 2)})`;
  const dots = played.flatMap(({ seed, honest, leaking }) => [
    { seed, accuracy: honest, color: honestColor },
    { seed, accuracy: leaking, color: leakingColor },
  ]);
  const seeds = played.map(({ seed }) => seed);
  return {
    title: `${title}, n = ${played.length}`,
    summary:
      summary === null
        ? 'One seed tells little: play more of them.'
        : `Honest ${intervalText(summary.honest)}, leaking ${intervalText(summary.leaking)}, the difference ${intervalText(summary.gap)}. The truth is 0.5.`,
    keys: [
      { label: 'honest', color: honestColor },
      { label: 'leaking', color: leakingColor },
    ],
    columns: ['Seed', 'Honest', 'Leaking', 'Sessions, honest', 'Sessions, leaking'],
    rows: played.map(({ seed, honest, leaking, honestSessions, leakingSessions }) => [
      String(seed),
      decimal(honest, 3),
      decimal(leaking, 3),
      String(honestSessions),
      String(leakingSessions),
    ]),
    draw: (plot, width) =>
      plot.plot({
        ...{ width, height: 240, marginLeft: 44, marginRight: 12, marginTop: 26, marginBottom: 40 },
        style: { background: 'none', color: 'inherit', fontSize: '12px', overflow: 'visible' },
        x: { type: 'point', domain: seeds, label: 'seed', tickFormat: 'd' },
        y: { domain: [0, 1], label: 'accuracy of the test group', grid: true },
        marks: [
          plot.ruleY([0.5], { stroke: 'currentColor', strokeOpacity: 0.5, strokeDasharray: '2 3' }),
          plot.link(played, { x: 'seed', y1: 'honest', y2: 'leaking', stroke: 'currentColor', strokeOpacity: 0.35 }),
          plot.dot(dots, { x: 'seed', y: 'accuracy', r: 5, fill: 'color' }),
        ],
      }),
  };
}

/** @file The runs of a random search as parallel coordinates: one axis for each value that was drawn, the last ones measured. */
import type { SearchRun } from '../../jobs/search-runs';
import { metricTitle } from '../state/metrics';
import type { ChartSpec } from './chart';
import { decimal } from './words';

interface Axis {
  readonly name: string;
  readonly values: readonly (number | string | undefined)[];
}

interface Placed extends Axis {
  /** Where on the axis, 0…1, for each run; undefined where it has no such value. */
  readonly heights: readonly (number | undefined)[];
  readonly bottom: string;
  readonly top: string;
}

function textOf(value: number | string | undefined): string {
  if (typeof value !== 'number') return value ?? '–';
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) < 0.01 ? value.toExponential(1) : decimal(value, 3);
}

/** Drawn over powers of ten, so drawn on a scale of them. */
const isLogarithmic = (name: string): boolean => name === 'learning_rate' || name === 'weight_decay';

function place(axis: Axis): Placed {
  const numbers = axis.values.filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
  const words = [...new Set(axis.values.filter((value): value is string => typeof value === 'string'))].sort();
  if (words.length > 0) {
    const heights = axis.values.map((value) =>
      value === undefined ? undefined : words.length === 1 ? 0.5 : words.indexOf(String(value)) / (words.length - 1),
    );
    return { ...axis, heights, bottom: words[0], top: words.length > 1 ? words[words.length - 1] : '' };
  }
  const scale = (x: number): number => (isLogarithmic(axis.name) && x > 0 ? Math.log10(x) : x);
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const [from, to] = [scale(least), scale(most)];
  const heights = axis.values.map((value) =>
    typeof value !== 'number' || !Number.isFinite(value) ? undefined : to > from ? (scale(value) - from) / (to - from) : 0.5,
  );
  return { ...axis, heights, bottom: textOf(least), top: most > least ? textOf(most) : '' };
}

/** An object of several values, such as a list, is its text. */
const plain = (value: unknown): number | string | undefined =>
  typeof value === 'number' || value === undefined ? value : String(value);

function axesOf(runs: readonly SearchRun[]): Axis[] {
  const drawn = [...new Set(runs.flatMap((run) => Object.keys(run.drawn)))];
  const metrics = [...new Set(runs.flatMap((run) => Object.keys(run.validation ?? {})))].reverse();
  return [
    ...drawn.map((name) => ({ name, values: runs.map((run) => plain(run.drawn[name])) })),
    ...metrics.map((name) => ({ name, values: runs.map((run) => run.validation?.[name]) })),
  ];
}

/** The last axis is the main metric, whose best run is drawn thickest. */
export function searchChart(runs: readonly SearchRun[]): ChartSpec {
  const axes = axesOf(runs);
  const placed = axes.map(place);
  const main = placed.at(-1);
  const isLoss = main === undefined || main.name === 'loss' || main.name === 'MAE';
  const measured = (main?.values ?? []).map((value) => (typeof value === 'number' ? value : Number.NaN));
  const known = measured.filter((value) => !Number.isNaN(value));
  const best = known.length === 0 ? -1 : measured.indexOf(isLoss ? Math.min(...known) : Math.max(...known));
  const metricNames = new Set(runs.flatMap((run) => Object.keys(run.validation ?? {})));
  const title = (name: string): string => (metricNames.has(name) ? `${metricTitle(name)}, validation` : name);
  return {
    title: `Runs of the random search, n = ${runs.length}`,
    summary:
      best < 0 || main === undefined
        ? 'No run is measured yet.'
        : `Best on validation: ${runs[best].name}, with ${metricTitle(main.name)} ${decimal(measured[best], 3)}. It was chosen on the validation groups: the test group tells how good it is.`,
    keys: [
      { label: 'best on validation', color: 'var(--series-1)' },
      { label: 'the others', color: 'var(--series-2)' },
    ],
    columns: ['Run', 'Seed', ...axes.map(({ name }) => title(name)), 'Splits'],
    rows: runs.map((run, i) => [run.name, String(run.seed), ...axes.map(({ values }) => textOf(values[i])), String(run.splits)]),
    // One axis below the other: their names have room on a phone, too.
    draw: (plot, width) => {
      const points = runs.flatMap((run, i) =>
        placed.flatMap(({ heights }, axis) => {
          const x = heights[i];
          return x === undefined ? [] : [{ run: run.name, axis, x, isBest: i === best }];
        }),
      );
      const names = placed.map(({ name, bottom, top }, axis) => ({ axis, name: title(name), bottom, top }));
      const halo = { stroke: 'var(--wa-color-surface-default)', strokeWidth: 4 } as const;
      const label = { y: 'axis', fontSize: 11, fill: 'currentColor', ...halo } as const;
      const line = { x: 'x', y: 'axis', z: 'run' } as const;
      return plot.plot({
        width,
        height: 30 + 52 * placed.length,
        marginLeft: 12,
        marginRight: 12,
        marginTop: 30,
        marginBottom: 26,
        style: { background: 'none', color: 'inherit', fontSize: '12px', overflow: 'visible' },
        x: { axis: null, domain: [0, 1] },
        y: { axis: null, domain: [0, Math.max(1, placed.length - 1)], reverse: true },
        marks: [
          plot.ruleY(names, { y: 'axis', stroke: 'currentColor', strokeOpacity: 0.4 }),
          plot.line(
            points.filter(({ isBest }) => !isBest),
            { ...line, stroke: 'var(--series-2)', strokeOpacity: 0.65, strokeWidth: 1.5 },
          ),
          plot.line(
            points.filter(({ isBest }) => isBest),
            { ...line, stroke: 'var(--series-1)', strokeWidth: 3 },
          ),
          plot.dot(points, { x: 'x', y: 'axis', r: 3.5, fill: ({ isBest }) => (isBest ? 'var(--series-1)' : 'var(--series-2)') }),
          plot.text(names, { ...label, x: 0, text: 'name', dy: -11, textAnchor: 'start', fontWeight: 600 }),
          plot.text(names, { ...label, x: 0, text: 'bottom', dy: 13, textAnchor: 'start' }),
          plot.text(names, { ...label, x: 1, text: 'top', dy: 13, textAnchor: 'end' }),
        ],
      });
    },
  };
}
